// How fast readers of the log go on.
import { setTimeout as delay } from 'node:timers/promises';

const batchEveryMs = 15;

/** Waits; less long when `signal` is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/**
 * Waits until 15 ms after `begunMs` (of the monotonic clock), when a batch was begun that led to the end of the log.
 * Close behind the end of a busy log there would be one or two events to each batch; many together cost a fraction.
 * What comes after a while of nothing does not wait.
 */
export const restOfBatch = async (begunMs: number, signal: AbortSignal): Promise<void> => {
  const leftMs = begunMs + batchEveryMs - performance.now();
  if (leftMs > 0) await pause(leftMs, signal);
};
