// The composition root: the one place that reads the clock, chance and the environment. Each command loads only what it
// needs, since half of an idle process is code.
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { BadConfig, readConfig } from './config.ts';
import { CannotStart } from './operations/cannotStart.ts';
import { type Given, runCli, wholeNumber } from './operations/cli.ts';

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

const developing = () => import('../scripts/developing.ts');

const upNeeds = {
  env,
  root: fileURLToPath(new URL('..', import.meta.url)),
  program: [process.execPath, fileURLToPath(import.meta.url)],
  stop: stopping.signal,
  onHangUp: (act: () => void) => void process.on('SIGHUP', act),
  prepare: async (tell: (line: string) => void) => (await developing()).prepare(tell),
  print,
  now: sources.now,
  random: (bytes: number) => randomBytes(bytes),
};

const upDown = async () => (await import('./operations/upCommand.ts')).upCommands(upNeeds);
const withLog = async () => {
  const [{ withLogOf }, { dataDirOf }] = await Promise.all([
    import('./operations/withLog.ts'),
    import('./operations/upCommand.ts'),
  ]);
  return withLogOf({ config, env, dataDirOf: (given) => dataDirOf(given, upNeeds), sources });
};
const backups = async () => {
  const { database, esdbUrl } = config(env);
  const { backupCommands } = await import('./operations/backupCommand.ts');
  return backupCommands({ ...upNeeds, database, logElsewhere: esdbUrl !== null });
};

const handlers = {
  up: async (given: Given) => (await upDown()).up(given),
  cluster: async (given: Given) => (await upDown()).cluster(given),
  down: async (given: Given) => (await upDown()).down(given),
  serve: async (given: Given) => {
    const { serve } = await import('./operations/serve.ts');
    await serve(config(env), (given.text('roles') ?? '').split(','), sources);
    return 0;
  },
  events: async (given: Given) => {
    const { eventsCommand } = await import('./operations/eventsCommand.ts');
    return eventsCommand(await withLog(), print, (text) => process.stderr.write(text))(given);
  },
  access: async (given: Given) => {
    const { accessCommand } = await import('./operations/accessCommand.ts');
    return accessCommand(await withLog(), sources.newId, print)(given);
  },
  settings: async (given: Given) => {
    const [{ settingsCommand }, { askingSecretly }] = await Promise.all([
      import('./operations/settingsCommand.ts'),
      import('./operations/configurationCommand.ts'),
    ]);
    const askSecretly = process.stdin.isTTY
      ? askingSecretly(process.stdin, (text) => process.stderr.write(text))
      : null;
    return settingsCommand({ withLog: await withLog(), sources, print, askSecretly })(given);
  },
  rebuild: async (given: Given) => {
    const { rebuildCommand } = await import('./operations/rebuildCommand.ts');
    return rebuildCommand(await withLog(), { ...sources, stop: stopping.signal }, print)(given);
  },
  seed: async (given: Given) => {
    const { seedCommand } = await import('./operations/seedCommand.ts');
    const open = await withLog();
    const { newId } = sources;
    return seedCommand({ withLog: (of, act) => open(of, ({ needs }) => act(needs)), newId, print })(given);
  },
  backup: async (given: Given) => (await backups()).backup(given),
  restore: async (given: Given) => (await backups()).restore(given),
  'migrate-log': async (given: Given) => {
    const [{ migrateLogCommand }, { dataDirOf }] = await Promise.all([
      import('./operations/migrateLogCommand.ts'),
      import('./operations/upCommand.ts'),
    ]);
    const database = () => config(env).database;
    return migrateLogCommand({ database, dataDirOf: (of) => dataDirOf(of, upNeeds), ...sources, say })(given);
  },
  erasures: async (given: Given) => {
    const { erasuresCommand } = await import('./operations/erasuresCommand.ts');
    return erasuresCommand(await withLog(), say)(given);
  },
  keys: async (given: Given) => {
    const { keysCommand } = await import('./operations/keysCommand.ts');
    const { dataDirOf } = await import('./operations/upCommand.ts');
    const dataDir = await dataDirOf(given, upNeeds);
    return keysCommand({ withLog: await withLog(), dataDir, random: upNeeds.random, now: sources.now, say })(given);
  },
  'export-log': async (given: Given) => {
    const { exportCommand } = await import('./operations/proofCommands.ts');
    return exportCommand(await withLog(), say)(given);
  },
  verify: async (given: Given) => {
    const { verifyCommand } = await import('./operations/proofCommands.ts');
    return verifyCommand(sources.newId, say)(given);
  },
  'verify-export': async (given: Given) => {
    const { verifyExportCommand } = await import('./operations/verifyExportCommand.ts');
    return verifyExportCommand(say)(given);
  },
  dev: async (given: Given) => (await import('../scripts/dev.ts')).runDev(given, upNeeds),
  test: async ({ rest, flag, text }: Given) => {
    const { runTests } = await developing();
    return runTests({ files: rest, soak: flag('soak'), store: text('store') }, env, say);
  },
  check: async () => (await developing()).runCheck(env),
  bench: async ({ rest, text }: Given) => {
    const rows = text('generate');
    return (await developing()).runBench(
      rest,
      say,
      rows === undefined ? undefined : wholeNumber(rows, 'generate', 1_000, 100_000_000),
    );
  },
};

process.exit(await runCli(handlers, process.argv.slice(2), { out: print, err: (text) => process.stderr.write(text) }));
