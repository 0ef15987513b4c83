// A worker to be killed: says each key it is told and never finishes with it.
import { randomUUID } from 'node:crypto';
import { openBullMqJobs } from '../../src/commands/bullMqJobs.ts';
import { openPgBossJobs } from '../../src/commands/pgBossJobs.ts';
import { hastyTimes } from './jobsTimes.ts';

const [kind, where = ''] = process.argv.slice(2);
const onFault = (error: unknown): void => console.error(error);
const common = { times: hastyTimes, onFault };
const queue = await (kind === 'bullmq'
  ? openBullMqJobs({ url: where, ...common, now: () => new Date(), newId: () => randomUUID() })
  : openPgBossJobs({ connection: JSON.parse(where), ...common }));
await queue.work((key) => {
  process.stdout.write(`${key}\n`);
  return new Promise<void>(() => undefined);
});
