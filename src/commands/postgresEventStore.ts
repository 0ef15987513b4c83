// The event store in PostgreSQL.
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
import { keepConnected, NoAnswer, within } from './postgresConnection.ts';
import { openReader, type Reader } from './postgresLogReader.ts';
import { logSteps } from './postgresLogSchema.ts';
import { startWriter } from './postgresLogWriter.ts';
import { migrateSchema } from './postgresMigrate.ts';
import { createRecent } from './postgresRecent.ts';
import { createSignal, type Signal } from './signal.ts';

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

const channel = 'hansard_log';
const origin = 0n;

/** Tells other processes, once for all commits that come while the last notification is on its way. */
const createNotifier = (reader: Reader, onFault: (error: unknown) => void) => {
  let due = false;
  let running = false;
  const run = async () => {
    running = true;
    try {
      while (due) {
        due = false;
        await reader.notify(channel);
      }
    } catch (error) {
      onFault(error); // Subscribers look for themselves every now and then.
    } finally {
      running = false;
    }
  };
  return () => {
    due = true;
    if (!running) void run();
  };
};

type Following = {
  page: Reader['page'];
  news: Signal;
  pollMs: number;
  closed: AbortSignal;
  onFault: (error: unknown) => void;
};

const pageMs = 9_000;

async function* follow(
  { page: pageOf, news, pollMs, closed, onFault }: Following,
  after: bigint,
  filter: Filter | undefined,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  const ended = AbortSignal.any([signal, closed]);
  let position = after;
  let first = true;
  while (!ended.aborted) {
    const seen = news.count();
    const page = await within(pageMs, 'A page of the log', pageOf(position, filter)).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable || error instanceof NoAnswer)) throw error;
      if (!ended.aborted) onFault(error);
      return null;
    });
    if (page && (page.upTo > position || first)) {
      first = false;
      if (page.upTo > position) position = page.upTo;
      yield { events: page.events, position: positionOf(position), caughtUp: position >= page.head };
    }
    if (!page || position >= page.head) await news.after(seen, pollMs, ended);
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
  const news = createSignal();
  const queue = createAppendQueue(refuseAfterMs);
  const reader = openReader(connection, readConnections, onFault);
  const { logId, positionsId } = await identityOf(reader, moving);
  const tellOthers = createNotifier(reader, onFault);
  const onWritten = () => {
    news.raise();
    tellOthers();
  };
  const writer = startWriter({ config: connection, queue, answerTimeoutMs, onWritten, onFault });
  const following: Following = { page: createRecent(reader), news, pollMs, closed: closing.signal, onFault };

  let listening: Promise<void> | null = null;
  const lost = createSignal();
  const listen = () =>
    keepConnected({
      config: { ...connection, application_name: 'hansard log listener' },
      changed: lost,
      wanted: () => !closing.signal.aborted,
      onFault,
      use: async (link) => {
        link.client.on('notification', news.raise);
        await link.client.query(`listen ${channel}`);
        news.raise(); // What was committed while nobody listened.
        for (;;) {
          const seen = lost.count();
          if (closing.signal.aborted) return;
          if (link.lost()) throw new Error('The connection for notifications was lost');
          await lost.after(seen, undefined, closing.signal);
        }
      },
    });

  return {
    logId: () => Promise.resolve(logId),
    positionsId: () => Promise.resolve(positionsId),
    append: async (stream, expected, events, deadlineMs = 2000) => {
      assertAppendable(stream, expected, events);
      if (closing.signal.aborted) throw new StoreUnavailable('The event store is closed');
      return queue.add(stream, expected, events, deadlineMs);
    },
    readStream: (stream, range = {}) => reader.stream(stream, range),
    readAll: ({ after, filter, limit = Number.POSITIVE_INFINITY } = {}): AsyncIterable<StoredEvent> =>
      readUpToNow(reader, after === undefined ? origin : numberOf(after), filter, limit),
    subscribeAll: ({ after, filter, signal }) => {
      if (!closing.signal.aborted) listening ??= listen();
      return follow(following, after === undefined ? origin : numberOf(after), filter, signal);
    },
    head: async () => {
      const head = await reader.head();
      return head === origin ? null : positionOf(head);
    },
    close: async () => {
      closing.abort();
      await writer.close();
      await listening;
      await reader.close();
    },
  };
};
