// A role as a process of its own: started again when it ends, with a growing pause.
import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf, makeDirectory } from './files.ts';

export type RoleSpec = {
  name: string;
  command: readonly string[];
  env: Record<string, string | undefined>;
  /** Gets everything it prints. */
  logFile: string;
  say: (line: string) => void;
  onStarted: () => void;
};

export type RoleProcess = {
  name: string;
  pid: () => number | null;
  /** How often it has ended without being asked to. */
  failures: () => number;
  /** What it has printed since it was first started. */
  printed: () => Promise<string>;
  /** Ends it, to be started again at once; not a failure. */
  restart: () => void;
  /** SIGTERM, then SIGKILL after `graceMs`; not started again. Idempotent. */
  stop: (graceMs: number) => Promise<void>;
};

const logBytesMax = 16 * 1024 * 1024;
const pauseMinMs = 250;
const pauseMaxMs = 10_000;
const steadyMs = 30_000;
const restartGraceMs = 10_000;

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
};

const launch = async ({ command: [file = '', ...args], env, logFile }: RoleSpec): Promise<ChildProcess> => {
  const log = await open(logFile, 'a', 0o600);
  try {
    // In a process group of its own: Ctrl-C is for the supervisor, which stops it in order. The channel tells it when
    // the supervisor is gone.
    const child = spawn(file, args, { env, detached: true, stdio: ['ignore', log.fd, log.fd, 'ipc'] });
    await new Promise((resolve, reject) => void child.once('spawn', resolve).once('error', reject));
    return child;
  } finally {
    await log.close();
  }
};

const ending = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    const tell = () => resolve(child.signalCode ?? `code ${child.exitCode}`);
    if (child.exitCode !== null || child.signalCode !== null) tell();
    else child.once('exit', tell);
  });

/** Starts a role and keeps it running until it is stopped. Rejects when it cannot even be started. */
export const superviseRole = async (spec: RoleSpec): Promise<RoleProcess> => {
  const { name, logFile, say, onStarted } = spec;
  await makeDirectory(dirname(logFile), 0o700);
  if ((await sizeOf(logFile)) > logBytesMax) await truncate(logFile);
  const logStart = await sizeOf(logFile);
  const stopping = new AbortController();
  let failures = 0;
  let child = await launch(spec);
  onStarted();

  const stopped = () => stopping.signal.aborted;
  let asked = new AbortController();
  stopping.signal.addEventListener('abort', () => asked.abort());
  // Since it was asked to start again, also while it waits to do so by itself.
  const isAsked = () => asked.signal.aborted;

  const keepRunning = async () => {
    let pauseMs = pauseMinMs;
    while (!stopped()) {
      const startedMs = performance.now();
      const how = await ending(child);
      if (stopped()) return;
      if (isAsked() || performance.now() - startedMs > steadyMs) pauseMs = pauseMinMs;
      if (!isAsked()) {
        failures += 1;
        say(`The ${name} process ended (${how}) and is started again. Its log is ${logFile}.`);
        await delay(pauseMs, undefined, { signal: asked.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, pauseMaxMs);
      }
      if (stopped()) return;
      asked = new AbortController();
      child = await launch(spec);
      if (stopped()) child.kill('SIGTERM'); // Asked to stop while it was being started.
      onStarted();
    }
  };
  const running = keepRunning();

  return {
    name,
    pid: () => (child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
    failures: () => failures,
    printed: async () => (await readFile(logFile)).subarray(logStart).toString('utf8'),
    restart: () => {
      asked.abort();
      const ended = child;
      ended.kill('SIGTERM');
      const timer = setTimeout(() => ended.kill('SIGKILL'), restartGraceMs);
      ended.once('exit', () => clearTimeout(timer));
    },
    stop: async (graceMs) => {
      stopping.abort();
      child.kill('SIGTERM');
      const timer = setTimeout(() => {
        say(`The ${name} process does not end and is killed.`);
        child.kill('SIGKILL');
      }, graceMs);
      await running;
      clearTimeout(timer);
    },
  };
};
