// How far this process has heard of the log: tells whether what it remembers of a stream is all there is.
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { EventStore } from './eventStore.ts';
import { createSignal } from './signal.ts';

export type Tail = {
  /** Tells of every event from now on, in the order of the log. */
  listen: (heard: (stream: string, revision: number) => void) => void;
  /**
   * Settles true once everything is heard that was in the log when this was called, or at `sinceMs` of the monotonic
   * clock where that was asked before; false when that takes too long. Rejects with `StoreUnavailable` when the log
   * cannot be asked: nothing is known then.
   */
  current: (sinceMs?: number) => Promise<boolean>;
  close: () => Promise<void>;
};

const usualPatienceMs = 100;
const retryMs = 200;

/**
 * Follows the log from its present end; rejects with `StoreUnavailable` when it has none to tell. What was not heard
 * within `patienceMs` is not waited for any longer.
 */
export const followTail = async (store: EventStore, patienceMs = usualPatienceMs): Promise<Tail> => {
  const start = await store.head();
  const listeners: ((stream: string, revision: number) => void)[] = [];
  const closing = new AbortController();
  const moved = createSignal();
  let position = start ?? '';

  const hear = async (): Promise<void> => {
    const from = position === '' ? {} : { after: position };
    for await (const batch of store.subscribeAll({ ...from, signal: closing.signal })) {
      for (const { stream, revision } of batch.events) for (const heard of listeners) heard(stream, revision);
      position = batch.position;
      moved.raise();
    }
  };
  // What a database says that is no more, or not what it was, ends a subscription; as long as nothing is heard, nobody
  // is told that all was.
  const follow = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await hear().catch(() => undefined);
      await delay(retryMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const following = follow();

  // Whoever asks before the question is sent gets its answer; who comes later needs a newer one.
  let asked: Promise<{ head: string; askedAtMs: number }> | null = null;
  const ask = async () => {
    await nextTurn();
    asked = null;
    const askedAtMs = performance.now();
    return { head: (await store.head()) ?? '', askedAtMs };
  };
  /** Whatever was in the log then has been heard. */
  let heardUpToMs = Number.NEGATIVE_INFINITY;

  return {
    listen: (heard) => void listeners.push(heard),
    current: async (sinceMs = performance.now()) => {
      if (sinceMs <= heardUpToMs) return true;
      asked ??= ask();
      const { head, askedAtMs } = await asked;
      const deadline = performance.now() + patienceMs;
      while (position < head) {
        const seen = moved.count();
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) return false;
        await moved.after(seen, leftMs);
      }
      heardUpToMs = Math.max(heardUpToMs, askedAtMs);
      return true;
    },
    close: async () => {
      closing.abort();
      await following;
    },
  };
};
