// Signing checkpoints as the log grows: a job like others, whose due time follows from what was signed last.
import type { JobQueue } from '../commands/jobs.ts';
import { takeCheckpoint } from '../commands/proof.ts';
import { Refusal } from '../domain/kernel.ts';
import { pause } from '../projections/pace.ts';
import { keysInOrder, newestCheckpoint } from '../projections/proofs.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import type { Watch } from '../projections/watch.ts';
import type { ServerLog } from './logging.ts';
import type { OpenLog } from './openLog.ts';
import { logReaderOf } from './proofKeeper.ts';

export const checkpointKey = 'sign-checkpoint';

/** What was lost with the queue is missed for so long. */
const refillMs = 30_000;
/** Changes are gathered for so long, and looked at together. */
const gatherMs = 200;
/** A telling may be under way so long after its time. */
const tellingMs = 2_500;
/** How much earlier than this process's clock says the queue may tell. */
const earlyMaxMs = 1_000;

export type CheckpointJobNeeds = {
  opened: Pick<OpenLog, 'needs' | 'store'>;
  pool: ReadPool;
  /** The least time between two checkpoints, unless a new key has signed none. */
  everyMs: number;
  log: ServerLog;
};

export type CheckpointJob = {
  /** When one is due; null where nothing was recorded since the last one. */
  dueAt: () => Promise<Date | null>;
  /** Signs one where it is due; repeats do no harm. Rejects where it shall be tried again. */
  sign: () => Promise<void>;
};

/** The work on one checkpoint after the other. */
export const checkpointJob = ({ opened, pool, everyMs, log }: CheckpointJobNeeds): CheckpointJob => {
  const { needs } = opened;
  const reader = logReaderOf(opened, pool);
  const earlyMs = Math.min(earlyMaxMs, everyMs / 2);

  const standing = async () => {
    const [last, keys, { wanted }] = await Promise.all([newestCheckpoint(pool), keysInOrder(pool), reader.tree.now()]);
    const newKey = last !== null && keys.at(-1)?.verifierKey !== last.verifierKey;
    if (wanted <= (last?.size ?? 0) && !newKey) return { last, newKey, dueAt: null };
    return { last, newKey, dueAt: new Date(last && !newKey ? last.signedAt.getTime() + everyMs : 0) };
  };

  return {
    dueAt: async () => (await standing()).dueAt,
    sign: async () => {
      const { last, newKey, dueAt } = await standing();
      if (dueAt === null || dueAt.getTime() - earlyMs > needs.now().getTime()) return;
      try {
        await takeCheckpoint(needs, reader, { last, notWithinMs: newKey ? 0 : everyMs - earlyMs });
      } catch (error) {
        // Until all nodes are upgraded nothing of this may be recorded; the Summary says so.
        const early = error instanceof Refusal && error.code === 'server.format_level_too_low';
        if (!early) throw error;
        log.warn('signing a checkpoint waits for the format level', {});
      }
    },
  };
};

export type KeepDueNeeds = {
  job: Pick<CheckpointJob, 'dueAt'>;
  watch: Watch;
  queue: JobQueue;
  now: () => Date;
  log: ServerLog;
};

/** Has the queue know when the next checkpoint is due, until `signal` is aborted; several processes may do so at once. */
export const keepCheckpointDue = async (
  { job, watch, queue, now, log }: KeepDueNeeds,
  signal: AbortSignal,
): Promise<void> => {
  /** The queue knows of a time, or is telling it: what comes meanwhile changes nothing. */
  let knownUntilMs = 0;
  let waiting = false;
  let looking = Promise.resolve();

  const look = async (): Promise<void> => {
    waiting = false;
    if (signal.aborted) return;
    try {
      const at = await job.dueAt();
      if (at === null) return;
      // The same for all who ask, and never later than before: nobody puts off what is due.
      await queue.wake(checkpointKey, at);
      knownUntilMs = Math.max(at.getTime(), now().getTime()) + tellingMs;
    } catch (error) {
      knownUntilMs = 0;
      log.warn('the next checkpoint is not set, the next look follows', { reason: String(error) });
    }
  };
  const lookSoon = (): void => {
    if (waiting) return;
    waiting = true;
    looking = looking.then(() => pause(gatherMs, signal)).then(look);
  };

  const forget = watch.onChange(({ name }) => {
    if (name === 'proofs') knownUntilMs = 0;
    if (name === 'proofs' || (name === 'merkle_tree' && now().getTime() > knownUntilMs)) lookSoon();
  });
  const timer = setInterval(lookSoon, refillMs);
  try {
    lookSoon();
    if (!signal.aborted) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    }
  } finally {
    forget();
    clearInterval(timer);
    await looking;
  }
};
