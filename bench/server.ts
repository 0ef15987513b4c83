// The whole server as `./hansard up` runs it, in a directory of its own.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readState } from '../src/operations/upState.ts';
import { type ApiClient, apiClient } from '../test/support/apiClient.ts';
import { childrenOf, until, untilGone } from './processes.ts';

export type BenchServer = {
  url: string;
  /** Process ids: the supervisor, the roles by name, and the children of the media role. */
  pids: () => Promise<{ up: number; roles: Map<string, number>; workers: number[] }>;
  /** Kills a role and waits until its successor is ready. */
  restart: (role: string) => Promise<void>;
  /** Signed in as the administrator, or as somebody else. */
  client: (login?: string, password?: string) => Promise<ApiClient>;
  stop: () => Promise<void>;
};

const hansard = fileURLToPath(new URL('../hansard', import.meta.url));
const admin = { login: 'admin', password: 'correct horse battery' };
const readyTimeoutMs = 180_000;

const untilReady = async (url: string): Promise<void> => {
  const ready = async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok === true;
  await until('a server that is ready', ready, readyTimeoutMs);
};

const stateIn = async (dataDir: string) => {
  const state = await readState(dataDir);
  if (!state) throw new Error('The server has left no state');
  return state;
};

/** Starts a server with a fresh database. `env` is added to the environment. */
export const startServer = async (env: Record<string, string> = {}): Promise<BenchServer> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-bench-'));
  const child = spawn(hansard, ['up', '--data', dataDir, '--port', '0'], {
    env: { ...process.env, HANSARD_ADMIN_LOGIN: admin.login, HANSARD_ADMIN_PASSWORD: admin.password, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      const found = /Hansard is up at (\S+)/.exec(printed)?.[1];
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server ended before it was up:\n${printed}`)));
  });
  const pids: BenchServer['pids'] = async () => {
    const state = await stateIn(dataDir);
    const roles = new Map(state.roles.map(({ name, pid }) => [name, pid]));
    return { up: state.pid, roles, workers: childrenOf(roles.get('media') ?? 0) };
  };
  return {
    url,
    pids,
    restart: async (role) => {
      const roleNow = async () => (await stateIn(dataDir)).roles.find(({ name }) => name === role)?.pid;
      const pid = await roleNow();
      if (pid === undefined) throw new Error(`There is no role ${role}`);
      process.kill(pid, 'SIGTERM');
      await untilGone(pid);
      await until(`another ${role} process`, async () => ((await roleNow()) ?? pid) !== pid, readyTimeoutMs);
      await untilReady(url);
    },
    client: async (login = admin.login, password = admin.password) => {
      const client = apiClient(url);
      await client.signIn(login, password);
      return client;
    },
    stop: async () => {
      const ended = new Promise((resolve) => void child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
