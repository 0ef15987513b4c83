// The port every event store adapter implements; one contract suite runs against all of them.

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

export type EventStore = {
  /** Identity of the log, made once when it is created; a checkpoint of another log must be refused. */
  logId: () => Promise<string>;
  /**
   * Writes all events or none. A repeat of the very same events at the same expected revision answers as the first
   * time did. Rejects with `StoreUnavailable` (surely nothing written), `OutcomeUnknown` (after `deadlineMs` of
   * settling by repetition), or `AppendInvalid` (refused before anything was sent).
   */
  append: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs?: number,
  ) => Promise<Appended>;
  /** Events of one stream, ascending from `from` (inclusive), or descending from it. A missing stream is empty. */
  readStream: (
    stream: string,
    options?: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number },
  ) => AsyncIterable<StoredEvent>;
  /** All events after `after` (exclusive), in position order, up to what is committed now. */
  readAll: (options?: { after?: string; filter?: Filter; limit?: number }) => AsyncIterable<StoredEvent>;
  /** Like readAll, but goes on: resumes by itself after an interruption, ends when `signal` is aborted. */
  subscribeAll: (options: { after?: string; filter?: Filter; signal: AbortSignal }) => AsyncIterable<Batch>;
  /** Position of the newest event, or null in an empty log. */
  head: () => Promise<string | null>;
  close: () => Promise<void>;
};

export const limits = {
  eventBytesMax: 64 * 1024,
  appendEventsMax: 500,
  appendBytesMax: 1024 * 1024,
} as const;

export class StoreUnavailable extends Error {
  readonly code = 'StoreUnavailable';
}

export class OutcomeUnknown extends Error {
  readonly code = 'OutcomeUnknown';
}

export class AppendInvalid extends Error {
  readonly code = 'AppendInvalid';
}

const encodedStream = /^[a-z][A-Za-z0-9]*-[A-Za-z0-9_.~+-]{1,200}$/;

/** Checks an append against the limits every adapter keeps, before anything is sent. */
export const assertAppendable = (stream: string, events: readonly NewEvent[]): void => {
  if (!encodedStream.test(stream)) throw new AppendInvalid(`Not a stream name: ${JSON.stringify(stream)}`);
  if (events.length === 0) throw new AppendInvalid('An append needs at least one event');
  if (events.length > limits.appendEventsMax) {
    throw new AppendInvalid(`An append holds at most ${limits.appendEventsMax} events, this one has ${events.length}`);
  }
  let total = 0;
  const ids = new Set<string>();
  for (const { id, type, data, metadata } of events) {
    if (type === '') throw new AppendInvalid('An event type must not be empty');
    if (ids.has(id)) throw new AppendInvalid(`Event id ${id} stands twice in one append`);
    ids.add(id);
    const bytes = data.byteLength + metadata.byteLength;
    if (data.byteLength === 0) throw new AppendInvalid(`Event ${type} has no data`);
    if (bytes > limits.eventBytesMax)
      throw new AppendInvalid(`Event ${type} has ${bytes} bytes, ${limits.eventBytesMax} at most`);
    total += bytes;
  }
  if (total > limits.appendBytesMax) {
    throw new AppendInvalid(`The append has ${total} bytes, ${limits.appendBytesMax} at most`);
  }
};

/** The category of a stream: what stands before its first hyphen. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
