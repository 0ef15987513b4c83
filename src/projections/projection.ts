// The one runner of all projections: rows and checkpoint in one transaction per batch, one poison event halts one
// projection.
import type { Pool, PoolClient } from 'pg';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { advance, checkpointOf, halt, putCheckpoint } from './checkpoints.ts';
import { type Rows, transactionRows } from './rows.ts';
import type { TableShape } from './table.ts';

export type Projection = {
  name: string;
  /** A new version is rebuilt from the beginning of the log. */
  version: number;
  /** Streams it heeds; its checkpoint advances past all others. */
  categories: readonly string[];
  tables: readonly TableShape[];
  /** Folds one event; no clock and no chance, or a rebuild would differ. */
  apply: (event: Recorded, rows: Rows) => Promise<void>;
};

export type ReadBatch = { events: Recorded<Fact>[]; position: string; caughtUp: boolean };

/** Events of some categories after a position, for ever; ends when `signal` is aborted. */
export type Feed = (
  after: string | null,
  categories: readonly string[],
  signal: AbortSignal,
) => AsyncIterable<ReadBatch>;

export type RunnerNeeds = {
  pool: Pool;
  feed: Feed;
  logId: string;
  now: () => Date;
  log: (message: string, fields: Record<string, unknown>) => void;
};

export type ProjectionStatus = { name: string; lagMs: number; position: string | null; haltedAt: string | null };

/** The channel on which API processes hear how far a projection has come and which objects it touched. */
export const changesChannel = 'hansard_read';
const idsPerNoticeMax = 100;

/** Object ids of the streams in a batch, or null where there are too many to name. */
const touchedIds = (events: readonly Recorded[]): string[] | null => {
  const ids = new Set(events.map(({ stream }) => stream.slice(stream.indexOf('-') + 1)));
  return ids.size > idsPerNoticeMax ? null : [...ids];
};

const inTransaction = async <Result>(pool: Pool, act: (client: PoolClient) => Promise<Result>): Promise<Result> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await act(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    throw error;
  } finally {
    client.release(broken);
  }
};

/** An event that this projection cannot fold. */
class Poisoned extends Error {
  readonly index: number;
  readonly position: string;

  constructor(index: number, position: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.index = index;
    this.position = position;
  }
}

/** Another runner moved the checkpoint. */
class Fenced extends Error {}

/** Postgres went away or ended the connection: worth trying again, unlike an event that cannot be folded. */
const isConnectionFault = (error: unknown): boolean => {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (/^(08|57|53|25P02)/.test(code) || /^(ECONN|EPIPE|ENOENT|ETIMEDOUT)/.test(code)))
    return true;
  return (
    error instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect|not queryable/.test(error.message)
  );
};

const applyBatch = async (
  { pool }: RunnerNeeds,
  { name, apply }: Projection,
  from: string | null,
  { events, position }: Pick<ReadBatch, 'events' | 'position'>,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const rows = transactionRows(client);
    for (const [index, event] of events.entries()) {
      try {
        await apply(event, rows);
      } catch (error) {
        if (isConnectionFault(error)) throw error;
        throw new Poisoned(index, event.position, error);
      }
    }
    await rows.flush();
    if (!(await advance(client, name, from, position))) throw new Fenced();
    const notice = JSON.stringify({ name, position, ids: touchedIds(events) });
    await client.query('select pg_notify($1, $2)', [changesChannel, notice]);
  });

/** Makes sure the checkpoint belongs to this log and this version; a new version starts over with empty tables. */
const prepare = async ({ pool, logId }: RunnerNeeds, { name, version, tables }: Projection): Promise<string | null> => {
  const known = await checkpointOf(pool, name);
  if (known && known.logId !== logId) {
    throw new Error(
      `The read models belong to log ${known.logId}, but this is log ${logId}. Point the server at its own database, or drop the schema "read" to have it rebuilt.`,
    );
  }
  if (known?.version === version) {
    if (known.haltedAt !== null) await putCheckpoint(pool, known); // A restart tries the halted event again.
    return known.position;
  }
  await inTransaction(pool, async (client) => {
    for (const { sqlName } of tables) await client.query(`truncate ${sqlName}`);
    await putCheckpoint(client, { name, version, logId, position: null, haltedAt: null, haltReason: null });
  });
  return null;
};

/** Runs one projection until `signal` is aborted or an event cannot be folded. */
export const runProjection = (needs: RunnerNeeds, projection: Projection, signal: AbortSignal) => {
  const { pool, feed, now, log } = needs;
  const { name } = projection;
  const status: ProjectionStatus = { name, lagMs: 0, position: null, haltedAt: null };

  const haltAt = async (batch: ReadBatch, { index, position, message }: Poisoned): Promise<void> => {
    const before = batch.events.slice(0, index);
    const last = before.at(-1);
    if (last) await applyBatch(needs, projection, status.position, { events: before, position: last.position });
    await halt(pool, name, position, message);
    status.haltedAt = position;
    log('projection halted', { projection: name, position, reason: message });
  };

  /** Follows the feed to its end; answers whether the projection halted. */
  const follow = async (): Promise<boolean> => {
    status.position = await prepare(needs, projection);
    for await (const batch of feed(status.position, projection.categories, signal)) {
      const newest = batch.events.at(-1);
      try {
        await applyBatch(needs, projection, status.position, batch);
      } catch (error) {
        if (!(error instanceof Poisoned)) throw error;
        await haltAt(batch, error);
        return true;
      }
      status.position = batch.position;
      status.lagMs = batch.caughtUp || !newest ? 0 : now().getTime() - newest.meta.occurredAt.getTime();
    }
    return false;
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (await follow()) return;
        await pause(signal);
      } catch (error) {
        if (!(error instanceof Fenced) && !isConnectionFault(error)) throw error;
        log('projection interrupted', {
          projection: name,
          reason: error instanceof Error ? error.message : String(error),
        });
        await pause(signal);
      }
    }
  };

  return { status: (): ProjectionStatus => ({ ...status }), done: run() };
};

const pauseMs = 200;
const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
