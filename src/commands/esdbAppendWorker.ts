// Has appends to EventStoreDB carried out by a thread of their own.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Append, Settle } from './esdbSettling.ts';
import { errorOf, type FromThread, packed, type ThreadOptions, type ToThread } from './esdbThreadMessages.ts';
import { type Appended, OutcomeUnknown, StoreUnavailable } from './eventStore.ts';
import { createSignal } from './signal.ts';

export type AppendWorker = {
  settle: Settle;
  /** Settles once the thread has loaded, or after a while: what is asked before waits for it, on its own time. */
  ready: Promise<void>;
  close: () => Promise<void>;
};

type Waiting = { deadlineMs: number; resolve: (appended: Appended) => void; reject: (error: Error) => void };

/** The thread keeps the deadline of each append; what is still open so long after it was lost with the thread. */
const graceMs = 1_000;
const closeMs = 2_000;
const loadingMs = 5_000;

const startThread = (workerData: ThreadOptions): Worker =>
  new Worker(new URL('./esdbAppendThread.ts', import.meta.url), { name: 'appends to EventStoreDB', workerData });

/** Lets the thread close its connection; one that takes too long ends without. */
const end = async (thread: Worker): Promise<void> => {
  const exit = once(thread, 'exit');
  thread.postMessage({ close: true } satisfies ToThread);
  const timer = setTimeout(() => void thread.terminate(), closeMs);
  await exit;
  clearTimeout(timer);
};

/** Starts the thread. Should it end by itself, what was with it is unknown, and the next append starts another. */
export const createAppendWorker = (
  options: ThreadOptions,
  onFault: (error: unknown) => void,
  open: typeof startThread = startThread,
): AppendWorker => {
  const waiting = new Map<number, Waiting>();
  let unsent = new Map<number, Append>();
  let last = 0;
  let closed = false;
  let thread: Worker | null = null;
  const loaded = createSignal();

  const heard = (message: FromThread) => {
    if ('ready' in message) return loaded.raise();
    if ('fault' in message) return onFault(new Error(message.fault));
    for (const outcome of message.outcomes) {
      const each = waiting.get(outcome.n);
      waiting.delete(outcome.n);
      if ('appended' in outcome) each?.resolve(outcome.appended);
      else each?.reject(errorOf(outcome.failed));
    }
  };

  const lose = (lost: (each: Waiting) => boolean) => {
    for (const [n, each] of waiting) {
      if (unsent.has(n) || !lost(each)) continue;
      waiting.delete(n);
      each.reject(new OutcomeUnknown('Nothing was heard of this append to EventStoreDB'));
    }
  };

  const start = (): Worker => {
    const started = open(options);
    started.on('message', heard).on('error', onFault);
    started.once('exit', () => {
      if (thread === started) thread = null;
      loaded.raise();
      lose(() => true);
    });
    return started;
  };

  const flush = () => {
    thread ??= start();
    const message: ToThread = packed(unsent);
    unsent = new Map();
    thread.postMessage(message, [message.bytes.buffer]);
  };

  thread = start();
  const watch = setInterval(() => lose(({ deadlineMs }) => performance.now() > deadlineMs + graceMs), graceMs);
  watch.unref();

  return {
    ready: loaded.after(0, loadingMs),
    settle: (append) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new StoreUnavailable('The event store is closed'));
        last += 1;
        waiting.set(last, { deadlineMs: append.deadlineMs, resolve, reject });
        if (unsent.set(last, append).size === 1) setImmediate(flush);
      }),
    close: async () => {
      closed = true;
      clearInterval(watch);
      if (thread) await end(thread);
    },
  };
};
