// How long commands take while all processes of a cluster are started again in turn, against the same load in peace.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ApiClient, apiClient } from '../test/support/apiClient.ts';
import { mediasoupWorkerBin } from '../test/support/mediasoupWorker.ts';
import { type Goal, percentile } from './goal.ts';
import { type BenchPostgres, startBenchPostgres } from './postgres.ts';
import { until } from './processes.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const admin = { login: 'admin', password: 'correct horse battery' };
const clients = 4;
const restMs = 20;
const peaceMs = 30_000;
const roundTimeoutMs = 300_000;
const answerTimeoutMs = 60_000;

type Cluster = { url: string; said: () => string; restart: () => void; stop: () => Promise<void> };

const startCluster = async ({ connection }: BenchPostgres): Promise<Cluster> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-bench-cluster-'));
  const { user, database, host } = connection;
  const child: ChildProcess = spawn(process.execPath, [main, 'cluster', '--data', dataDir, '--port', '0'], {
    env: {
      ...process.env,
      DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
      MEDIASOUP_WORKER_BIN: mediasoupWorkerBin(),
      HANSARD_ADMIN_LOGIN: admin.login,
      HANSARD_ADMIN_PASSWORD: admin.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += String(chunk)));
  const gone = new Promise((resolve) => void child.once('exit', resolve));
  await until('a cluster that is up', () => Promise.resolve(/ is up at /.test(output)), 120_000);
  return {
    url: /Hansard is up at (\S+)/.exec(output)?.[1] ?? '',
    said: () => output,
    restart: () => void child.kill('SIGHUP'),
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const undecided = new Set(['EVENT_STORE_UNAVAILABLE', 'COMMAND_OUTCOME_UNKNOWN', 'COMMAND_TOO_BUSY']);

/** Sends one command, under one id again where nobody answered or it is not decided, and waits for its answer. */
const settled = async (client: ApiClient, conferenceId: string, title: string): Promise<void> => {
  const commandId = randomUUID();
  const deadline = performance.now() + answerTimeoutMs;
  const args = { conferenceId: ['ID!', conferenceId], title: ['String', title] } as const;
  for (;;) {
    const answer = await client
      .command('editConference', { conferenceId: [...args.conferenceId], title: [...args.title] }, { commandId })
      .catch(() => null);
    if (answer?.__typename === 'Accepted') return;
    if (answer && !undecided.has(answer.code ?? '')) throw new Error(JSON.stringify(answer));
    if (performance.now() > deadline) throw new Error('No answer in a minute');
    await delay(restMs);
  }
};

/** The 99th percentile of the times until commands are answered, in milliseconds, while `during` lasts. */
const p99 = async (workers: readonly [ApiClient, string][], during: () => Promise<void>): Promise<number> => {
  const latencies: number[] = [];
  const going = { on: true };
  const working = workers.map(async ([client, conferenceId]) => {
    while (going.on) {
      const before = performance.now();
      await settled(client, conferenceId, `Take ${randomUUID()}`);
      latencies.push(performance.now() - before);
      await delay(restMs);
    }
  });
  await during().finally(() => {
    going.on = false;
  });
  await Promise.all(working);
  return percentile(latencies, 0.99);
};

const workerOf = async (url: string): Promise<[ApiClient, string]> => {
  const client = apiClient(url);
  await client.signIn(admin.login, admin.password);
  const conferenceId = randomUUID();
  await client.accepted('createConference', {
    conferenceId: ['ID!', conferenceId],
    kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
    title: ['String!', 'Weekly review'],
  });
  return [client, conferenceId];
};

const rounds = (text: string): number => text.split('All processes').length - 1;

export const restartedInTurn: Goal = {
  name: 'rolling-restart',
  title: 'commands while a cluster is started again in turn, p99, against the same load in peace',
  unit: 'ms',
  better: 'lower',
  wanted: 5,
  prepare: async (say) => {
    const postgres = await startBenchPostgres(say);
    const cluster = await startCluster(postgres);
    const workers = await Promise.all(Array.from({ length: clients }, () => workerOf(cluster.url)));
    const inPeace = () => p99(workers, () => delay(peaceMs));
    const restarting = () =>
      p99(workers, async () => {
        const before = rounds(cluster.said());
        cluster.restart();
        await until('the end of the round', () => Promise.resolve(rounds(cluster.said()) > before), roundTimeoutMs);
      });
    // A cluster that has just started still reads its own code, and its log is short.
    for (const round of [inPeace, restarting]) await round();
    return {
      ours: restarting,
      baseline: inPeace,
      close: async () => {
        await cluster.stop();
        await postgres.stop();
      },
    };
  },
};
