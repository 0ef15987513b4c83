// The store boundary: what leaves for the log is sealed here, what comes back is opened and parsed.
import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import type { Actor, Fact, Origin, Recorded, Vocabulary } from '../domain/kernel.ts';
import { categoryOf, type NewEvent, type StoredEvent } from './eventStore.ts';
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

type SealedBox = { $sealed: string };
type StoredMetadata = Omit<Envelope, 'occurredAt' | 'origin'> & { occurredAt: string; origin?: SealedBox };

/** An event read back, and the digest that tells whether a repeat asks for the same. */
export type Opened<Event extends Fact = Fact> = { event: Recorded<Event>; digest: string };

const isBox = (value: unknown): value is SealedBox =>
  typeof value === 'object' && value !== null && typeof (value as SealedBox).$sealed === 'string';

const nonceBytes = 12;
const nonces = Buffer.alloc(nonceBytes * 512);
let noncesUsed = nonces.length;

/** Random bytes never handed out before; drawn many at once, since asking for them costs more than using them. */
const freshNonce = (): Buffer => {
  if (noncesUsed === nonces.length) {
    randomFillSync(nonces);
    noncesUsed = 0;
  }
  noncesUsed += nonceBytes;
  return nonces.subarray(noncesUsed - nonceBytes, noncesUsed);
};

/** AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes), in base64. */
const seal = (key: KeyObject, aad: string, value: unknown): SealedBox => {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return { $sealed: Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64') };
};

const unseal = (key: KeyObject | null | undefined, aad: string, { $sealed }: SealedBox): unknown => {
  if (!key) return null;
  const bytes = Buffer.from($sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(aad)).setAuthTag(bytes.subarray(-16));
  return JSON.parse(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')) as unknown;
};

/** Binds a sealed field to its place, so that it cannot be moved to another event or field. */
const aadOf = (stream: string, eventId: string, field: string): string => `${stream}\n${eventId}\n${field}`;

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

/** `vocabularies` by category: how the events of each kind of stream are parsed. */
export const codecOf = (vault: Vault, vocabularies: ReadonlyMap<string, Vocabulary<Fact>>): Codec => {
  const vocabularyOf = (stream: string): Vocabulary<Fact> => {
    const vocabulary = vocabularies.get(categoryOf(stream));
    if (!vocabulary) throw new Error(`No vocabulary for stream ${stream}: this program is older than the log`);
    return vocabulary;
  };

  const subjectsOf = (stream: string, type: string, data: Record<string, unknown>, metadata: StoredMetadata) => [
    ...Object.values(vocabularyOf(stream).sealedFields[type] ?? {}).map((field) => String(data[field])),
    ...(metadata.origin ? [metadata.actor.id] : []),
  ];

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
      const read = stored.map((event) => ({
        event,
        data: parseJson(event.data),
        metadata: parseJson(event.metadata) as StoredMetadata,
      }));
      const keys = await vault.keysOf([
        ...new Set(read.flatMap(({ event, data, metadata }) => subjectsOf(event.stream, event.type, data, metadata))),
      ]);
      return read.map(({ event, data, metadata }) => {
        const vocabulary = vocabularyOf(event.stream);
        for (const [field, subjectField] of Object.entries(vocabulary.sealedFields[event.type] ?? {})) {
          const box = data[field];
          if (isBox(box))
            data[field] = unseal(keys.get(String(data[subjectField])), aadOf(event.stream, event.id, field), box);
        }
        const { digest, origin, occurredAt, ...meta } = metadata;
        const opened = origin
          ? unseal(keys.get(meta.actor.id), aadOf(event.stream, event.id, '$origin'), origin)
          : null;
        return {
          digest,
          event: {
            ...vocabulary.parse({ type: event.type, data }),
            eventId: event.id,
            stream: event.stream,
            revision: event.revision,
            position: event.position,
            meta: { ...meta, occurredAt: new Date(occurredAt), origin: opened as Origin | null },
          },
        };
      });
    },
  };
};
