// When a server collects its garbage: rarely while it is visited, and once what only starting needed.
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

/**
 * Collects what the start leaves behind, once, when it has been over for a while. V8 keeps it until the heap has to
 * grow again, which that of a server nobody visits never does.
 */
export const dropStartGarbage = (): void => void setTimeout(collectGarbage, settledMs).unref();

/**
 * Lets the heap grow to twice what is in use before all of it is looked through. V8 alone allows it a tenth or so while
 * there is little to do, and then one command in fifty waits 10 to 20 ms for that.
 */
export const collectSeldom = (): void => setFlagsFromString('--heap-growing-percent=100');

/**
 * What Node.js is started with for roles. The media role makes few objects, and keeps hardly any: with V8's own limit
 * of 16 MiB its young ones take up to 30 MiB more, as much as thirty people. `hansard` does the same for containers.
 */
export const nodeFlagsOf = (roles: string): readonly string[] => (roles === 'media' ? ['--max-semi-space-size=2'] : []);
