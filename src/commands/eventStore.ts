// The port every event store adapter implements; one contract suite runs against all of them.
import assert from 'node:assert/strict';

/** Revision the writer decided on: the last one it read (0-based), or `noStream`. `any` is not offered on purpose. */
export type ExpectedRevision = 'noStream' | number;

export type NewEvent = { id: string; type: string; data: Uint8Array; metadata: Uint8Array };

/**
 * `position` is opaque, in commit order, gapless to a reader, and compares as a string (`a < b` means a was committed
 * before b). `recordedAt` is the store's own clock and never a basis of order.
 */
export type StoredEvent = NewEvent & { stream: string; revision: number; position: string; recordedAt: Date };

export type Appended =
  | { outcome: 'appended'; revision: number; position: string }
  | { outcome: 'conflict'; actual: ExpectedRevision };

/** Only streams of these categories (the part before the first `-`); absent means all of them. */
export type Filter = { categories?: readonly string[] };

/** `position` is the last one looked at, matching the filter or not. `caughtUp`: nothing newer was there. */
export type Batch = { events: StoredEvent[]; position: string; caughtUp: boolean };

/** `from` is inclusive; absent means the first event, or the newest when reading backwards. */
export type StreamRange = { from?: number; direction?: 'forwards' | 'backwards'; limit?: number };

/**
 * `arriving`: a log is being moved here and is not whole yet. `moved`: it was moved away, and nothing may be added any
 * more. In both no server works with it (docs/decisions/0014).
 */
export type LogState = 'open' | 'arriving' | 'moved';

/** `positionsId` names the positions of a log: another store gives other ones to the same events. */
export type LogIdentity = { logId: string; positionsId: string; state: LogState };

/** What may happen to a log as a whole. Nothing but `migrate-log` uses it. */
export type LogHome = {
  identity: () => Promise<LogIdentity>;
  /** Makes an empty log the place that another one is to arrive at. */
  receive: (logId: string) => Promise<void>;
  /** Once the state is `moved`, appends are refused: by PostgreSQL at once, by EventStoreDB as servers hear of it. */
  become: (state: LogState) => Promise<void>;
  close: () => Promise<void>;
};

export type EventStore = {
  /** Identity of the log, made once when it is created. It stays when the log is moved to another store. */
  logId: () => Promise<string>;
  /** Identity of its positions: a checkpoint with another one must be refused. */
  positionsId: () => Promise<string>;
  /** Where an event id is surely refused that another event has; on other streams `stream` knows the newest only. */
  idsUniqueIn: 'log' | 'stream';
  /**
   * Writes all events or none. A repeat of the very same events at the same expected revision answers as the first
   * time did. Rejects with `StoreUnavailable` (surely nothing written), `OutcomeUnknown` (after `deadlineMs` of
   * settling by repetition), or `AppendInvalid` (never writable: past a limit, or an event id that another event has).
   */
  append: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs?: number,
  ) => Promise<Appended>;
  /**
   * Events of one stream, ascending from `from` (inclusive), or descending from it. A missing stream is empty. This and
   * the other reads reject with `StoreUnavailable` while the store does not answer.
   */
  readStream: (stream: string, range?: StreamRange) => AsyncIterable<StoredEvent>;
  /** All events after `after` (exclusive), in position order, up to what is committed now. */
  readAll: (options?: { after?: string; filter?: Filter; limit?: number }) => AsyncIterable<StoredEvent>;
  /**
   * Like readAll, but goes on: resumes by itself after an interruption, ends when `signal` is aborted or the store is
   * closed. The first batch comes at once, if need be without events.
   */
  subscribeAll: (options: { after?: string; filter?: Filter; signal: AbortSignal }) => AsyncIterable<Batch>;
  /** Position of the newest event, or null in an empty log. */
  head: () => Promise<string | null>;
  close: () => Promise<void>;
};

/** An event with its stream, type and id has to fit an entry of the proof (src/proof/entries.ts), 65 535 bytes. */
export const limits = {
  eventBytesMax: 63 * 1024,
  appendEventsMax: 500,
  appendBytesMax: 1024 * 1024,
} as const;

export class StoreUnavailable extends Error {
  readonly code = 'StoreUnavailable';
}

export class OutcomeUnknown extends Error {
  readonly code = 'OutcomeUnknown';
}

/** Here is no log to work with: it was moved away, or has not arrived as a whole. */
export class LogElsewhere extends Error {}

/** Throws `LogElsewhere` where no server may work with this log. */
export const assertOpen = (state: LogState): void => {
  if (state === 'open') return;
  throw new LogElsewhere(
    state === 'moved'
      ? 'The log was moved away from this store by "migrate-log". Name the store it is in now.'
      : 'A log is being moved to this store and is not whole yet. Run "migrate-log" again until it is done.',
  );
};

export class AppendInvalid extends Error {
  readonly code = 'AppendInvalid';
}

/** An event id of the append stands in the log already, as another event: the command id was used before. */
export class EventIdTaken extends AppendInvalid {}

const streamName = /^[a-z][A-Za-z0-9]*-[A-Za-z0-9_.~+-]{1,200}$/;
const eventId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const eventType = /^[A-Za-z][A-Za-z0-9_.]{0,199}$/;

/** Whether an append of ours may go to a stream of this name. */
export const isStreamName = (name: string): boolean => streamName.test(name);

const sizeOf = ({ id, type, data, metadata }: NewEvent): number => {
  if (!eventType.test(type)) throw new AppendInvalid(`Not an event type: ${JSON.stringify(type)}`);
  if (!eventId.test(id)) throw new AppendInvalid(`Not an event id (a UUID in lower case): ${JSON.stringify(id)}`);
  if (data.byteLength === 0) throw new AppendInvalid(`Event ${type} has no data`);
  const bytes = data.byteLength + metadata.byteLength;
  if (bytes <= limits.eventBytesMax) return bytes;
  throw new AppendInvalid(`Event ${type} has ${bytes} bytes, ${limits.eventBytesMax} at most`);
};

/** Checks an append against the limits every adapter keeps, before anything is sent. */
export const assertAppendable = (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): void => {
  if (!isStreamName(stream)) throw new AppendInvalid(`Not a stream name: ${JSON.stringify(stream)}`);
  if (expected !== 'noStream' && !(Number.isInteger(expected) && expected >= 0 && expected < 2 ** 31 - 1)) {
    throw new AppendInvalid(`Not a revision: ${expected}`);
  }
  if (events.length === 0) throw new AppendInvalid('An append needs at least one event');
  if (events.length > limits.appendEventsMax) {
    throw new AppendInvalid(`An append holds at most ${limits.appendEventsMax} events, this one has ${events.length}`);
  }
  let total = 0;
  const ids = new Set<string>();
  for (const event of events) {
    total += sizeOf(event);
    if (ids.has(event.id)) throw new AppendInvalid(`Event id ${event.id} stands twice in one append`);
    ids.add(event.id);
  }
  if (total > limits.appendBytesMax) {
    throw new AppendInvalid(`The append has ${total} bytes, ${limits.appendBytesMax} at most`);
  }
};

/** Throws at a range that no reader can mean. */
export const assertRange = ({ from = 0, limit = 0 }: StreamRange): void => {
  assert(Number.isInteger(from) && from >= 0, `Not a revision: ${from}`);
  assert(limit >= 0, `Not a limit: ${limit}`);
};

/** The category of a stream: what stands before its first hyphen. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

const positionDigits = 19;

/** The n-th event of the log (from 1) as a position; n = 0 is the place before the first. */
export const positionOf = (n: bigint | number | string): string => String(n).padStart(positionDigits, '0');

/** The number behind a position of an adapter that counts. Throws at anything else, e.g. another store's position. */
export const numberOf = (position: string): bigint => {
  if (!/^\d{19}$/.test(position) || position > '9000000000000000000') {
    throw new Error(`Not a position of this log: ${JSON.stringify(position)}`);
  }
  return BigInt(position);
};
