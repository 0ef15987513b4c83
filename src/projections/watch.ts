// Hears how far projections have come and what they touched, so that readers can wait and subscribers can look again.
import pg from 'pg';
import { checkpoints } from './checkpoints.ts';
import { changesChannel } from './projection.ts';
import type { Connection } from './readDatabase.ts';

/** `ids` are the objects touched; null means "any, look at all". */
export type Change = { name: string; position: string; ids: readonly string[] | null };

export type Watch = {
  /** Waits until the projections have reached a position; false when they did not in time. */
  reached: (names: readonly string[], position: string, timeoutMs: number) => Promise<boolean>;
  /** Calls back after every commit of any projection, until the answer is called. */
  onChange: (listener: (change: Change) => void) => () => void;
  close: () => Promise<void>;
};

const retryMs = 500;
const waitersMax = 2_000;

/** Waits until a condition holds, looking whenever something changed; false when it did not in time. */
const until = (holds: () => boolean, listeners: Set<(change: Change) => void>, timeoutMs: number): Promise<boolean> => {
  if (holds()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (result: boolean): void => {
      clearTimeout(timer);
      listeners.delete(listener);
      resolve(result);
    };
    const listener = (): void => {
      if (holds()) finish(true);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    listeners.add(listener);
  });
};

const listener = (connection: Connection, heard: (payload: string | undefined) => void): pg.Client => {
  const limits = { connectionTimeoutMillis: 2_000, query_timeout: 4_000, application_name: 'hansard-watch' };
  const client = new pg.Client({ ...connection, ...limits });
  client.on('notification', ({ payload }) => heard(payload));
  client.on('error', () => undefined); // `end` follows.
  return client;
};

type Standing = { name: string; position: string | null };

/** Connects and listens; answers how far each projection is. A connection that cannot is dropped. */
const listen = async (client: pg.Client): Promise<Standing[]> => {
  try {
    await client.connect();
    await client.query(`listen ${changesChannel}`);
    return (await client.query<Standing>(`select name, position from ${checkpoints.sqlName}`)).rows;
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
};

/** The compiler does not see that listeners change a variable while we wait. */
const isSet = (look: () => boolean): boolean => look();

/** Opens one listening connection; it reconnects by itself and then tells every listener to look again. */
export const watchProjections = async (
  connection: Connection,
  log: (message: string, fields: object) => void,
): Promise<Watch> => {
  const positions = new Map<string, string>();
  const listeners = new Set<(change: Change) => void>();
  let client: pg.Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const tell = (change: Change): void => {
    for (const listener of [...listeners]) listener(change);
  };

  const heard = (payload: string | undefined): void => {
    if (payload === undefined) return;
    const change = JSON.parse(payload) as Change;
    positions.set(change.name, change.position);
    tell(change);
  };

  const connect = async (): Promise<void> => {
    const fresh = listener(connection, heard);
    let ended = false;
    fresh.on('end', () => {
      ended = true;
      if (client !== fresh) return; // It never came up, and whoever tried tries again.
      client = null;
      if (!closed) schedule();
    });
    const standing = await listen(fresh);
    if (isSet(() => ended)) throw new Error('Lost again at once');
    client = fresh;
    for (const { name, position } of standing) {
      if (position === null) continue;
      positions.set(name, position);
      tell({ name, position, ids: null });
    }
  };

  const schedule = (): void => {
    clearTimeout(retry);
    retry = setTimeout(() => {
      connect().catch((error: unknown) => {
        log('read models unreachable', { reason: String(error) });
        if (!closed) schedule();
      });
    }, retryMs);
  };

  await connect();

  return {
    reached: (names, position, timeoutMs) => {
      const there = (): boolean => names.every((name) => (positions.get(name) ?? '') >= position);
      return listeners.size > waitersMax ? Promise.resolve(there()) : until(there, listeners, timeoutMs);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
};
