// How the tables of a projection begin: with nothing and, where the log is long, by a rebuild, which is many times as
// fast as folding batches into tables that have their indices.
import type { Pool, PoolClient } from 'pg';
import { createSlots } from '../slots.ts';
import { checkpointOf, putCheckpoint } from './checkpoints.ts';
import { isUnavailable } from './databaseErrors.ts';
import { pause } from './pace.ts';
import type { Placed, Projection } from './projection.ts';
import { type RebuildNeeds, rebuild } from './rebuild.ts';

const inTransaction = async <Result>(pool: Pool, act: (client: PoolClient) => Promise<Result>): Promise<Result> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
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
    client.off('error', onError);
    client.release(broken);
  }
};

/** Empties the tables, and sets their checkpoint before the first event. */
export const begin = async <Event extends Placed>(
  { pool, logId }: RebuildNeeds<Event>,
  { name, version, tables }: Projection<Event>,
): Promise<void> => {
  await inTransaction(pool, async (client) => {
    for (const { sqlName } of tables) await client.query(`truncate ${sqlName}`);
    await putCheckpoint(client, { name, version, logId, position: null, haltedAt: null, haltReason: null });
  });
};

/** Whether there are more than `most` events for the projection; false as well where they cannot be read. */
export const isLong = async <Event extends Placed>(
  { feed }: RebuildNeeds<Event>,
  { categories }: Projection<Event>,
  most: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const enough = new AbortController();
  let read = 0;
  try {
    for await (const { events, caughtUp } of feed(null, categories, AbortSignal.any([signal, enough.signal]))) {
      read += events.length;
      if (caughtUp || read > most) break;
    }
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return false; // Whoever folds comes upon it again, and halts there.
  } finally {
    enough.abort();
  }
  return read > most;
};

const lookMs = 500;
const lockedLookMs = 2_000;
/** One folds while the database makes the indices of the other; each holds many rows in memory. */
const atOnce = createSlots(2);

/**
 * Rebuilds tables that hold nothing, up to the end of the log, or waits for whoever does. `built` is the making of the
 * tables that hold nothing. Rejects where an event cannot be folded or written.
 */
export const buildFromNothing = async <Event extends Placed>(
  needs: RebuildNeeds<Event> & { now: () => Date },
  projection: Projection<Event>,
  built: number,
  signal: AbortSignal,
): Promise<void> => {
  const { pool, now } = needs;
  const wanted = async (): Promise<boolean> => {
    const known = await checkpointOf(pool, projection.name);
    return known?.built === built && known.position === null;
  };
  const options = { compare: false, toEnd: true, now, wanted };
  while (!signal.aborted && (await wanted())) {
    if (!(await atOnce.enter(lookMs))) continue;
    try {
      if (await rebuild(needs, projection, options, signal)) return;
    } finally {
      atOnce.leave();
    }
    await pause(lockedLookMs, signal);
  }
};
