// The role `jobs`: processes that follow the log, and what has to be looked after every now and then.
import type { Pool } from 'pg';
import { endIfEmpty, processCategories, react } from '../commands/processes.ts';
import { runReactor } from '../projections/reactor.ts';
import { emptySessions, liveSessionsOf } from '../projections/sessionRoster.ts';
import { devicesOf } from '../projections/userDirectory.ts';
import type { Watch } from '../projections/watch.ts';
import type { ServerLog } from './logging.ts';
import type { OpenLog } from './openLog.ts';

const sweepMs = 10_000;
const emptyForMs = 60_000;
const lookupTimeoutMs = 5_000;

export type JobsNeeds = { opened: OpenLog; pool: Pool; watch: Watch; now: () => Date; log: ServerLog };

/** Waits until a projection has reached the position, so that what is looked up includes what was reacted to. */
const reaching = async (watch: Watch, name: string, position: string): Promise<void> => {
  if (!(await watch.reached([name], position, lookupTimeoutMs))) throw new Error(`${name} lags behind ${position}`);
};

const sweep = async ({ opened, pool, now, log }: JobsNeeds): Promise<void> => {
  try {
    for (const { id } of await emptySessions(pool, new Date(now().getTime() - emptyForMs))) {
      await endIfEmpty(opened.needs, id);
    }
  } catch (error) {
    log.warn('sweep failed, next one follows', { reason: String(error) });
  }
};

/** Runs until `signal` is aborted. */
export const runJobs = async (needs: JobsNeeds, signal: AbortSignal): Promise<void> => {
  const { opened, pool, watch, now, log } = needs;
  const lookups = {
    signInsOf: async (accountId: string, position: string) => {
      await reaching(watch, 'user_directory', position);
      return (await devicesOf(pool, accountId, now())).map(({ id }) => id);
    },
    liveSessionsOf: async (accountId: string, position: string) => {
      await reaching(watch, 'session_roster', position);
      return liveSessionsOf(pool, accountId);
    },
  };
  let sweeping = Promise.resolve();
  const timer = setInterval(() => {
    sweeping = sweeping.then(() => sweep(needs));
  }, sweepMs);
  try {
    await runReactor(
      {
        pool,
        feed: opened.feed,
        logId: opened.needs.serverId,
        head: () => opened.store.head(),
        now,
        react: (event) => react(opened.needs, lookups, event),
        log: (message, fields) => log.warn(message, fields),
      },
      processCategories,
      signal,
    );
  } finally {
    clearInterval(timer);
    await sweeping;
  }
};
