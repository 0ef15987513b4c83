// The role `jobs`: processes that follow the log, and what has to be looked after every now and then.
import type { Pool } from 'pg';
import type { ErasureLedger } from '../commands/erasure.ts';
import { openedSince } from '../commands/feed.ts';
import type { JobQueue } from '../commands/jobs.ts';
import { parkEvent } from '../commands/parking.ts';
import { processCategories, react } from '../commands/processes.ts';
import type { RetentionLookups } from '../commands/retention.ts';
import { runReactor } from '../projections/reactor.ts';
import { messagesToErase, type OldMessage, retentionWork } from '../projections/retentionWork.ts';
import { liveSessionsOf } from '../projections/sessionRoster.ts';
import { messagesWrittenBy } from '../projections/transcript.ts';
import { devicesOf } from '../projections/userDirectory.ts';
import type { Watch } from '../projections/watch.ts';
import { checkpointJob } from './checkpointJob.ts';
import { runDueTimes } from './dueTimes.ts';
import type { ServerLog } from './logging.ts';
import type { OpenLog } from './openLog.ts';

const lookupTimeoutMs = 5_000;

export type JobsNeeds = {
  opened: OpenLog;
  pool: Pool;
  watch: Watch;
  queue: JobQueue;
  ledger: ErasureLedger;
  /** The least time between two checkpoints. */
  checkpointEveryMs: number;
  now: () => Date;
  log: ServerLog;
};

/** Waits until a projection has reached the position, so that what is looked up includes what was reacted to. */
const reaching = async (watch: Watch, name: string, position: string): Promise<void> => {
  if (!(await watch.reached([name], position, lookupTimeoutMs))) throw new Error(`${name} lags behind ${position}`);
};

const retentionReads = [
  'audit_trail',
  'call_history',
  'transcript',
  'report_deletions',
  'retention_rules',
  'server_settings',
];

const retentionLookups = ({ opened, pool, watch }: JobsNeeds): RetentionLookups<OldMessage> => {
  const current = async (): Promise<void> => {
    const head = await opened.store.head();
    for (const name of head === null ? [] : retentionReads) await reaching(watch, name, head ?? '');
  };
  return {
    work: async (report, cutoff) => {
      await current();
      return retentionWork(pool, report, cutoff);
    },
    reached: (position) => reaching(watch, 'retention_rules', position),
    messages: async (...page) => {
      await current();
      return messagesToErase(pool, ...page);
    },
  };
};

/** Runs until `signal` is aborted. */
export const runJobs = async (needs: JobsNeeds, signal: AbortSignal): Promise<void> => {
  const { opened, pool, watch, queue, ledger, checkpointEveryMs, now, log } = needs;
  const checkpoints = checkpointJob({ opened, pool, everyMs: checkpointEveryMs, log });
  const lookups = {
    signInsOf: async (accountId: string, position: string) => {
      await reaching(watch, 'user_directory', position);
      return (await devicesOf(pool, accountId, now())).map(({ id }) => id);
    },
    liveSessionsOf: async (accountId: string, position: string) => {
      await reaching(watch, 'session_roster', position);
      return liveSessionsOf(pool, accountId);
    },
    eventsSince: openedSince(opened.store, opened.codec),
    async *messagesOf(accountId: string, position: string) {
      await reaching(watch, 'transcript', position);
      yield* messagesWrittenBy(pool, accountId);
    },
    ledger,
    eventAt: async (stream: string, revision: number) => {
      const stored = await Array.fromAsync(opened.store.readStream(stream, { from: revision, limit: 1 }));
      const [found] = await opened.codec.decode(stored);
      if (!found) throw new Error(`There is no event ${revision} in ${stream}`);
      return found.event;
    },
  };
  await Promise.all([
    runDueTimes(
      { needs: opened.needs, pool, watch, queue, retention: retentionLookups(needs), checkpoints, log },
      signal,
    ),
    runReactor(
      {
        pool,
        feed: opened.feed,
        logId: opened.positionsId,
        head: () => opened.store.head(),
        react: (event) => react(opened.needs, lookups, event),
        park: (event, reason) => parkEvent(opened.needs, event, reason),
        log: (message, fields) => log.warn(message, fields),
      },
      processCategories,
      signal,
    ),
  ]);
};
