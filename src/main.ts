// The composition root: the one place that reads the clock, chance and the environment.
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { prepare, runCheck, runTests } from '../scripts/developing.ts';
import { BadConfig, readConfig } from './config.ts';
import { backupCommands } from './operations/backupCommand.ts';
import { CannotStart } from './operations/cannotStart.ts';
import { type Given, runCli } from './operations/cli.ts';
import { eventsCommand } from './operations/eventsCommand.ts';
import { seedCommand } from './operations/seedCommand.ts';
import { serve } from './operations/serve.ts';
import { dataDirOf, upCommands } from './operations/upCommand.ts';
import { withLogOf } from './operations/withLog.ts';

const { env } = process;
const sources = { now: () => new Date(), newId: () => randomUUID() };
const print = (text: string) => process.stdout.write(text);
const say = (line: string) => print(`${line}\n`);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

const config = (from: Record<string, string | undefined>) => {
  try {
    return readConfig(from);
  } catch (error) {
    if (error instanceof BadConfig) throw new CannotStart('bad_config', error.message);
    throw error;
  }
};

const upNeeds = {
  env,
  root: fileURLToPath(new URL('..', import.meta.url)),
  program: [process.execPath, fileURLToPath(import.meta.url)],
  stop: stopping.signal,
  prepare,
  print,
  now: sources.now,
  random: (bytes: number) => randomBytes(bytes),
};

const withLog = withLogOf({ config, env, dataDirOf: (given) => dataDirOf(given, upNeeds), sources });

const handlers = {
  ...upCommands(upNeeds),
  serve: async (given: Given) => {
    await serve(config(env), (given.text('roles') ?? '').split(','), sources);
    return 0;
  },
  events: eventsCommand(withLog, print),
  seed: seedCommand({
    withLog: (given, act) => withLog(given, ({ needs }) => act(needs)),
    newId: sources.newId,
    print,
  }),
  backup: (given: Given) => backupCommands({ ...upNeeds, database: config(env).database }).backup(given),
  restore: (given: Given) => backupCommands({ ...upNeeds, database: config(env).database }).restore(given),
  test: ({ rest, flag }: Given) => runTests(rest, flag('soak'), env, say),
  check: () => runCheck(env),
};

process.exit(await runCli(handlers, process.argv.slice(2), { out: print, err: (text) => process.stderr.write(text) }));
