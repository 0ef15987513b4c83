// Reads the log by pages. `$all` holds what is not ours as well, and the client's readAll has no filter.
import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  FORWARDS,
  isCommandError,
  type ReadRevision,
  type ResolvedEvent,
  START,
  type StreamingRead,
} from '@eventstore/db-client';
import { byLeader, type Connection } from './esdbConnection.ts';
import { storedOf } from './esdbEvents.ts';
import {
  assertRange,
  categoryOf,
  type Filter,
  positionOf,
  type StoredEvent,
  StoreUnavailable,
  type StreamRange,
} from './eventStore.ts';

/** `upTo`: the last position looked at. `last`: nothing newer was there. */
export type Page = { events: StoredEvent[]; upTo: bigint; last: boolean };

export type Reader = {
  page: (after: bigint) => Promise<Page>;
  stream: (stream: string, range: StreamRange) => AsyncGenerator<StoredEvent, void, undefined>;
  /** The last `count` events of the log, ours or not, newest first and in pages. */
  newest: (count: number) => AsyncGenerator<AllStreamResolvedEvent[], void, undefined>;
  head: () => Promise<bigint | null>;
  /** Position of whatever is last in the log; 0 where there is nothing. */
  end: () => Promise<bigint>;
};

const pageEventsMax = 1000;
const streamPageEventsMax = 200;
/** Most often the newest event is ours; the server's own come seldom and few at a time. */
const headPageEvents = [1, 32];

/** A stream as an array; given up when it takes too long. */
const collected = async <T>(connection: Connection, open: Parameters<typeof connection.ask<T[]>>[0]): Promise<T[]> => {
  try {
    return await connection.ask(open);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (error instanceof Error && isCommandError(error) && error.type === 'stream-not-found') return [];
    throw new StoreUnavailable('The event store does not answer', { cause: error });
  }
};

const drained = async <T>(stream: StreamingRead<T>, heard: () => void): Promise<T[]> => {
  const seen: T[] = [];
  for await (const each of stream) {
    seen.push(each);
    heard();
  }
  return seen;
};

const commitOf = ({ event, commitPosition }: AllStreamResolvedEvent): bigint =>
  event?.position.commit ?? commitPosition ?? 0n;

/** Whether a reader with this filter wants the event. */
export const matches = (filter: Filter | undefined, { stream }: StoredEvent): boolean =>
  filter?.categories === undefined || filter.categories.includes(categoryOf(stream));

export const ours = (resolved: readonly (AllStreamResolvedEvent | ResolvedEvent)[]): StoredEvent[] =>
  resolved.map(({ event }) => storedOf(event)).filter((event) => event !== null);

const everythingFrom = (connection: Connection, after: bigint, maxCount: number): Promise<AllStreamResolvedEvent[]> =>
  collected(connection, (client, heard) => {
    const fromPosition = after === 0n ? START : { commit: after, prepare: after };
    return drained(client.readAll({ ...byLeader, fromPosition, maxCount }), heard);
  });

const backwardsFrom = (
  connection: Connection,
  before: bigint | null,
  maxCount: number,
): Promise<AllStreamResolvedEvent[]> =>
  collected(connection, (client, heard) => {
    const fromPosition = before === null ? END : { commit: before, prepare: before };
    return drained(client.readAll({ ...byLeader, direction: BACKWARDS, fromPosition, maxCount }), heard);
  });

async function* readStream(
  connection: Connection,
  name: string,
  range: StreamRange,
): AsyncGenerator<StoredEvent, void, undefined> {
  assertRange(range);
  const { limit = Number.POSITIVE_INFINITY } = range;
  const direction = range.direction === 'backwards' ? BACKWARDS : FORWARDS;
  let from: ReadRevision = range.from === undefined ? (direction === FORWARDS ? START : END) : BigInt(range.from);
  for (let left = limit; left > 0; ) {
    const maxCount = Math.min(left, streamPageEventsMax);
    const read = await collected(connection, (client, heard) =>
      drained(client.readStream(name, { ...byLeader, direction, fromRevision: from, maxCount }), heard),
    );
    const first = read[0]?.event?.revision;
    // Somebody has limited or deleted the stream; deciding on the rest of it would be wrong.
    if (direction === FORWARDS && first !== undefined && first !== (from === START ? 0n : from)) {
      throw new Error(`Events of the stream ${name} before revision ${first} are hidden: it was limited or deleted`);
    }
    yield* ours(read);
    const last = read.at(-1)?.event?.revision;
    if (read.length < maxCount || last === undefined || (direction === BACKWARDS && last === 0n)) return;
    left -= read.length;
    from = last + (direction === FORWARDS ? 1n : -1n);
  }
}

export const openReader = (connection: Connection): Reader => {
  const page = async (after: bigint): Promise<Page> => {
    // A position is inclusive, and one that is none reads nothing, without a word.
    const resolved = await everythingFrom(connection, after, pageEventsMax + 1);
    if (after > 0n && resolved.length === 0) throw new Error(`Not a position of this log: ${positionOf(after)}`);
    const newest = resolved.at(-1);
    return {
      events: ours(resolved.filter((each) => commitOf(each) > after)),
      upTo: newest ? commitOf(newest) : after,
      last: resolved.length <= pageEventsMax,
    };
  };

  const head = async (): Promise<bigint | null> => {
    let before: bigint | null = null;
    for (let page = 0; ; page += 1) {
      const count = headPageEvents[page] ?? pageEventsMax;
      const resolved: AllStreamResolvedEvent[] = await backwardsFrom(connection, before, count);
      const found = resolved.find(({ event }) => storedOf(event) !== null);
      if (found) return commitOf(found);
      const oldest = resolved.at(-1);
      if (!oldest || commitOf(oldest) === before) return null;
      before = commitOf(oldest);
    }
  };

  async function* newest(count: number): AsyncGenerator<AllStreamResolvedEvent[], void, undefined> {
    let before: bigint | null = null;
    for (let left = count; left > 0; left -= streamPageEventsMax) {
      const page: AllStreamResolvedEvent[] = await backwardsFrom(
        connection,
        before,
        Math.min(left, streamPageEventsMax),
      );
      const oldest = page.at(-1);
      if (!oldest || commitOf(oldest) === before) return;
      yield page;
      before = commitOf(oldest);
    }
  }

  return {
    page,
    stream: (name, range) => readStream(connection, name, range),
    head,
    newest,
    end: async () => {
      const [newest] = await backwardsFrom(connection, null, 1);
      return newest ? commitOf(newest) : 0n;
    },
  };
};
