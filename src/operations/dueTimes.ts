// What is due, and when: derived from the read models, so that a queue which lost everything is filled again.
import { once } from 'node:events';
import type { Pool } from 'pg';
import type { Needs } from '../commands/call.ts';
import { sweepCid } from '../commands/conferences.ts';
import type { JobQueue } from '../commands/jobs.ts';
import { sweepLogin } from '../commands/logins.ts';
import { within } from '../commands/postgresConnection.ts';
import { emptyGraceMs, endIfEmpty } from '../commands/processes.ts';
import { applyRetention, nextRetention, type RetentionLookups } from '../commands/retention.ts';
import { startClaimedRun } from '../commands/sessions.ts';
import { Refusal } from '../domain/kernel.ts';
import { claimedRuns } from '../projections/conferenceList.ts';
import { pause } from '../projections/pace.ts';
import { standingReservations } from '../projections/reservedNames.ts';
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
/** How long a stop waits for a look under way. */
const lastLookMs = 1_000;
/** How long whoever claimed a run may take to start its session. */
const claimedMs = 60_000;

const sessionKey = 'end-if-empty.';
const runKey = 'start-claimed-run.';
const sweepKeys = { login: 'sweep-login.', cid: 'sweep-cid.' } as const;
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
  if (key.startsWith(sweepKeys.login)) return sweepLogin(needs, key.slice(sweepKeys.login.length));
  if (key.startsWith(sweepKeys.cid)) return sweepCid(needs, key.slice(sweepKeys.cid.length));
  if (key === retentionKey) return tellRetention({ needs, queue, ...rest });
  if (key === checkpointKey) return rest.checkpoints.sign();
  if (key !== tokensKey) throw new Error(`Nobody knows what is due with ${key}`);
  await needs.vault.dropExpiredTokens(needs.now());
  await queue.wake(tokensKey, nextTokenSweep(needs.now()));
};

type Due = { key: string; at: Date };

const after = (moment: Date, ms: number): Date => new Date(moment.getTime() + ms);

/** What each read model says is due: of the objects that were touched, or of all where none are named. */
const dueBy: Readonly<Record<string, (pool: Pool, ids: readonly string[] | null) => Promise<Due[]>>> = {
  session_roster: async (pool, ids) =>
    (await emptySessions(pool, ids)).map(({ id, emptySince }) => ({
      key: sessionKey + id,
      at: after(emptySince, emptyGraceMs),
    })),
  conference_list: async (pool, ids) =>
    (await claimedRuns(pool, ids)).map(({ id, since }) => ({ key: runKey + id, at: after(since, claimedMs) })),
  reserved_names: async (pool, keys) =>
    (await standingReservations(pool, keys)).map(({ category, key, until }) => ({
      key: sweepKeys[category] + key,
      at: until,
    })),
};

/** Objects to look at, by read model; null: all of it. */
type Touched = Map<string, ReadonlySet<string> | null>;

const touch = (touched: Touched, name: string, ids: readonly string[] | null): void => {
  const known = touched.get(name);
  const all = ids === null || known === null ? null : new Set([...(known ?? []), ...ids]);
  touched.set(name, all !== null && all.size > idsMax ? null : all);
};

/** Does what is due until `signal` is aborted. */
export const runDueTimes = async (due: DueTimesNeeds, signal: AbortSignal): Promise<void> => {
  const { needs, pool, watch, queue, checkpoints, log } = due;
  /** Null: to look at everything. */
  let touched: Touched | null = null;
  let waiting = false;
  let looking = Promise.resolve();

  const look = async (): Promise<void> => {
    const looked = touched;
    touched = new Map();
    waiting = false;
    try {
      for (const [name, dueOf] of Object.entries(dueBy)) {
        const ids = looked === null ? null : looked.get(name);
        if (ids === undefined) continue;
        for (const { key, at } of await dueOf(pool, ids && [...ids])) {
          if (signal.aborted) return;
          await queue.wake(key, at);
        }
      }
      if (looked !== null) return;
      await queue.wake(tokensKey, nextTokenSweep(needs.now()));
      await queue.wake(retentionKey, nextRetention(new Date(needs.now().getTime() - unheardMs)));
    } catch (error) {
      touched = null;
      log.warn('due times not set, the next look follows', { reason: String(error) });
    }
  };
  const lookSoon = (): void => {
    if (waiting) return; // The look that is to come sees this too.
    waiting = true;
    looking = looking.then(() => pause(gatherMs, signal)).then(look);
  };
  const lookAtAll = (): void => {
    touched = null;
    lookSoon();
  };

  const forget = watch.onChange(({ name, ids }) => {
    if (!Object.hasOwn(dueBy, name) || ids?.length === 0) return;
    if (touched !== null) touch(touched, name, ids);
    lookSoon();
  });
  const timer = setInterval(lookAtAll, refillMs);
  const keeping = keepCheckpointDue({ job: checkpoints, watch, queue, now: needs.now, log }, signal);
  try {
    lookAtAll();
    await queue.work((key) => tell(due, key));
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    forget();
    clearInterval(timer);
    // A queue that is away must not hold up the stop: what it did not hear of is known again at the next start.
    await within(lastLookMs, 'The last look at due times', Promise.all([keeping, looking])).catch((error: unknown) =>
      log.warn('due times not set, the next start follows', { reason: String(error) }),
    );
  }
};
