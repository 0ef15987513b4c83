// Waiting for a condition instead of for time.
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither null, undefined nor false, and returns it. Rejects after `timeoutMs`
 * with what it was waiting for.
 */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T> | T,
  timeoutMs = 10_000,
): Promise<Exclude<T, null | undefined | false>> => {
  // Not by the wall clock, which tests set.
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false)
      return answer as Exclude<T, null | undefined | false>;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await delay(20);
  }
};
