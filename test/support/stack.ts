// The whole server as it really runs, on a real PostgreSQL: one process for the API and one for media, or any nodes.
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
import { type EventStoreDbNode, startEventStoreDbNode } from './eventStoreDbNode/startEventStoreDbNode.ts';
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

const everything = 'api,projections,jobs';

/** The node that keeps the log, in a file that outlives it. */
type KeptNode = {
  url: () => string;
  pid: () => number;
  /** As a crash would. */
  kill: () => Promise<void>;
  /** Again, at the same address and with the same log. */
  start: () => Promise<void>;
};

export const startKeptNode = async (file: string): Promise<KeptNode> => {
  let node: EventStoreDbNode = await startEventStoreDbNode({ file });
  return {
    url: () => node.url,
    pid: () => node.pid,
    kill: () => node.kill(),
    start: async () => {
      node = await startEventStoreDbNode({ file, port: node.port });
    },
  };
};

export type Stack = {
  /** Of the first node with pages and API. */
  url: string;
  /** Of one of several nodes with pages and API. */
  urlOf: (node: string) => string;
  /** The database of all, for looking behind the server's back. */
  connection: Connection;
  dataDir: string;
  /** Null where the log is in PostgreSQL. */
  eventStoreDb: KeptNode | null;
  /** What all processes have logged so far, or one of them. */
  logs: (node?: string) => string;
  pidOf: (node: string) => number;
  kill: (node: string, signal: NodeJS.Signals) => Promise<void>;
  start: (node: string) => Promise<void>;
  /** Signed in as the first administrator or as somebody made by `account`, at the first node unless told otherwise. */
  client: (login?: string, password?: string, node?: string) => Promise<ApiClient>;
  stop: () => Promise<void>;
};

/** As the server's configuration takes it. */
export const databaseUrl = ({ user, database, host }: Connection): string =>
  `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

export type StackOptions = {
  /** Without media nobody can connect, but everything else works. */
  media?: boolean;
  /** Roles by the node's name; otherwise one node has all but media and, with `media`, another one that. */
  nodes?: Record<string, string>;
  /** Address to listen on, for pages and media; 127.0.0.1 unless told otherwise. */
  host?: string;
  /** Without an administrator the server waits to be set up by its link. */
  administrator?: boolean;
  /** Keeps the log in the EventStoreDB test node instead of PostgreSQL. */
  eventStoreDb?: boolean;
  env?: Record<string, string>;
  /** Beyond that, of one node by its name. */
  envOf?: Record<string, Record<string, string>>;
  /** A database and a data directory that are there already, and stay. */
  on?: { connection: Connection; dataDir: string };
};

/** `said`: how much of its logs is of earlier lives. */
type Node = {
  name: string;
  roles: string;
  url: string;
  env: Record<string, string>;
  child: ChildProcess | null;
  logs: string;
  said: number;
};

/** Ports of its own for each node; nodes with the API are asked whether they are ready, the others say so. */
const nodesOf = async (roles: Record<string, string>, host: string): Promise<Map<string, Node>> => {
  const made = Object.entries(roles).map(async ([name, roles]): Promise<[string, Node]> => {
    const [port, signalling] = await Promise.all([freePort(), freePort()]);
    const env = { HANSARD_NODE: name, HANSARD_PORT: String(port), HANSARD_SIGNALLING_PORT: String(signalling) };
    return [name, { name, roles, url: `http://${host}:${port}`, env, child: null, logs: '', said: 0 }];
  });
  return new Map(await Promise.all(made));
};

/** Starts everything and waits until it is ready. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const { media = true, administrator = true, host = '127.0.0.1' } = options;
  if (media) await ensureWebBuilt();
  const dataDir = options.on?.dataDir ?? (await mkdtemp(join(tmpdir(), 'hansard-stack-')));
  const { connection, drop } = options.on ? { ...options.on, drop: () => Promise.resolve() } : await freshDatabase();
  const eventStoreDb = options.eventStoreDb === true ? await startKeptNode(join(dataDir, 'eventstoredb')) : null;
  const nodes = await nodesOf(
    options.nodes ?? { [everything]: everything, ...(media ? { media: 'media' } : {}) },
    host,
  );
  const env = {
    ...process.env,
    HANSARD_DATA: dataDir,
    DATABASE_URL: databaseUrl(connection),
    HANSARD_HOST: host,
    HANSARD_RTC_LISTEN: host,
    HANSARD_RTC_PORT: '0',
    HANSARD_MEDIA_WORKERS: '1',
    ...(administrator ? { HANSARD_ADMIN_LOGIN: admin.login, HANSARD_ADMIN_PASSWORD: admin.password } : {}),
    // Never a server that all stacks would share.
    ESDB_URL: eventStoreDb?.url(),
    ...(media ? { MEDIASOUP_WORKER_BIN: mediasoupWorkerBin() } : {}),
    ...options.env,
  };

  const nodeOf = (name: string): Node => {
    const node = nodes.get(name);
    if (!node) throw new Error(`There is no node ${name}`);
    return node;
  };
  const allLogs = () => [...nodes.values()].map(({ logs }) => logs).join('');

  const isReady = async ({ roles, url, logs, said }: Node): Promise<boolean> => {
    if (!roles.includes('api')) return /"msg":"(media plane )?ready"/.test(logs.slice(said));
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    return answer?.status === 200 || (!media && /media process/.test((await answer?.text()) ?? ''));
  };

  const untilReady = async (wanted: readonly Node[]): Promise<void> => {
    const ready = async () => (await Promise.all(wanted.map(isReady))).every(Boolean);
    await eventually('the server to be ready', ready, 30_000).catch((error: unknown) => {
      throw new Error(allLogs().slice(-3_000), { cause: error });
    });
  };

  const launch = (node: Node): void => {
    const child = spawn(process.execPath, [main, 'serve', '--roles', node.roles], {
      env: { ...env, ...node.env, ...options.env, ...options.envOf?.[node.name] },
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    node.said = node.logs.length;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (node.logs += chunk));
    node.child = child;
  };

  const childOf = (name: string): ChildProcess => {
    const { child } = nodeOf(name);
    if (!child) throw new Error(`${name} was not started`);
    return child;
  };

  for (const node of nodes.values()) launch(node);
  await untilReady([...nodes.values()]).catch((error: unknown) => {
    for (const { child } of nodes.values()) child?.kill('SIGKILL'); // Nobody else could stop them.
    throw error;
  });
  const first = [...nodes.values()].find(({ roles }) => roles.includes('api'));
  if (!first) throw new Error('No node serves the API');

  return {
    url: first.url,
    urlOf: (name) => nodeOf(name).url,
    connection,
    dataDir,
    eventStoreDb,
    logs: (name) => (name === undefined ? allLogs() : nodeOf(name).logs),
    pidOf: (name) => childOf(name).pid ?? -1,
    kill: async (name, signal) => {
      const child = childOf(name);
      child.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exited(child);
    },
    start: async (name) => {
      launch(nodeOf(name));
      const others = first.child && first.child.exitCode === null && first.child.signalCode === null ? [first] : [];
      await untilReady([nodeOf(name), ...others]);
    },
    client: async (login = admin.login, password = admin.password, name = undefined) => {
      const client = apiClient(name === undefined ? first.url : nodeOf(name).url);
      await client.signIn(login, password);
      return client;
    },
    stop: async () => {
      const children = [...nodes.values()].flatMap(({ child }) => (child ? [child] : []));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(children.map(exited));
      await eventStoreDb?.kill();
      await drop();
      if (!options.on) await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Makes an account as the administrator and signs it in. */
export const accountIn = async (
  stack: Pick<Stack, 'client'>,
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
