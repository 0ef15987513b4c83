// `hansard cluster` as it is typed: two processes of each role on this machine, on the stores it is given.
import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readiesOf } from '../../src/operations/rollingRestart.ts';
import { readState } from '../../src/operations/upState.ts';
import { apiClient } from './apiClient.ts';
import { eventually } from './eventually.ts';
import { mediasoupWorkerBin } from './mediasoupWorker.ts';
import { freshDatabase } from './postgres.ts';
import { startRedis } from './redis.ts';
import { admin, databaseUrl, type Stack, startKeptNode } from './stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const upTimeoutMs = 120_000;
const roundTimeoutMs = 300_000;
const backTimeoutMs = 90_000;
const stopTimeoutMs = 60_000;

export const clusterRoles = ['api', 'jobs', 'media', 'projections'] as const;
/** `api-1`, `api-2` and so on. */
export const clusterNodes: readonly string[] = clusterRoles.flatMap((role) => [`${role}-1`, `${role}-2`]);

export type Cluster = Pick<Stack, 'url' | 'connection' | 'eventStoreDb' | 'client'> & {
  /** What the supervisor has said so far. */
  said: () => string;
  /** Starts all processes again one after the other, as SIGHUP does; settles once all are back. */
  restartAll: () => Promise<void>;
  /** kill -9 of one process; settles once it is gone. Answers how to wait until the supervisor's next one is ready. */
  kill: (node: string) => Promise<() => Promise<void>>;
  stop: () => Promise<void>;
};

/** What it keeps the log and the due times in, beside PostgreSQL: null means there. */
type Stores = Pick<Stack, 'eventStoreDb'> & { redisUrl: string | null; stop: () => Promise<void> };

const startStores = async (dir: string): Promise<Stores> => {
  const redis = await startRedis();
  const eventStoreDb = await startKeptNode(join(dir, 'eventstoredb'));
  return {
    eventStoreDb,
    redisUrl: redis.url,
    stop: async () => {
      await eventStoreDb.kill();
      await redis.stop();
    },
  };
};

const noStores: Stores = { eventStoreDb: null, redisUrl: null, stop: () => Promise.resolve() };

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

/** Starts one and waits until it is up: on PostgreSQL alone, or with EventStoreDB and Redis beside it. */
export const startCluster = async ({ storesApart }: { storesApart: boolean }): Promise<Cluster> => {
  const dir = await mkdtemp(join(tmpdir(), 'hansard-cluster-'));
  const dataDir = join(dir, 'data');
  const { connection, drop } = await freshDatabase();
  const { eventStoreDb, redisUrl, stop } = storesApart ? await startStores(dir) : noStores;
  const supervisor = spawn(process.execPath, [main, 'cluster', '--data', dataDir, '--port', '0'], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl(connection),
      ESDB_URL: eventStoreDb?.url(),
      REDIS_URL: redisUrl ?? undefined,
      MEDIASOUP_WORKER_BIN: mediasoupWorkerBin(),
      HANSARD_ADMIN_LOGIN: admin.login,
      HANSARD_ADMIN_PASSWORD: admin.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  }
  const stopAll = async () => {
    supervisor.kill('SIGTERM');
    await eventually('the cluster to end', () => isOver(supervisor), stopTimeoutMs);
    await stop();
    await drop();
    await rm(dir, { recursive: true, force: true });
  };
  await eventually('the cluster to be up', () => / is up at /.test(said) || isOver(supervisor), upTimeoutMs);
  const url = /Hansard is up at (\S+)/.exec(said)?.[1];
  if (url === undefined) {
    await stopAll();
    assert.fail(said);
  }
  const printed = (node: string) => readFile(join(dataDir, 'logs', `${node}.log`), 'utf8');
  const readies = (node: string) => readiesOf({ printed: () => printed(node) });
  /** The end of what each process has printed, for whoever has to find out why it does not come back. */
  const lastWords = async () =>
    (await Promise.all(clusterNodes.map(async (node) => `${node}: ${(await printed(node)).slice(-1_000)}`))).join('\n');
  const pidOf = async (node: string) => (await readState(dataDir))?.roles.find(({ name }) => name === node)?.pid;
  const rounds = () => said.match(/^All processes were started again\.$/gm)?.length ?? 0;

  return {
    url,
    connection,
    eventStoreDb,
    client: async (login = admin.login, password = admin.password) => {
      const client = apiClient(url);
      await client.signIn(login, password);
      return client;
    },
    said: () => said,
    restartAll: async () => {
      const before = rounds();
      supervisor.kill('SIGHUP');
      const over = () => rounds() > before || /did not come back/.test(said);
      await eventually('the round to end', over, roundTimeoutMs);
      if (/did not come back/.test(said)) assert.fail(`${said}\n${await lastWords()}`);
    },
    kill: async (node) => {
      const ready = await readies(node);
      const pid = await eventually(`a process ${node}`, async () => {
        const now = await pidOf(node);
        return now !== undefined && !isGone(now) && now;
      });
      process.kill(pid, 'SIGKILL');
      await eventually(`the end of ${node}`, () => isGone(pid));
      return async () => {
        const isBack = async () => (await readies(node)) > ready;
        await eventually(`${node} to be ready again`, isBack, backTimeoutMs).catch(async (error: unknown) => {
          throw new Error(await lastWords(), { cause: error });
        });
      };
    },
    stop: stopAll,
  };
};
