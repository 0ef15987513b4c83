// P1b and P2: a whole command over GraphQL, against a mutation of the same server that does nothing.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ApiClient, apiClient } from '../test/support/apiClient.ts';
import { type Goal, percentile } from './goal.ts';
import { openConnection } from './http.ts';
import { insertBaseline } from './insertBaseline.ts';
import { type BenchPostgres, startBenchPostgres } from './postgres.ts';

const clients = 64;
const admin = { login: 'admin', password: 'correct horse battery' };
const payload = { dataBytes: 150, metadataBytes: 504 }; // As P1a prints for the same command.

const program = fileURLToPath(new URL('serverProcess.ts', import.meta.url));

type Server = { client: ApiClient; url: string; stop: () => Promise<void> };

const signedIn = async (url: string, patienceMs: number): Promise<ApiClient> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const client = apiClient(url);
    try {
      await client.signIn(admin.login, admin.password);
      return client;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

/** All roles but media, which no command here needs, in one process as `./hansard up` runs them. */
const startServer = async ({ connection }: BenchPostgres): Promise<Server> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-bench-data-'));
  const port = 20_000 + (Math.floor(performance.timeOrigin + performance.now()) % 20_000);
  const { user, database, host } = connection;
  const child = spawn(process.execPath, [program, 'serve', '--roles', 'api,projections,jobs'], {
    env: {
      ...process.env,
      DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
      HANSARD_DATA: dataDir,
      HANSARD_PORT: String(port),
      HANSARD_ADMIN_LOGIN: admin.login,
      HANSARD_ADMIN_PASSWORD: admin.password,
    },
    stdio: 'ignore',
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const gone = new Promise((resolve) => void child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    client: await signedIn(url, 30_000),
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const text = `mutation ($command: CommandInput!, $conferenceId: ID!, $title: String) {
  editConference(command: $command, conferenceId: $conferenceId, title: $title) {
    __typename ... on Accepted { commandId position } ... on Refusal { code details }
  }
}`;
const nothing = JSON.stringify({ query: 'mutation { doNothing }' });

let takes = 0;
const retitle = (conferenceId: string): string => {
  takes += 1;
  const title = `Weekly review of the northern region, take ${takes}`;
  return JSON.stringify({ query: text, variables: { command: { commandId: randomUUID() }, conferenceId, title } });
};

const insist = (answer: string, sign: string): void => {
  if (!answer.includes(sign)) throw new Error(`Not what was asked for: ${answer}`);
};

type Act = () => Promise<void>;
type Kind = 'command' | 'nothing';

/** One client with a conference of its own. Connections are of one round: a server drops those that idle. */
type Worker = (kind: Kind) => Promise<{ act: Act; close: () => void }>;

const workerOf = async ({ client, url }: Server): Promise<Worker> => {
  const conferenceId = randomUUID();
  await client.accepted('createConference', {
    conferenceId: ['ID!', conferenceId],
    kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
    title: ['String!', 'Weekly review'],
  });
  return async (kind) => {
    const { ask, close } = await openConnection(url, kind === 'command' ? client.cookie() : '');
    const command = async () => insist(await ask(retitle(conferenceId)), '"Accepted"');
    const idle = async () => insist(await ask(nothing), '"doNothing":true');
    return { act: kind === 'command' ? command : idle, close };
  };
};

type Pace = { seconds: number; restMs: number };
const throughout: Pace = { seconds: 3, restMs: 0 };
/**
 * A server that is not loaded has done with the last command (its projections, its processes) when the next comes:
 * what does not concern a projection is written down up to 15 ms later.
 */
const calm: Pace = { seconds: 30, restMs: 30 };
/** Of the database's part, which does not rest in between. */
const insertSeconds = 10;

const repeat = async (act: Act, pace: Pace, answered: (tookMs: number) => void): Promise<void> => {
  const started = performance.now();
  while (performance.now() - started < pace.seconds * 1000) {
    const before = performance.now();
    await act();
    answered(performance.now() - before);
    if (pace.restMs > 0) await delay(pace.restMs);
  }
};

const throughput = async (workers: readonly Worker[], kind: Kind): Promise<number> => {
  const ready = await Promise.all(workers.map((worker) => worker(kind)));
  const started = performance.now();
  let answered = 0;
  await Promise.all(ready.map(({ act }) => repeat(act, throughout, () => (answered += 1))));
  const rate = answered / ((performance.now() - started) / 1000);
  for (const { close } of ready) close();
  return rate;
};

/** The 99th percentile of one client that waits for each answer and then a little, in milliseconds. */
const p99 = async (worker: Worker, kind: Kind): Promise<number> => {
  const latencies: number[] = [];
  const { act, close } = await worker(kind);
  await repeat(act, calm, (tookMs) => latencies.push(tookMs));
  close();
  return percentile(latencies, 0.99);
};

const prepareServer = async (say: (line: string) => void, count: number) => {
  const postgres = await startBenchPostgres(say);
  const server = await startServer(postgres);
  const workers = await Promise.all(Array.from({ length: count }, () => workerOf(server)));
  return {
    postgres,
    workers,
    close: async () => {
      await server.stop();
      await postgres.stop();
    },
  };
};

export const wholeCommand: Goal = {
  name: 'P1b',
  title: `whole command over GraphQL, ${clients} clients`,
  unit: 'commands/s',
  better: 'higher',
  wanted: 0.6,
  prepare: async (say) => {
    const { workers, close } = await prepareServer(say, clients);
    for (const kind of ['nothing', 'command'] as const) await throughput(workers, kind);
    return {
      ours: () => throughput(workers, 'command'),
      baseline: () => throughput(workers, 'nothing'),
      close,
    };
  },
};

export const unloadedCommand: Goal = {
  name: 'P2',
  title: 'unloaded command over GraphQL, p99',
  unit: 'ms',
  better: 'lower',
  wanted: 2,
  prepare: async (say) => {
    const { postgres, workers, close } = await prepareServer(say, 1);
    const [worker] = workers;
    if (!worker) throw new Error('one worker was made');
    const insert = await insertBaseline(postgres, payload);
    for (const kind of ['nothing', 'command'] as const) await p99(worker, kind);
    return {
      ours: () => p99(worker, 'command'),
      baseline: async () =>
        (await p99(worker, 'nothing')) + percentile((await insert(1, insertSeconds)).latenciesMs, 0.99),
      close,
    };
  },
};
