// What is due, and when: derived from the read models, so that a queue which lost everything is filled again.
import type { Pool } from 'pg';
import type { Needs } from '../commands/call.ts';
import type { JobQueue } from '../commands/jobs.ts';
import { emptyGraceMs, endIfEmpty } from '../commands/processes.ts';
import { applyRetention, nextRetention, type RetentionLookups } from '../commands/retention.ts';
import { startClaimedRun } from '../commands/sessions.ts';
import { Refusal } from '../domain/kernel.ts';
import { claimedRuns } from '../projections/conferenceList.ts';
import { pause } from '../projections/pace.ts';
import type { OldMessage } from '../projections/retentionWork.ts';
import { emptySessions } from '../projections/sessionRoster.ts';
import type { Watch } from '../projections/watch.ts';
import { type CheckpointJob, checkpointKey, keepCheckpointDue } from './checkpointJob.ts';
import type { ServerLog } from './logging.ts';

export type DueTimesNeeds = {
  needs: Needs;
  pool: Pool;
  watch: Watch;
  queue: JobQueue;
  retention: RetentionLookups<OldMessage>;
  checkpoints: CheckpointJob;
  log: ServerLog;
};

/** How soon a queue that was lost while the server ran is full again, and what failed is asked for again. */
const refillMs = 30_000;
const tokenSweepMs = 60_000;
/** What is due is due in minutes: changes are gathered for so long, and looked at together. */
const gatherMs = 200;
const idsMax = 1_000;
/** How long whoever claimed a run may take to start its session. */
const claimedMs = 60_000;

const sessionKey = 'end-if-empty.';
const runKey = 'start-claimed-run.';
const tokensKey = 'drop-expired-tokens';
const retentionKey = 'apply-retention';

/** The same for everybody who asks in this minute, so that a refill does not put it off. */
const nextTokenSweep = (now: Date): Date => new Date((Math.floor(now.getTime() / tokenSweepMs) + 1) * tokenSweepMs);

/** Whoever sets it again just after it was due must not put off what nobody was told of yet; repeats do no harm. */
const unheardMs = 60_000;

const tellRetention = async ({ needs, queue, retention, log }: DueTimesNeeds): Promise<void> => {
  let more = false;
  try {
    more = await applyRetention(needs, retention);
  } catch (error) {
    // Until all nodes are upgraded nothing of this may be recorded; the next hour comes.
    const early = error instanceof Refusal && error.code === 'server.format_level_too_low';
    if (!early) throw error;
    log.warn('retention waits for the format level', {});
  }
  await queue.wake(retentionKey, more ? needs.now() : nextRetention(needs.now()));
};

const tell = async ({ needs, queue, ...rest }: DueTimesNeeds, key: string): Promise<void> => {
  if (key.startsWith(sessionKey)) return endIfEmpty(needs, key.slice(sessionKey.length));
  if (key.startsWith(runKey)) return startClaimedRun(needs, key.slice(runKey.length));
  if (key === retentionKey) return tellRetention({ needs, queue, ...rest });
  if (key === checkpointKey) return rest.checkpoints.sign();
  if (key !== tokensKey) throw new Error(`Nobody knows what is due with ${key}`);
  await needs.vault.dropExpiredTokens(needs.now());
  await queue.wake(tokensKey, nextTokenSweep(needs.now()));
};

/** Does what is due until `signal` is aborted. */
export const runDueTimes = async (due: DueTimesNeeds, signal: AbortSignal): Promise<void> => {
  const { needs, pool, watch, queue, checkpoints, log } = due;
  /** Sessions and conferences to look at; null: at everything. */
  let touched: Set<string> | null = null;
  let waiting = false;
  let looking = Promise.resolve();

  const look = async (): Promise<void> => {
    const ids = touched;
    touched = new Set();
    waiting = false;
    try {
      for (const { id, emptySince } of await emptySessions(pool, ids && [...ids])) {
        if (signal.aborted) return;
        await queue.wake(sessionKey + id, new Date(emptySince.getTime() + emptyGraceMs));
      }
      for (const { id, since } of await claimedRuns(pool, ids && [...ids])) {
        if (signal.aborted) return;
        await queue.wake(runKey + id, new Date(since.getTime() + claimedMs));
      }
      if (ids !== null) return;
      await queue.wake(tokensKey, nextTokenSweep(needs.now()));
      await queue.wake(retentionKey, nextRetention(new Date(needs.now().getTime() - unheardMs)));
    } catch (error) {
      touched = null;
      log.warn('due times not set, the next look follows', { reason: String(error) });
    }
  };
  const lookSoon = (ids: readonly string[] | null): void => {
    touched = ids === null || touched === null ? null : new Set([...touched, ...ids]);
    if (touched !== null && touched.size > idsMax) touched = null;
    if (waiting) return; // The look that is to come sees this too.
    waiting = true;
    looking = looking.then(() => pause(gatherMs, signal)).then(look);
  };

  const forget = watch.onChange(({ name, ids }) => {
    if (name === 'session_roster' || name === 'conference_list') lookSoon(ids);
  });
  const timer = setInterval(() => lookSoon(null), refillMs);
  const keeping = keepCheckpointDue({ job: checkpoints, watch, queue, now: needs.now, log }, signal);
  try {
    lookSoon(null);
    await queue.work((key) => tell(due, key));
    await keeping;
  } finally {
    forget();
    clearInterval(timer);
    await looking;
  }
};
