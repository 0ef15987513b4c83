// Puts the live status of accounts on the record, once it has lasted.
import type { Presence } from '../api/presence.ts';
import { debounced, recordAccountStatus } from '../commands/accountStatus.ts';
import type { Needs } from '../commands/call.ts';
import { Refusal } from '../domain/kernel.ts';
import { differingStatuses } from '../projections/accountStatuses.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import type { ServerLog } from './logging.ts';

/** A status counts once it has lasted so long; a reload or a change of network takes less. */
const stableMs = 10_000;
const lookMs = 2_000;
const recordsPerLookMax = 100;

type StatusNeeds = {
  needs: Needs;
  pool: ReadPool;
  presence: Presence;
  /** Whether it falls to this process, of all with the API, and whether it knows whom the others see. */
  mine: () => boolean;
  log: ServerLog;
};

/** Looks every two seconds until it is stopped; the answer stops it, after the look that is under way. */
export const recordStatuses = ({ needs, pool, presence, mine, log }: StatusNeeds): (() => Promise<void>) => {
  const settle = debounced(stableMs);
  let stopped = false;

  const look = async (): Promise<void> => {
    const due = settle(await differingStatuses(pool, presence.onlineIds()), needs.now());
    for (const settled of due.slice(0, recordsPerLookMax)) {
      if (stopped) return;
      await recordAccountStatus(needs, settled);
    }
  };

  const lookSafely = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      // Until all nodes are upgraded statuses stay off the record; the Summary says so.
      const early = error instanceof Refusal && error.code === 'server.format_level_too_low';
      if (!early) log.warn('statuses not recorded, next look follows', { reason: String(error) });
    }
  };

  let looking = Promise.resolve();
  let waiting = false;
  const timer = setInterval(() => {
    if (waiting || !mine()) return; // The look before takes longer than usual.
    waiting = true;
    looking = lookSafely().finally(() => {
      waiting = false;
    });
  }, lookMs);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await looking;
  };
};
