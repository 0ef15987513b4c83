import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Connection } from '../../src/operations/embeddedPostgres.ts';
import { RawClient } from '../media/rawClient.ts';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { mediasoupWorkerBin } from '../support/mediasoupWorker.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { accountIn, admin, databaseUrl } from '../support/stack.ts';
import { type KillLoad, killLoad } from './killLoad.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const roundTimeoutMs = 300_000;
const chat = 'subscription ($id: ID!, $after: EventNumber) { chatMessages(sessionId: $id, after: $after) { number } }';

type Follower = { numbers: string[]; interruptions: number; stop: () => Promise<void> };

/** Follows a session's chat and subscribes again, after the last message it has, whenever its stream ends. */
const follower = (client: ApiClient, sessionId: string): Follower => {
  const state = { numbers: [] as string[], interruptions: 0, stopped: false, stop: (): void => undefined };
  const isOver = () => state.stopped;
  const run = async () => {
    while (!isOver()) {
      const { stop, ended } = client.subscribe(chat, { id: sessionId, after: state.numbers.at(-1) ?? null }, (data) => {
        for (const { number } of data['chatMessages'] as { number: string }[]) state.numbers.push(number);
      });
      state.stop = stop;
      await ended.catch(() => undefined);
      if (!isOver()) state.interruptions += 1;
      await delay(200);
    }
  };
  const running = run();
  return {
    get numbers() {
      return state.numbers;
    },
    get interruptions() {
      return state.interruptions;
    },
    stop: async () => {
      state.stopped = true;
      state.stop();
      await running;
    },
  };
};

describe('hansard cluster', () => {
  let cluster: ChildProcess;
  let output = '';
  let dataDir: string;
  let url: string;
  let database: { connection: Connection; drop: () => Promise<void> };
  let load: KillLoad;

  const client = async (login = admin.login, password = admin.password): Promise<ApiClient> => {
    const made = apiClient(url);
    await made.signIn(login, password);
    return made;
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hansard-cluster-'));
    database = await freshDatabase();
    cluster = spawn(process.execPath, [main, 'cluster', '--data', dataDir, '--port', '0'], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl(database.connection),
        MEDIASOUP_WORKER_BIN: mediasoupWorkerBin(),
        HANSARD_ADMIN_LOGIN: admin.login,
        HANSARD_ADMIN_PASSWORD: admin.password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [cluster.stdout, cluster.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
    await eventually('the cluster to be up', () => / is up at /.test(output) || cluster.exitCode !== null, 120_000);
    url = /Hansard is up at (\S+)/.exec(output)?.[1] ?? assert.fail(output);
    load = await killLoad({ client, connection: database.connection, eventStoreDb: null });
  }, 180_000);
  afterAll(async () => {
    cluster.kill('SIGTERM');
    await eventually('the cluster to end', () => cluster.exitCode !== null || cluster.signalCode !== null, 60_000);
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }, 90_000);

  const rowsOf = (sql: string) => runSql(database.connection, sql);

  /** Comes in, and comes back whenever the media node says so, until it is stopped. */
  const attendee = async (login: string) => {
    const api = await accountIn({ client }, await client(), login);
    const epochs: number[] = [];
    let stopped = false;
    let now: RawClient | null = null;
    const run = async () => {
      while (!stopped) {
        const joined = await api.join(load.conferenceId).catch(() => null);
        const socket = await RawClient.open(Number(new URL(url).port), String(joined?.['signallingPath'])).catch(
          () => null,
        );
        if (!socket) {
          await delay(200);
          continue;
        }
        now = socket;
        const hello = socket.request('hello', { ticket: String(joined?.['ticket']) }).catch(() => null);
        const welcome = await Promise.race([hello, socket.gone().then(() => null)]);
        if (welcome) epochs.push(welcome.epoch);
        if (welcome) await new Promise<void>((resolve) => void socket.socket.once('close', () => resolve()));
        await delay(200);
      }
    };
    const running = run();
    return {
      epochs,
      stop: async () => {
        stopped = true;
        now?.close();
        await running;
      },
    };
  };

  /** The load posts as somebody who never connects, and whom the media nodes put out after a minute. */
  const stayingIn = async () => {
    const api = await client();
    const stopped = new AbortController();
    const run = async () => {
      while (!stopped.signal.aborted) {
        await api.join(load.conferenceId).catch(() => null);
        await delay(15_000, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    };
    const running = run();
    return async () => {
      stopped.abort();
      await running;
    };
  };

  test('runs two processes of each role', async () => {
    const nodes = await rowsOf('select name, roles from nodes.node order by name');
    const names = ['api', 'jobs', 'media', 'projections'].flatMap((role) => [`${role}-1`, `${role}-2`]);
    assert.deepEqual(
      nodes.map(({ name }) => name),
      names,
    );
    assert.ok(nodes.every(({ name, roles }) => String(name).startsWith(String(roles))));
  });

  test('started again in turn under load loses no answered command and no subscription', {
    timeout: 600_000,
  }, async () => {
    const followers = await Promise.all([1, 2, 3, 4].map(async () => follower(await client(), load.sessionId)));
    const stopStaying = await stayingIn();
    const people = [await attendee('ann'), await attendee('bob')];
    await eventually('both to be in', () => people.every(({ epochs }) => epochs.length > 0), 30_000);
    const pids = new Set((await rowsOf('select instance from nodes.node')).map(({ instance }) => instance));
    await load.underLoad(async () => {
      await load.loaded();
      cluster.kill('SIGHUP');
      await eventually(
        'the round to end',
        () => /started again\.\n$/.test(output) && /All processes/.test(output),
        roundTimeoutMs,
      );
      await load.loaded();
    });
    assert.doesNotMatch(output, /did not come back|ended \(/);
    const after = (await rowsOf('select instance from nodes.node')).map(({ instance }) => instance);
    assert.equal(after.length, 8);
    assert.ok(after.every((instance) => !pids.has(instance)));
    await load.verify();
    await stopStaying();

    // Everybody has every message once, in order, and was interrupted no oftener than there are processes.
    const posted = await rowsOf(`select from log.events where type = 'ChatMessagePosted'`);
    for (const each of followers) {
      await eventually('all messages', () => each.numbers.length >= posted.length, 30_000);
      assert.equal(new Set(each.numbers).size, posted.length);
      assert.deepEqual(
        each.numbers,
        each.numbers.toSorted((a, b) => Number(a) - Number(b)),
      );
      assert.ok(each.interruptions <= 4, `${each.interruptions} interruptions`);
      await each.stop();
    }

    // The session was on one node at a time, and everybody is on the last one.
    const placed = await rowsOf(
      `select convert_from(data, 'UTF8')::jsonb as data from log.events
       where stream = 'session-${load.sessionId}' and type = 'SessionPlaced' order by revision`,
    );
    const placements = placed.map(({ data }) => data as { node: string; epoch: number });
    assert.deepEqual(
      placements.map(({ epoch }) => epoch),
      placements.map((_, index) => index + 1),
    );
    assert.ok(placements.length >= 2);
    const last = placements.at(-1)?.epoch;
    await eventually(
      'everybody to be on the last one',
      () => people.every(({ epochs }) => epochs.at(-1) === last),
      30_000,
    );
    for (const { epochs, stop } of people) {
      assert.deepEqual(
        epochs,
        epochs.toSorted((a, b) => a - b),
      );
      await stop();
    }
    process.stdout.write(
      `${posted.length} messages, interruptions ${followers.map(({ interruptions }) => interruptions).join(' ')}, ` +
        `placements ${placements.map(({ node }) => node).join(' ')}\n`,
    );
  });
});
