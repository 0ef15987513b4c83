// Waiting between attempts.
import { setTimeout as delay } from 'node:timers/promises';

/** Doubles from `firstMs` up to `mostMs`; `attempt` counts from 0. */
export const backoffMs = (attempt: number, firstMs = 100, mostMs = 5_000): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 16));

/** Waits, or returns at once when `signal` is aborted; never throws. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
};
