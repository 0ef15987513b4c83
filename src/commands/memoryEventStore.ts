// The event store in memory: for tests and simulations, with the faults of a real one on request.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Appended,
  AppendInvalid,
  assertAppendable,
  assertRange,
  type Batch,
  categoryOf,
  EventIdTaken,
  type EventStore,
  type ExpectedRevision,
  type Filter,
  type NewEvent,
  numberOf,
  OutcomeUnknown,
  positionOf,
  type StoredEvent,
  StoreUnavailable,
} from './eventStore.ts';
import { createSignal } from './signal.ts';

/**
 * What may befall one attempt to append. `refused`: surely not written. `lost`: never arrived, no answer.
 * `answerLost`: written, no answer. `late`: no answer, and written only some turns of the event loop later, when a
 * repetition may have come first.
 */
export type AppendFault = 'refused' | 'lost' | 'answerLost' | 'late';

/**
 * What may befall a subscription: `torn` must not be noticed; `again` delivers a batch twice, which no store should.
 */
export type SubscriptionFault = 'torn' | 'again';

/** Asked at every opportunity; null lets it pass. The source of chance is the caller's, so that seeds repeat. */
export type Faults = {
  append?: (stream: string) => AppendFault | null;
  subscription?: () => SubscriptionFault | null;
  read?: () => 'refused' | null;
};

export type MemoryEventStoreOptions = {
  now: () => Date;
  logId?: string;
  faults?: Faults;
  /** Events of a batch or page at most. */
  pageEventsMax?: number;
};

// Time is not measured here, so that simulations repeat exactly: a deadline is a number of attempts.
const attemptMs = 100;
const lateTurns = 3;

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const sameEvent = (stored: StoredEvent | undefined, given: NewEvent): boolean =>
  stored !== undefined &&
  stored.id === given.id &&
  stored.type === given.type &&
  sameBytes(stored.data, given.data) &&
  sameBytes(stored.metadata, given.metadata);

/** The log itself, without faults: one array in order of position, and the same events by stream. */
const createLog = (now: () => Date) => {
  const all: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const ids = new Set<string>();
  const news = createSignal();

  const append = (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Appended => {
    const present = streams.get(stream) ?? [];
    const base = expected === 'noStream' ? -1 : expected;
    const actual = present.length - 1;
    const before = present[base + events.length];
    if (base < actual && before && events.every((event, index) => sameEvent(present[base + 1 + index], event))) {
      return { outcome: 'appended', revision: before.revision, position: before.position };
    }
    if (base !== actual) return { outcome: 'conflict', actual: actual < 0 ? 'noStream' : actual };
    if (events.some(({ id }) => ids.has(id))) {
      throw new EventIdTaken('An event id of this append belongs to another event');
    }
    const recordedAt = now();
    for (const [index, { id, type, data, metadata }] of events.entries()) {
      const place = { stream, revision: base + 1 + index, position: positionOf(all.length + 1), recordedAt };
      const stored = { id, type, data: Buffer.from(data), metadata: Buffer.from(metadata), ...place };
      all.push(stored);
      present.push(stored);
      ids.add(id);
    }
    streams.set(stream, present);
    news.raise();
    return { outcome: 'appended', revision: present.length - 1, position: positionOf(all.length) };
  };

  const matches = (filter: Filter | undefined) => (event: StoredEvent) =>
    filter?.categories === undefined || filter.categories.includes(categoryOf(event.stream));

  return {
    append,
    news,
    size: () => all.length,
    streamOf: (stream: string): readonly StoredEvent[] => streams.get(stream) ?? [],
    between: (after: number, upTo: number, filter: Filter | undefined) =>
      all.slice(after, upTo).filter(matches(filter)),
  };
};

type Log = ReturnType<typeof createLog>;

/** Attempts until there is an answer; null when the outcome stays open. */
const settleAppend = async (
  log: Log,
  fault: () => AppendFault | null,
  attempts: number,
  write: () => Appended,
): Promise<Appended> => {
  let maybeWritten = false;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await nextTurn();
    const befallen = fault();
    if (befallen === null) return write();
    if (befallen === 'refused' && !maybeWritten) throw new StoreUnavailable('The event store was told to refuse');
    if (befallen === 'answerLost') write();
    if (befallen === 'late') void writeLate(write);
    maybeWritten ||= befallen !== 'refused';
  }
  throw new OutcomeUnknown(`The event store (${log.size()} events) was told not to answer`);
};

const writeLate = async (write: () => Appended): Promise<void> => {
  for (let turn = 0; turn < lateTurns; turn += 1) await nextTurn();
  try {
    write();
  } catch (error) {
    if (!(error instanceof AppendInvalid)) throw error; // Nobody is left to be told.
  }
};

/** A torn connection loses what was on its way; reading starts again where it was. */
async function* follow(
  log: Log,
  after: number,
  filter: Filter | undefined,
  ended: AbortSignal,
  { faults = {}, pageEventsMax = 500 }: MemoryEventStoreOptions,
): AsyncGenerator<Batch, void, undefined> {
  let position = after;
  let first = true;
  while (!ended.aborted) {
    const seen = log.news.count();
    const befallen = faults.subscription?.() ?? null;
    if (befallen === 'torn') {
      await nextTurn();
      continue;
    }
    const upTo = Math.max(position, Math.min(position + pageEventsMax, log.size()));
    if (upTo > position || first) {
      const events = log.between(position, upTo, filter);
      const batch = { events, position: positionOf(upTo), caughtUp: upTo >= log.size() };
      first = false;
      position = upTo;
      yield batch;
      if (befallen === 'again') yield batch;
    }
    if (position >= log.size()) await log.news.after(seen, undefined, ended);
  }
}

/** A log of its own, gone with the process. Every answer comes in a later turn of the event loop. */
export const memoryEventStore = (options: MemoryEventStoreOptions): EventStore => {
  const { now, faults = {}, logId = '00000000-0000-4000-8000-000000000000' } = options;
  const log = createLog(now);
  const closing = new AbortController();

  const readable = async () => {
    await nextTurn();
    if (closing.signal.aborted) throw new StoreUnavailable('The event store is closed');
    if (faults.read?.()) throw new StoreUnavailable('The event store was told to refuse');
  };

  return {
    logId: () => Promise.resolve(logId),
    positionsId: () => Promise.resolve(logId),
    append: async (stream, expected, events, deadlineMs = 2000) => {
      assertAppendable(stream, expected, events);
      if (closing.signal.aborted) throw new StoreUnavailable('The event store is closed');
      // The caller's buffers may change while the append is under way.
      const own = events.map((event) => ({
        ...event,
        data: Buffer.from(event.data),
        metadata: Buffer.from(event.metadata),
      }));
      const attempts = Math.max(1, Math.ceil(deadlineMs / attemptMs));
      const fault = () => faults.append?.(stream) ?? null;
      return settleAppend(log, fault, attempts, () => log.append(stream, expected, own));
    },
    idsUniqueIn: 'log',
    readStream: async function* (stream, range = {}) {
      const { from, direction = 'forwards', limit = Number.POSITIVE_INFINITY } = range;
      assertRange(range);
      await readable();
      const events = log.streamOf(stream);
      const chosen =
        direction === 'forwards' ? events.slice(from ?? 0) : events.slice(0, (from ?? events.length) + 1).reverse();
      yield* chosen.slice(0, limit);
    },
    readAll: async function* ({ after, filter, limit = Number.POSITIVE_INFINITY } = {}) {
      await readable();
      yield* log.between(after === undefined ? 0 : Number(numberOf(after)), log.size(), filter).slice(0, limit);
    },
    subscribeAll: ({ after, filter, signal }) =>
      follow(
        log,
        after === undefined ? 0 : Number(numberOf(after)),
        filter,
        AbortSignal.any([signal, closing.signal]),
        options,
      ),
    head: async () => {
      await readable();
      return log.size() === 0 ? null : positionOf(log.size());
    },
    close: async () => {
      closing.abort();
      await nextTurn();
    },
  };
};
