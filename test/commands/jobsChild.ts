// A worker to be killed or frozen: says each key when it is told and when it is done with it. The arguments after the
// store are how many keys it finishes, and what becomes of the next one; what follows that is finished again.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openBullMqJobs } from '../../src/commands/bullMqJobs.ts';
import { openPgBossJobs } from '../../src/commands/pgBossJobs.ts';
import { hastyTimes } from './jobsTimes.ts';
import type { Fate } from './jobsWorkers.ts';

const [kind, where = '', finishes = '0', fate = 'stick'] = process.argv.slice(2);
const takesMs = 100;
const say = (...words: string[]): void => void process.stdout.write(`${words.join(' ')}\n`);
const onFault = (error: unknown): void => console.error(error);
const common = { times: hastyTimes, onFault };
const stuck = new Promise<void>(() => undefined);

/** Stops this process from within: told to by another, it might have finished before. */
const freeze = async (): Promise<void> => {
  await delay(takesMs); // The adapter's own time-out has to run by now.
  process.kill(process.pid, 'SIGSTOP');
};

const fates: Record<Fate, () => Promise<void>> = {
  stick: () => stuck,
  freeze,
  freezeAndStick: () => freeze().then(() => stuck),
};

const queue = await (kind === 'bullmq'
  ? openBullMqJobs({ url: where, ...common, now: () => new Date(), newId: () => randomUUID() })
  : openPgBossJobs({ connection: JSON.parse(where), ...common }));
let left = Number(finishes);
await queue.work(async (key) => {
  say('begun', key);
  left -= 1;
  await (left === -1 ? fates[fate as Fate]() : delay(takesMs));
  say('done', key);
});
say('ready');
