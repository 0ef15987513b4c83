// The event store in PostgreSQL.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import {
  assertAppendable,
  assertOpen,
  type Batch,
  type EventStore,
  type Filter,
  type LogIdentity,
  numberOf,
  positionOf,
  type StoredEvent,
  StoreUnavailable,
} from './eventStore.ts';
import { createAppendQueue } from './postgresAppendQueue.ts';
import { openReader, type Page, pageRangeMax, type Reader } from './postgresLogReader.ts';
import { logSteps } from './postgresLogSchema.ts';
import { startWriter } from './postgresLogWriter.ts';
import { migrateSchema } from './postgresMigrate.ts';
import { openNews } from './postgresNews.ts';
import { createRecent } from './postgresRecent.ts';
import type { Signal } from './signal.ts';

export type PostgresEventStoreOptions = {
  connection: pg.ClientConfig;
  /** Appends that were not sent are refused when the server has been silent for so long. */
  refuseAfterMs?: number;
  /** A batch that was sent and not answered for so long is sent again over a new connection. */
  answerTimeoutMs?: number;
  /** How often subscriptions look for themselves, should a notification get lost. */
  pollMs?: number;
  readConnections?: number;
  /** Opens it as well where it is moved away or arriving. */
  moving?: boolean;
  /** Told of every lost connection; reconnecting goes on by itself. */
  onFault?: (error: unknown) => void;
};

const origin = 0n;

type Following = {
  page: Reader['page'];
  news: Signal;
  closed: AbortSignal;
  onFault: (error: unknown) => void;
};

async function* follow(
  { page: pageOf, news, closed, onFault }: Following,
  after: bigint,
  filter: Filter | undefined,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  const ended = AbortSignal.any([signal, closed]);
  const look = (from: bigint): Promise<Page | null> =>
    pageOf(from, filter).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (!ended.aborted) onFault(error);
      return null;
    });
  let position = after;
  let first = true;
  /** What a reader far behind reads next, on its way while the page before is worked on. */
  let ahead: Promise<Page | null> | null = null;
  ended.addEventListener('abort', news.raise);
  try {
    while (!ended.aborted) {
      const seen = news.count();
      const page = await (ahead ?? look(position));
      ahead = null;
      if (page && (page.upTo > position || first)) {
        first = false;
        if (page.upTo > position) position = page.upTo;
        // Never the last page: whether a reader has caught up is asked when it wants to know.
        if (page.head - position > BigInt(pageRangeMax)) {
          ahead = look(position);
          ahead.catch(() => undefined); // Told to whoever asks for the next page, if anybody does.
          await nextTurn(); // It would not be sent before this page was done with.
        }
        yield { events: page.events, position: positionOf(position), caughtUp: position >= page.head };
      }
      if (!page || position >= page.head) await news.after(seen);
    }
  } finally {
    ended.removeEventListener('abort', news.raise);
  }
}

async function* readUpToNow(reader: Reader, after: bigint, filter: Filter | undefined, limit: number) {
  let position = after;
  let end: bigint | null = null;
  let left = limit;
  while (left > 0 && (end === null || position < end)) {
    const page = await reader.page(position, filter);
    end ??= page.head;
    for (const event of page.events) {
      if (numberOf(event.position) > end || left <= 0) return;
      left -= 1;
      yield event;
    }
    if (page.upTo <= position) return;
    position = page.upTo;
  }
}

/** Closes the reader where nobody may work with this log. */
const identityOf = async (reader: Reader, moving: boolean): Promise<LogIdentity> => {
  try {
    const identity = await reader.identity();
    if (!moving) assertOpen(identity.state);
    return identity;
  } catch (error) {
    await reader.close();
    throw error;
  }
};

/**
 * Opens the log in the schema `log` of a database, which it creates or migrates first. Rejects with `StoreUnavailable`
 * when the server cannot be reached; later on it reconnects by itself.
 */
export const openPostgresEventStore = async (options: PostgresEventStoreOptions): Promise<EventStore> => {
  const { connection, refuseAfterMs = 700, answerTimeoutMs = 1200, pollMs = 500, readConnections = 4 } = options;
  const { onFault = () => undefined, moving = false } = options;
  await migrateSchema(connection, 'log', logSteps);
  const closing = new AbortController();
  const queue = createAppendQueue(refuseAfterMs);
  const reader = openReader(connection, readConnections, onFault);
  const { logId, positionsId } = await identityOf(reader, moving);
  const news = openNews({ connection, reader, pollMs, onFault });
  const writer = startWriter({ config: connection, queue, answerTimeoutMs, onWritten: news.written, onFault });
  const following: Following = {
    page: createRecent(reader, news.signal),
    news: news.signal,
    closed: closing.signal,
    onFault,
  };

  return {
    logId: () => Promise.resolve(logId),
    positionsId: () => Promise.resolve(positionsId),
    append: async (stream, expected, events, deadlineMs = 2000) => {
      assertAppendable(stream, expected, events);
      if (closing.signal.aborted) throw new StoreUnavailable('The event store is closed');
      return queue.add(stream, expected, events, deadlineMs);
    },
    idsUniqueIn: 'log',
    readStream: (stream, range = {}) => reader.stream(stream, range),
    readAll: ({ after, filter, limit = Number.POSITIVE_INFINITY } = {}): AsyncIterable<StoredEvent> =>
      readUpToNow(reader, after === undefined ? origin : numberOf(after), filter, limit),
    subscribeAll: ({ after, filter, signal }) => {
      news.listen();
      return follow(following, after === undefined ? origin : numberOf(after), filter, signal);
    },
    head: async () => {
      const head = await reader.head();
      return head === origin ? null : positionOf(head);
    },
    close: async () => {
      closing.abort();
      await writer.close();
      await news.close();
      await reader.close();
    },
  };
};
