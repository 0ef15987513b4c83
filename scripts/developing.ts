// The commands for those who work on the program: `test`, `check` and `bench`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureAptPackages, testNeeds } from './aptPackages.ts';
import { ensureWebBuilt } from './buildWeb.ts';
import { ensureMediasoupWorker } from './mediasoupWorker.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

type Env = Record<string, string | undefined>;

const run = (command: string, args: readonly string[], env: Env): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

/** What up and the tests need beside the program itself; answers variables for the environment. */
export const prepare = async (say: (line: string) => void): Promise<Env> => {
  if (await ensureWebBuilt()) say('The pages were built.');
  return { MEDIASOUP_WORKER_BIN: await ensureMediasoupWorker({ say }) };
};

export type TestOptions = {
  files: readonly string[];
  soak: boolean;
  /** Connection string of an EventStoreDB to test the event store on, and nothing else unless files are named. */
  store: string | undefined;
};

/** What says something of an EventStoreDB: the contract, the faults of a network, and what it answers in general. */
const storeTests = ['esdbEventStore', 'esdbNetwork', 'eventStoreDbTranscript'].map(
  (name) => `test/commands/${name}.test.ts`,
);

/** Installs what the tests need and runs all of them, or those in the files named. */
export const runTests = async (
  { files, soak, store }: TestOptions,
  env: Env,
  say: (line: string) => void,
): Promise<number> => {
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
  const asked = files.length === 0 && store !== undefined ? storeTests : files;
  const settings = { ...env, ESDB_URL: store, ...(soak ? { HANSARD_SOAK: '1' } : {}) };
  // The suites share the one server, so one after the other.
  if (store !== undefined) return run(process.execPath, [vitest, 'run', '--no-file-parallelism', ...asked], settings);
  ensureAptPackages(testNeeds, say);
  return run(process.execPath, [vitest, 'run', ...asked], { ...settings, ...(await prepare(say)) });
};

/** The one check: format, types, rules, directions, dead code, fast tests. */
export const runCheck = (env: Env): Promise<number> => run('npm', ['run', '--silent', 'check'], env);

/** Measures goals against their baselines; see bench/goal.ts. `rows`: the length of the past that some of them need. */
export const runBench = async (
  names: readonly string[],
  say: (line: string) => void,
  rows?: number,
): Promise<number> => {
  Object.assign(process.env, await prepare(say));
  const bench = await import('../bench/run.ts');
  return bench.runBench(names, say, rows === undefined ? undefined : { rows });
};
