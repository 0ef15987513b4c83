// The composition root: the one place that reads the clock, chance and the environment.
import { randomUUID } from 'node:crypto';
import { BadConfig, readConfig } from './config.ts';
import { CannotStart } from './operations/cannotStart.ts';
import { serve } from './operations/serve.ts';

const sources = { now: () => new Date(), newId: () => randomUUID() };

const main = async ([command, ...args]: string[]): Promise<void> => {
  if (command !== 'serve') throw new CannotStart('bad_roles', 'Usage: hansard serve --roles api,projections,jobs');
  const roles = args[args.indexOf('--roles') + 1] ?? '';
  await serve(readConfig(process.env), roles.split(','), sources);
};

try {
  await main(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  const expected = error instanceof CannotStart || error instanceof BadConfig;
  process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
