// Tells other processes what was written to the log in PostgreSQL, and hears of what they write.
import type pg from 'pg';
import { keepConnected } from './postgresConnection.ts';
import type { Reader } from './postgresLogReader.ts';
import { createSignal, type Signal } from './signal.ts';

type Options = {
  connection: pg.ClientConfig;
  reader: Pick<Reader, 'notify'>;
  /** How often to look without having heard anything, should a notification get lost. */
  pollMs: number;
  onFault: (error: unknown) => void;
};

export type News = {
  /** Raised when there may be more to read. */
  signal: Signal;
  /** To be called after each commit of this process. */
  written: () => void;
  /** Begins to hear of others; idempotent. */
  listen: () => void;
  close: () => Promise<void>;
};

const channel = 'hansard_log';

/** Sends once for all commits that come while the last notification is on its way. */
const createNotifier = (send: () => Promise<void>, onFault: (error: unknown) => void) => {
  let due = false;
  let running = false;
  const run = async () => {
    running = true;
    try {
      while (due) {
        due = false;
        await send();
      }
    } catch (error) {
      onFault(error); // Others look for themselves every now and then.
    } finally {
      running = false;
    }
  };
  return () => {
    due = true;
    if (!running) void run();
  };
};

/** Keeps one connection for notifications, which it opens with `listen`. */
export const openNews = ({ connection, reader, pollMs, onFault }: Options): News => {
  const signal = createSignal();
  const closing = new AbortController();
  const lost = createSignal();
  /** The backend that listens for us, of which there is one at a time: by it we know our own notifications. */
  let listener = '';
  const tellOthers = createNotifier(() => reader.notify(channel, listener), onFault);

  const listen = (): Promise<void> =>
    keepConnected({
      config: { ...connection, application_name: 'hansard log listener' },
      changed: lost,
      wanted: () => !closing.signal.aborted,
      onFault,
      use: async (link) => {
        const { rows } = await link.client.query<{ pid: string }>('select pg_backend_pid()::text pid');
        listener = rows[0]?.pid ?? '';
        link.client.on('notification', ({ payload }) => {
          if (payload !== listener) signal.raise(); // What was written here has been told here.
        });
        await link.client.query(`listen ${channel}`);
        signal.raise(); // What was committed while nobody listened.
        for (;;) {
          const seen = lost.count();
          if (closing.signal.aborted) return;
          if (link.lost()) throw new Error('The connection for notifications was lost');
          await lost.after(seen, undefined, closing.signal);
        }
      },
    });

  let hearing: { listening: Promise<void>; looking: NodeJS.Timeout } | null = null;
  return {
    signal,
    written: () => {
      signal.raise();
      tellOthers();
    },
    listen: () => {
      if (!closing.signal.aborted) hearing ??= { listening: listen(), looking: setInterval(signal.raise, pollMs) };
    },
    close: async () => {
      closing.abort();
      clearInterval(hearing?.looking);
      await hearing?.listening;
    },
  };
};
