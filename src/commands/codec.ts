// The store boundary: what leaves for the log is sealed here, what comes back is opened and parsed.
import type { KeyObject } from 'node:crypto';
import type { Actor, Fact, Origin, Recorded, Vocabulary } from '../domain/kernel.ts';
import { categoryOf, type NewEvent, type StoredEvent } from './eventStore.ts';
import { aadOf, isBox, type SealedBox, seal, unseal } from './sealing.ts';
import type { Vault } from './vault.ts';

/** What goes with an event beside its data. `digest` is the keyed digest of what was asked, for repeats. */
export type Envelope = {
  actor: Actor;
  commandId: string;
  digest: string;
  correlationId: string;
  causationId: string | null;
  node: string;
  occurredAt: Date;
  reason: string | null;
  origin: Origin | null;
};

type StoredMetadata = Omit<Envelope, 'occurredAt' | 'origin'> & { occurredAt: string; origin?: SealedBox };

/** An event read back, and the digest that tells whether a repeat asks for the same. */
export type Opened<Event extends Fact = Fact> = { event: Recorded<Event>; digest: string };

const parseJson = (bytes: Uint8Array): Record<string, unknown> =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Record<string, unknown>;

const hasPerson = ({ kind }: Actor): boolean => kind === 'account';

export type Codec = {
  /** Seals and serialises one event. The keys it needs are durable in the vault before this resolves. */
  encode: (
    vocabulary: Vocabulary<Fact>,
    stream: string,
    id: string,
    event: Fact,
    envelope: Envelope,
  ) => Promise<NewEvent>;
  /** Opens a batch with one look at the vault; fields of erased subjects read null. */
  decode: (stored: readonly StoredEvent[]) => Promise<Opened[]>;
};

/** What an event holds before it is opened, and whose keys open it. */
type Parts = { data: Record<string, unknown>; metadata: StoredMetadata; subjects: string[] };
type KeyOf = (subject: string) => KeyObject | null;
type Opener = {
  parse: (event: StoredEvent) => Parts;
  open: (event: StoredEvent, parts: Parts, keyOf: KeyOf) => Opened;
};

/** Most readers never ask where a command came from, and opening that costs more than the rest of a small event. */
const withOrigin = (meta: Omit<Recorded['meta'], 'origin'>, open: () => Origin | null): Recorded['meta'] => {
  let opened: { origin: Origin | null } | null = null;
  return {
    ...meta,
    get origin() {
      opened ??= { origin: open() };
      return opened.origin;
    },
  };
};

const openerOf = (vocabularyOf: (stream: string) => Vocabulary<Fact>): Opener => {
  const sealedFieldsOf = ({ stream, type }: StoredEvent) =>
    Object.entries(vocabularyOf(stream).sealedFields[type] ?? {});
  return {
    parse: (event) => {
      const data = parseJson(event.data);
      const metadata = parseJson(event.metadata) as StoredMetadata;
      const subjects = sealedFieldsOf(event).map(([, subjectField]) => String(data[subjectField]));
      return { data, metadata, subjects: metadata.origin ? [...subjects, metadata.actor.id] : subjects };
    },
    open: (event, { data: sealed, metadata }, keyOf) => {
      const data = { ...sealed };
      for (const [field, subjectField] of sealedFieldsOf(event)) {
        const [box, key] = [data[field], keyOf(String(data[subjectField]))];
        if (isBox(box)) data[field] = unseal(key, aadOf(event.stream, event.id, field), box);
      }
      const { digest, origin, occurredAt, ...meta } = metadata;
      const key = origin ? keyOf(meta.actor.id) : null;
      const open = () => (origin ? (unseal(key, aadOf(event.stream, event.id, '$origin'), origin) as Origin) : null);
      return {
        digest,
        event: {
          ...vocabularyOf(event.stream).parse({ type: event.type, data }),
          eventId: event.id,
          stream: event.stream,
          revision: event.revision,
          position: event.position,
          meta: withOrigin({ ...meta, occurredAt: new Date(occurredAt) }, open),
        },
      };
    },
  };
};

/**
 * What many readers of one process are handed as the same object is parsed and opened once for all of them, and again
 * when a key has changed since: nobody is told what was erased.
 */
const openedOnce = ({ parse, open }: Opener): Opener => {
  const known = new WeakMap<StoredEvent, { parts: Parts; keys: (KeyObject | null)[]; opened: Opened | null }>();
  return {
    parse: (event) => {
      const parts = known.get(event)?.parts ?? parse(event);
      if (!known.has(event)) known.set(event, { parts, keys: [], opened: null });
      return parts;
    },
    open: (event, parts, keyOf) => {
      const keys = parts.subjects.map(keyOf);
      const before = known.get(event);
      if (before?.opened && before.keys.every((key, index) => key === keys[index])) return before.opened;
      const opened = open(event, parts, keyOf);
      known.set(event, { parts, keys, opened });
      return opened;
    },
  };
};

/** Larger batches are those of a reader who is far behind, and alone there. */
const sharedEventsMax = 64;

/** `vocabularies` by category: how the events of each kind of stream are parsed. */
export const codecOf = (vault: Vault, vocabularies: ReadonlyMap<string, Vocabulary<Fact>>): Codec => {
  const vocabularyOf = (stream: string): Vocabulary<Fact> => {
    const vocabulary = vocabularies.get(categoryOf(stream));
    if (!vocabulary) throw new Error(`No vocabulary for stream ${stream}: this program is older than the log`);
    return vocabulary;
  };

  const each = openerOf(vocabularyOf);
  const shared = openedOnce(each);

  return {
    encode: async (vocabulary, stream, id, { type, data }, envelope) => {
      const plain: Record<string, unknown> = { ...data };
      for (const [field, subjectField] of Object.entries(vocabulary.sealedFields[type] ?? {})) {
        const key = await vault.keyFor(String(plain[subjectField]));
        plain[field] = key === null ? null : seal(key, aadOf(stream, id, field), plain[field]);
      }
      const { origin, occurredAt, ...rest } = envelope;
      const key = origin && hasPerson(envelope.actor) ? await vault.keyFor(envelope.actor.id) : null;
      const metadata: StoredMetadata = {
        ...rest,
        occurredAt: occurredAt.toISOString(),
        ...(key ? { origin: seal(key, aadOf(stream, id, '$origin'), origin) } : {}),
      };
      return { id, type, data: Buffer.from(JSON.stringify(plain)), metadata: Buffer.from(JSON.stringify(metadata)) };
    },

    decode: async (stored) => {
      const { parse, open } = stored.length <= sharedEventsMax ? shared : each;
      const parsed = stored.map((event) => ({ event, parts: parse(event) }));
      const keys = await vault.keysOf([...new Set(parsed.flatMap(({ parts }) => parts.subjects))]);
      const keyOf: KeyOf = (subject) => keys.get(subject) ?? null;
      return parsed.map(({ event, parts }) => open(event, parts, keyOf));
    },
  };
};
