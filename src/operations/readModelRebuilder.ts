// Rebuilds read models where an administrator has asked for it, here or at the terminal.
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { rebuildWanted, recordRebuild } from '../commands/readModels.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import { checkpoint } from '../domain/proof/checkpoint.ts';
import { allProjections } from '../projections/allProjections.ts';
import { isUnavailable } from '../projections/databaseErrors.ts';
import { merkleTree } from '../projections/merkleTree.ts';
import type { Connection } from '../projections/readDatabase.ts';
import { type RebuildOptions, rebuild } from '../projections/rebuild.ts';
import { pendingRebuilds } from '../projections/rebuildRequests.ts';
import type { RebuildRow } from '../projections/rebuilds.ts';
import type { ServerLog } from './logging.ts';
import type { OpenLog } from './openLog.ts';

export type RebuilderNeeds = {
  opened: OpenLog;
  pool: Pool;
  connection: Connection;
  now: () => Date;
  log: Pick<ServerLog, 'warn' | 'info'>;
};

export type AskedRebuild = { rebuildId: string; readModel: string };

const lookMs = 1_000;
const retryMs = 5_000;

const categories = [...vocabularies.keys()];
const tree = merkleTree(categories, checkpoint.category);
const byName = new Map(allProjections(categories).map((projection) => [projection.name, projection]));

const rebuildNamed = async (
  { opened, pool, connection }: RebuilderNeeds,
  name: string,
  options: RebuildOptions,
  signal: AbortSignal,
): Promise<RebuildRow | null> => {
  const needs = { pool, connection, logId: opened.positionsId };
  if (name === tree.name) return rebuild({ ...needs, feed: opened.storedFeed }, tree, options, signal);
  const projection = byName.get(name);
  // Asked for by a newer program, which does it.
  return projection ? rebuild({ ...needs, feed: opened.feed }, projection, options, signal) : null;
};

/**
 * Rebuilds one read model and says on the record how that ended; null where another process is at it, or has done it.
 * Rejects where the database is away or `signal` was aborted: it is then still to be done.
 */
export const rebuildAsAsked = async (
  needs: RebuilderNeeds,
  { rebuildId, readModel }: AskedRebuild,
  signal: AbortSignal,
): Promise<RebuildRow | null> => {
  const record = recordRebuild.bind(null, needs.opened.needs, rebuildId, readModel);
  const options = {
    compare: true,
    now: needs.now,
    wanted: () => rebuildWanted(needs.opened.needs, rebuildId, readModel),
    ended: ({ tables }: RebuildRow) => record({ tables }),
  };
  try {
    return await rebuildNamed(needs, readModel, options, signal);
  } catch (error) {
    if (signal.aborted || isUnavailable(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    needs.log.warn('rebuild failed', { readModel, reason });
    await record({ reason });
    return null;
  }
};

/** Rebuilds one after the other what is asked for, until `signal` is aborted. */
export const keepRebuilding = async (needs: RebuilderNeeds, signal: AbortSignal): Promise<void> => {
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    try {
      for (const asked of await pendingRebuilds(needs.pool)) {
        const row = await rebuildAsAsked(needs, asked, signal);
        if (row) needs.log.info('read model rebuilt', { readModel: row.name, events: row.events });
      }
    } catch (error) {
      if (stopped()) return;
      needs.log.warn('rebuild interrupted, tried again', { reason: String(error) });
      await pause(retryMs);
    }
    await pause(lookMs);
  }
};
