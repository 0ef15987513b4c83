// How fast readers of the log go on.
import { setTimeout as delay } from 'node:timers/promises';

const batchEveryMs = 15;
const batchesAtOnce = 8;

/** Waits; less long when `signal` is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/**
 * How a reader goes on after a batch that led to the end of the log. Close behind the end of a busy log there would be
 * one or two events to each batch; many together cost a fraction. So where more than a few batches were begun within
 * 15 ms, the next one waits until 15 ms after the first of them. Whoever has the server to himself does not wait.
 */
export const pacer = () => {
  const begun: number[] = [];
  return async (begunMs: number, signal: AbortSignal): Promise<void> => {
    begun.push(begunMs);
    if (begun.length > batchesAtOnce) begun.shift();
    const [first = begunMs] = begun;
    const leftMs = first + batchEveryMs - performance.now();
    if (begun.length === batchesAtOnce && leftMs > 0) await pause(leftMs, signal);
  };
};

let beat: Promise<null> | null = null;

/** Settles within 15 ms, for all who ask meanwhile at once. */
const nextBeat = (): Promise<null> => {
  beat ??= delay(batchEveryMs, null).finally(() => (beat = null));
  return beat;
};

type Batch = { events: readonly unknown[]; caughtUp: boolean };

/**
 * Batches as they come; those with nothing in them are held back until the next one, or for 15 ms. Most of what is
 * recorded concerns one or two readers, and the others need not write down one by one what does not concern them: they
 * all go on at once. `open` begins the reading; it ends when its signal is aborted, which it is when the caller is done.
 */
export async function* gathered<Each extends Batch>(
  open: (signal: AbortSignal) => AsyncIterable<Each>,
  signal: AbortSignal,
): AsyncGenerator<Each, void, undefined> {
  const done = new AbortController();
  const batches = open(AbortSignal.any([signal, done.signal]))[Symbol.asyncIterator]();
  try {
    let coming = batches.next();
    let held: Each | null = null;
    let due: Promise<null> | null = null;
    for (;;) {
      const came: IteratorResult<Each, unknown> | null = await (due ? Promise.race([coming, due]) : coming);
      const empty = came !== null && !came.done && came.value.events.length === 0 && came.value.caughtUp;
      if (empty) {
        held = came.value;
        due ??= nextBeat();
        coming = batches.next();
        continue;
      }
      // What is held goes alone when its time has come; where more came, that leads further.
      if (held && (came === null || came.done)) yield held;
      held = due = null;
      if (came?.done) return;
      if (came === null) continue;
      yield came.value;
      coming = batches.next();
    }
  } finally {
    done.abort();
    await batches.return?.();
  }
}
