// The whole server as it really runs: one process for the API, one for media, on a real PostgreSQL.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureWebBuilt } from '../../scripts/buildWeb.ts';
import type { Connection } from '../../src/operations/embeddedPostgres.ts';
import { type ApiClient, apiClient } from './apiClient.ts';
import { eventually } from './eventually.ts';
import { mediasoupWorkerBin } from './mediasoupWorker.ts';
import { freshDatabase } from './postgres.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
export const admin = { login: 'admin', password: 'correct horse battery' };

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

type Role = 'media' | 'api,projections,jobs';
export type Stack = {
  url: string;
  /** The database of both, for looking behind the server's back. */
  connection: Connection;
  dataDir: string;
  /** What both processes have logged so far. */
  logs: () => string;
  pidOf: (role: Role) => number;
  kill: (role: Role, signal: NodeJS.Signals) => Promise<void>;
  start: (role: Role) => Promise<void>;
  /** Signed in as the first administrator, or as somebody made by `account`. */
  client: (login?: string, password?: string) => Promise<ApiClient>;
  stop: () => Promise<void>;
};

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

export type StackOptions = {
  /** Without media nobody can connect, but everything else works. */
  media?: boolean;
  /** Address to listen on, for pages and media; 127.0.0.1 unless told otherwise. */
  host?: string;
  /** Without an administrator the server waits to be set up by its link. */
  administrator?: boolean;
  env?: Record<string, string>;
};

/** Starts everything and waits until it is ready. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const { media = true, administrator = true, host = '127.0.0.1' } = options;
  if (media) await ensureWebBuilt();
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-stack-'));
  const { connection, drop } = await freshDatabase();
  const [port, signalling] = await Promise.all([freePort(), freePort()]);
  const url = `http://${host}:${port}`;
  const env = {
    ...process.env,
    HANSARD_DATA: dataDir,
    DATABASE_URL: `postgresql://${connection.user}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}`,
    HANSARD_HOST: host,
    HANSARD_RTC_LISTEN: host,
    HANSARD_PORT: String(port),
    HANSARD_SIGNALLING_PORT: String(signalling),
    HANSARD_RTC_PORT: '0',
    HANSARD_MEDIA_WORKERS: '1',
    ...(administrator ? { HANSARD_ADMIN_LOGIN: admin.login, HANSARD_ADMIN_PASSWORD: admin.password } : {}),
    ...(media ? { MEDIASOUP_WORKER_BIN: mediasoupWorkerBin() } : {}),
    ...options.env,
  };
  const children = new Map<Role, ChildProcess>();
  let logs = '';

  const ready = async (): Promise<void> => {
    await eventually(
      'the server to be ready',
      async () => {
        const answer = await fetch(`${url}/readyz`).catch(() => null);
        return answer?.status === 200 || (!media && /media process/.test((await answer?.text()) ?? ''));
      },
      30_000,
    ).catch((error: unknown) => {
      throw new Error(logs.slice(-3_000), { cause: error });
    });
  };

  const launch = (role: Role): void => {
    const child = spawn(process.execPath, [main, 'serve', '--roles', role], {
      env,
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (logs += chunk.toString()));
    children.set(role, child);
  };

  const childOf = (role: Role): ChildProcess => {
    const child = children.get(role);
    if (!child) throw new Error(`${role} was not started`);
    return child;
  };

  launch('api,projections,jobs');
  if (media) launch('media');
  await ready();

  return {
    url,
    connection,
    dataDir,
    logs: () => logs,
    pidOf: (role) => childOf(role).pid ?? -1,
    kill: async (role, signal) => {
      const child = childOf(role);
      child.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exited(child);
    },
    start: async (role) => {
      launch(role);
      await ready();
    },
    client: async (login = admin.login, password = admin.password) => {
      const client = apiClient(url);
      await client.signIn(login, password);
      return client;
    },
    stop: async () => {
      for (const child of children.values()) child.kill('SIGTERM');
      await Promise.all([...children.values()].map(exited));
      await drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Makes an account as the administrator and signs it in. */
export const accountIn = async (
  stack: Stack,
  by: ApiClient,
  login: string,
): Promise<ApiClient & { accountId: string }> => {
  const accountId = randomUUID();
  const password = `password of ${login}`;
  await by.accepted('createAccount', {
    accountId: ['ID!', accountId],
    login: ['String!', login],
    password: ['String!', password],
    profile: ['ProfileInput!', { displayName: login }],
  });
  return { ...(await stack.client(login, password)), accountId };
};
