// The event store in EventStoreDB, through its official client.
import { createAppender } from './esdbAppends.ts';
import { createAppendWorker } from './esdbAppendWorker.ts';
import { ringBell, watchIdentity } from './esdbBell.ts';
import { type Connection, connect } from './esdbConnection.ts';
import { identityOf, identityStream } from './esdbLogHome.ts';
import { matches, openReader, ours, type Page, type Reader } from './esdbLogReader.ts';
import { createRecentIds, type RecentIds } from './esdbRecentIds.ts';
import { assertNothingHidden, assertRoom, assertUrl, whyUnusable } from './esdbServer.ts';
import {
  assertOpen,
  type Batch,
  type EventStore,
  type Filter,
  LogElsewhere,
  type LogIdentity,
  numberOf,
  positionOf,
  StoreUnavailable,
} from './eventStore.ts';
import { createSignal, type Signal } from './signal.ts';

export type EsdbEventStoreOptions = {
  /** `esdb://user:password@host:port?tls=…`; the account belongs here, since one per call would halve the speed. */
  url: string;
  /** A new UUID: the identity of a log that is created. */
  newId: () => string;
  /** Appends that were not sent are refused when the store has been silent for so long. */
  refuseAfterMs?: number;
  /** What is not answered for so long is asked again. */
  answerTimeoutMs?: number;
  /** How often subscriptions look for themselves, should the news not get through. */
  pollMs?: number;
  /** Opens it as well where it is moved away or arriving. */
  moving?: boolean;
  onFault?: (error: unknown) => void;
};

const origin = 0n;
const lookedAtInStart = 2000;
/** Finding the leader of a cluster may take longer than any answer later on. */
const startTimeoutMs = 10_000;

/** Reads a page once for all who stand at the same place and have heard the same news, as all do who are up to date. */
const sharedPages = (reader: Reader, recentIds: RecentIds) => {
  const read = async (after: bigint): Promise<Page> => {
    const page = await reader.page(after);
    if (page.last) recentIds.noteAll(page.events);
    return page;
  };
  const underWay = new Map<string, Promise<Page>>();
  return (after: bigint, newsHeard: number): Promise<Page> => {
    // One that was begun before the last news may lack what they told of.
    const key = `${after} ${newsHeard}`;
    const known = underWay.get(key);
    if (known) return known;
    const page = read(after).finally(() => underWay.delete(key));
    underWay.set(key, page);
    return page;
  };
};

type Following = {
  pageAfter: ReturnType<typeof sharedPages>;
  news: Signal;
  /** Begins to hear of what other processes write; idempotent. */
  listen: () => void;
  pollMs: number;
  closed: AbortSignal;
  onFault: (error: unknown) => void;
};

async function* follow(
  { pageAfter, news, listen, pollMs, closed, onFault }: Following,
  after: bigint,
  filter: Filter | undefined,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  const ended = AbortSignal.any([signal, closed]);
  listen();
  let position = after;
  let first = true;
  while (!ended.aborted) {
    const seen = news.count();
    const page = await pageAfter(position, seen).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (!ended.aborted) onFault(error);
      return null;
    });
    if (page && (page.upTo > position || first)) {
      first = false;
      position = page.upTo;
      const events = page.events.filter((event) => matches(filter, event));
      yield { events, position: positionOf(position), caughtUp: page.last };
    }
    if (!page || page.last) await news.after(seen, pollMs, ended);
  }
}

async function* readUpToNow(reader: Reader, after: bigint, filter: Filter | undefined, limit: number) {
  if (limit === 0) return;
  const end = await reader.end();
  let left = limit;
  for (let position = after; position < end; ) {
    const page = await reader.page(position);
    for (const event of page.events) {
      if (!matches(filter, event)) continue;
      if (numberOf(event.position) > end || left <= 0) return;
      left -= 1;
      yield event;
    }
    if (page.last) return;
    position = page.upTo;
  }
}

/** Finds out which log this is, and whether it does. */
const begin = async (
  connection: Connection,
  reader: Reader,
  { newId, moving = false }: EsdbEventStoreOptions,
  recentIds: RecentIds,
): Promise<LogIdentity> => {
  const identity = await identityOf(connection, newId, startTimeoutMs);
  if (!moving) assertOpen(identity.state);
  await assertRoom(connection, identityStream, newId, startTimeoutMs);
  const said = new Set<string>();
  for await (const page of reader.newest(lookedAtInStart)) {
    assertNothingHidden(page, said);
    recentIds.noteAll(ours(page));
  }
  return identity;
};

/**
 * Opens the log of an EventStoreDB that is ours alone, or begins one there. Rejects with `EsdbUnusable` (a
 * `StoreUnavailable`) when it cannot be reached or does not do; later on it reconnects by itself.
 */
export const openEsdbEventStore = async (options: EsdbEventStoreOptions): Promise<EventStore> => {
  const { url, newId, refuseAfterMs = 700, answerTimeoutMs = 1200, pollMs = 500 } = options;
  const { onFault = () => undefined } = options;
  assertUrl(url);
  const closing = new AbortController();
  const news = createSignal();
  const connection = connect({ url, answerTimeoutMs, onFault });
  const reader = openReader(connection);
  const recentIds = createRecentIds();
  const worker = createAppendWorker({ url, answerTimeoutMs, refuseAfterMs }, onFault);
  const begun = Promise.all([begin(connection, reader, options, recentIds), worker.ready]);
  const [{ logId, positionsId }] = await begun.catch(async (cause: unknown) => {
    await Promise.all([connection.close(), worker.close()]);
    throw cause instanceof LogElsewhere ? cause : whyUnusable(url, cause);
  });
  let movedAway = false;
  const listening = { connection, closed: closing.signal, onFault };
  const watching = watchIdentity(listening, () => {
    identityOf(connection, newId).then(({ state }) => {
      movedAway = state === 'moved';
    }, onFault);
  });
  let bell: Promise<void> | null = null;
  const listen = () => {
    if (!closing.signal.aborted) bell ??= ringBell({ ...listening, reader, ring: news.raise });
  };
  const assertWritable = () => {
    if (closing.signal.aborted) throw new StoreUnavailable('The event store is closed');
    if (movedAway) throw new StoreUnavailable('The log was moved to another store');
  };
  const appender = createAppender({ settle: worker.settle, reader, recentIds, onWritten: news.raise, assertWritable });
  const pageAfter = sharedPages(reader, recentIds);
  const following: Following = { pageAfter, news, listen, pollMs, closed: closing.signal, onFault };

  return {
    logId: () => Promise.resolve(logId),
    positionsId: () => Promise.resolve(positionsId),
    append: appender.append,
    idsUniqueIn: 'stream',
    readStream: (stream, range = {}) => reader.stream(stream, range),
    readAll: ({ after, filter, limit = Number.POSITIVE_INFINITY } = {}) =>
      readUpToNow(reader, after === undefined ? origin : numberOf(after), filter, limit),
    subscribeAll: ({ after, filter, signal }) =>
      follow(following, after === undefined ? origin : numberOf(after), filter, signal),
    head: async () => {
      const head = await reader.head();
      return head === null ? null : positionOf(head);
    },
    close: async () => {
      closing.abort();
      await appender.settled();
      await Promise.all([watching, bell, worker.close()]);
      await connection.close();
    },
  };
};
