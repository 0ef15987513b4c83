// Appends to EventStoreDB, each settled by repeating the very same until there is an answer.
import { setTimeout as delay } from 'node:timers/promises';
import { type EventData, isCommandError, NO_STREAM } from '@eventstore/db-client';
import { byLeader, type Connection, neverSent, within } from './esdbConnection.ts';
import { eventDataOf, storedId } from './esdbEvents.ts';
import type { Reader } from './esdbLogReader.ts';
import {
  type Appended,
  AppendInvalid,
  type ExpectedRevision,
  type NewEvent,
  OutcomeUnknown,
  positionOf,
  StoreUnavailable,
} from './eventStore.ts';

/** What is to be written; given up when the monotonic clock says `deadlineMs`. */
export type Append = {
  stream: string;
  expected: ExpectedRevision;
  events: readonly NewEvent[];
  deadlineMs: number;
};

/** Settles an append as the port says, but for ids that stand elsewhere: nobody looks at those. */
export type Settle = (append: Append) => Promise<Appended>;

export type SettlingTimes = {
  answerTimeoutMs: number;
  /** Appends that were not sent are refused when the store has been silent for so long. */
  refuseAfterMs: number;
};

type Needs = SettlingTimes & { connection: Connection; reader: Reader };

const repeatAfterMs = 50;

type Job = Append & { base: number; data: EventData[] };

/** What one attempt came to; `open` when nobody knows. */
type Attempt = Appended | { outcome: 'unsent' | 'open'; cause: unknown };

class StreamDeleted extends Error {
  constructor(stream: string) {
    super(`The stream ${stream} was deleted by hand, and its earlier events are hidden`);
  }
}

const leftOf = ({ deadlineMs }: Job): number => deadlineMs - performance.now();

/** Never writable, whoever asks: an answer of the store that a repetition would only get again. */
const finalVerdict = (error: unknown): Error | null => {
  if (!(error instanceof Error) || !isCommandError(error)) return null;
  if (error.type === 'stream-deleted') return new AppendInvalid('The stream was deleted by hand', { cause: error });
  if (error.type === 'maximum-append-size-exceeded') {
    // It counts the types and our envelope as well, so its default of 1 MiB is less than the port promises.
    return new AppendInvalid('EventStoreDB takes no append of this size: set MaxAppendSize to 2097152', {
      cause: error,
    });
  }
  if (/BadRequest/.test(error.message)) return new AppendInvalid('EventStoreDB refuses this append', { cause: error });
  if (error.type !== 'access-denied') return null;
  return new StoreUnavailable('EventStoreDB denies access: look at the account in ESDB_URL', { cause: error });
};

/**
 * Waits until a store that failed answers again, so long as `untilMs` of the monotonic clock allows: an append is not
 * sent to one that is known to be silent.
 */
const createProbe = (connection: Connection, reader: Reader) => {
  let probing: Promise<boolean> | null = null;
  /** Reads something, once for all who want to know. */
  const probe = (): Promise<boolean> => {
    probing ??= reader
      .end()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        probing = null;
      });
    return probing;
  };
  return async (untilMs: number): Promise<boolean> => {
    while (connection.isSuspect()) {
      const left = untilMs - performance.now();
      if (left <= 0) return false;
      if (await within(left, probe).catch(() => false)) return true;
      await delay(Math.max(0, Math.min(repeatAfterMs, untilMs - performance.now())));
    }
    return true;
  };
};

/** After an unanswered attempt a conflict may be with that attempt itself. */
const ownEvents = async (reader: Reader, { stream, base, events }: Job): Promise<Appended | null> => {
  const there = await Array.fromAsync(reader.stream(stream, { from: base + 1, limit: events.length }));
  const last = there.at(-1);
  const same = events.every((event, n) => there[n] !== undefined && storedId(there[n]) === storedId(event));
  return same && last ? { outcome: 'appended', revision: last.revision, position: last.position } : null;
};

const attempt = async ({ connection, answerTimeoutMs }: Needs, job: Job): Promise<Attempt> => {
  const { stream, expected, data } = job;
  const timeoutMs = Math.max(1, Math.min(answerTimeoutMs, leftOf(job)));
  const expectedRevision = expected === 'noStream' ? NO_STREAM : BigInt(expected);
  try {
    const answer = await connection.ask(
      (client) =>
        client.appendToStream(stream, data, { ...byLeader, expectedRevision, deadline: Math.ceil(timeoutMs) }),
      timeoutMs,
    );
    const position = answer.position?.commit;
    if (position === undefined) throw new Error('EventStoreDB answered an append without a position');
    const revision = Number(answer.nextExpectedRevision);
    // A stream that was deleted takes events as if it were new, and goes on counting.
    if (revision !== job.base + data.length) throw new StreamDeleted(stream);
    return { outcome: 'appended', revision, position: positionOf(position) };
  } catch (error) {
    if (error instanceof Error && isCommandError(error) && error.type === 'wrong-expected-version') {
      const actual = Number(error.actualVersion);
      return { outcome: 'conflict', actual: Number.isNaN(actual) ? 'noStream' : actual };
    }
    const verdict = error instanceof StreamDeleted ? error : finalVerdict(error);
    if (verdict) throw verdict;
    return { outcome: neverSent(error) ? 'unsent' : 'open', cause: error };
  }
};

/** Appends by way of `connection`. */
export const settleBy = (needs: Needs): Settle => {
  const { connection, reader, refuseAfterMs } = needs;
  const isThere = createProbe(connection, reader);
  return async (append) => {
    const base = append.expected === 'noStream' ? -1 : append.expected;
    const job: Job = { ...append, base, data: append.events.map(eventDataOf) };
    const refusedAtMs = performance.now() + refuseAfterMs;
    let maybeWritten = false;
    let cause: unknown;
    for (let first = true; first || leftOf(job) > 0; first = false) {
      const patience = maybeWritten ? job.deadlineMs : Math.min(job.deadlineMs, refusedAtMs);
      if (connection.isSuspect() && !(await isThere(patience))) break;
      const tried = await attempt(needs, job);
      if (tried.outcome === 'appended') return tried;
      if (tried.outcome === 'conflict') {
        if (!maybeWritten) return tried;
        const known = await ownEvents(reader, job).catch(() => undefined);
        if (known !== undefined) return known ?? tried;
      } else {
        maybeWritten ||= tried.outcome === 'open';
        cause = tried.cause;
      }
      await delay(Math.max(0, Math.min(repeatAfterMs, leftOf(job))));
    }
    if (maybeWritten) throw new OutcomeUnknown('The event store has not said whether it wrote this', { cause });
    throw new StoreUnavailable('The event store does not answer', { cause });
  };
};
