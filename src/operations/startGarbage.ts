// Gives back the memory that only starting needed. V8 keeps it until the heap has to grow again, which that of a server
// nobody visits never does.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is loaded on first use belongs to the start, too. */
const settledMs = 10_000;

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** Collects all garbage and hands free pages back to the system. Takes about 100 ms, in which nothing else happens. */
export const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};

/** Collects what the start leaves behind, once, when it has been over for a while. */
export const dropStartGarbage = (): void => void setTimeout(collectGarbage, settledMs).unref();
