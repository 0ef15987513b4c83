// Wakes those who wait for something to change, without losing a wake-up between looking and waiting.

export type Signal = {
  /** How often it was raised: take it before looking. */
  count: () => number;
  raise: () => void;
  /** Settles once it was raised after `seen`, `timeoutMs` have passed, or `until` is aborted. */
  after: (seen: number, timeoutMs?: number, until?: AbortSignal) => Promise<void>;
};

export const createSignal = (): Signal => {
  let raised = 0;
  const waiting = new Set<() => void>();
  return {
    count: () => raised,
    raise: () => {
      raised += 1;
      for (const wake of [...waiting]) wake();
    },
    after: (seen, timeoutMs, until) =>
      new Promise((resolve) => {
        if (raised !== seen || until?.aborted) return resolve();
        const timer = timeoutMs === undefined ? undefined : setTimeout(() => wake(), timeoutMs);
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          until?.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        until?.addEventListener('abort', wake);
      }),
  };
};
