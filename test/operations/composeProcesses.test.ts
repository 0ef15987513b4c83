// The commands and health checks of the compose file, run as they stand there but without containers.
import { strict as assert } from 'node:assert';
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { iceServersFor } from '../../src/media/turn.ts';
import { projectRoot, readCompose, type Service } from '../support/composeFile.ts';
import { freePort } from '../support/cuttableProxy.ts';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { eventually } from '../support/eventually.ts';
import { mediasoupWorkerBin } from '../support/mediasoupWorker.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';

type Started = { child: ChildProcess; env: Record<string, string>; said: () => string };

describe('the processes of the compose file', () => {
  const { services } = readCompose({ HANSARD_PUBLIC_ADDRESS: '127.0.0.1' });
  const ours = Object.entries(services).filter(([, { image }]) => image === 'hansard');
  const running = new Map<string, Started>();
  const ports = new Map<string, string>();
  let dir: string;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let eventStore: EventStoreDbNode;
  let redisPort: number;
  let relayPort: number;

  const serviceOf = (name: string): Service => {
    const found = services[name];
    if (!found) throw new Error(`There is no service ${name}`);
    return found;
  };
  const secretsDir = () => join(dir, 'secrets');

  /** The place of the container, in this machine's terms. */
  const settingsOf = (name: string): Record<string, string> => {
    const given = serviceOf(name).environment ?? {};
    const moved = Object.entries(given).map(([key, value]) => [
      key,
      value
        .replace('/run/secrets', secretsDir())
        .replace('0.0.0.0', '127.0.0.1')
        .replace(/^signalling-\d$/, '127.0.0.1'),
    ]);
    const signalling = ports.get(name.startsWith('media') ? name : 'media-1') ?? '';
    return {
      ...Object.fromEntries(moved),
      HANSARD_DATA: join(dir, 'data'),
      HANSARD_PORT: ports.get(name) ?? '',
      HANSARD_HEALTH_PORT: ports.get(name) ?? '',
      HANSARD_SIGNALLING_PORT: signalling,
      HANSARD_NODE: given['HANSARD_NODE'] ?? '',
      HANSARD_RTC_PORT: '0',
      HANSARD_MEDIA_WORKERS: '1',
      HANSARD_TRUSTED_PROXIES: '127.0.0.1',
      MEDIASOUP_WORKER_BIN: mediasoupWorkerBin(),
    };
  };

  const launch = (name: string, [file = '', ...args]: readonly string[], env: Record<string, string>): void => {
    const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
    const child = spawn(file, args, {
      cwd: projectRoot,
      env: { ...env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    running.set(name, { child, env, said: () => said });
  };

  const isHealthy = (name: string, change = (command: string) => command): boolean => {
    const { test: [kind, ...words] = [], timeout = '1s' } = serviceOf(name).healthcheck ?? {};
    const env = { ...running.get(name)?.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
    const command = kind === 'CMD' ? `exec ${words.map((word) => `'${word}'`).join(' ')}` : (words[0] ?? 'false');
    const options = { cwd: projectRoot, env, stdio: 'ignore', timeout: Number.parseInt(timeout, 10) * 1_000 } as const;
    return spawnSync('sh', ['-c', change(command)], options).status === 0;
  };
  const redisHere = (command: string): string =>
    command.replace('/run/secrets', secretsDir()).replace('redis-cli', `redis-cli -p ${redisPort}`);

  const relayHere = (command: string): string => command.replaceAll('3478', String(relayPort));

  const launchRedis = (): void => {
    const { entrypoint = [] } = serviceOf('redis');
    const here = entrypoint.map((word) =>
      word
        .replace('/run/secrets', secretsDir())
        .replaceAll('/tmp/redis.conf', join(dir, 'redis.conf'))
        .replace("printf 'requirepass", `printf 'port ${redisPort}\\nbind 127.0.0.1\\nrequirepass`),
    );
    launch('redis', here, {});
  };
  const launchRelay = (): void => {
    const { entrypoint = [], environment = {} } = serviceOf('coturn');
    const own = `--listening-port=${relayPort} --listening-ip=127.0.0.1 --relay-ip=127.0.0.1 --allow-loopback-peers`;
    const here = entrypoint.map((word) =>
      word
        .replaceAll('/tmp/', `${dir}/`)
        .replace('/run/secrets', secretsDir())
        .replace('/etc/hansard', join(projectRoot, 'deploy'))
        .replace('--no-tls', `${own} --no-tls`),
    );
    launch('coturn', here, environment);
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hansard-compose-'));
    const env = { ...process.env, HANSARD_SECRETS: secretsDir(), HANSARD_ENV_FILE: join(dir, 'env') };
    execFileSync(join(projectRoot, 'deploy/prepare'), ['127.0.0.1'], { env, stdio: 'pipe' });
    database = await freshDatabase();
    eventStore = await startEventStoreDbNode({ appendBytesMax: 2 * 1024 * 1024 });
    [redisPort, relayPort] = [await freePort(), await freePort()];
    const { user, host, database: name } = database.connection;
    const put = async (file: string, change: (text: string) => string) => {
      const path = join(secretsDir(), file);
      const text = change(await readFile(path, 'utf8'));
      await rm(path);
      await writeFile(path, text);
    };
    await put('database_url', () => `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(host)}`);
    await put('esdb_url', () => eventStore.url);
    await put('redis_url', (url) => url.replace('redis:6379', `127.0.0.1:${redisPort}`));
    launchRedis();
    await eventually('a healthy Redis', () => isHealthy('redis', redisHere));
    launchRelay();
    for (const [name] of ours) ports.set(name, String(await freePort()));
    for (const [name, { command = [] }] of ours)
      launch(name, [join(projectRoot, 'hansard'), ...command], settingsOf(name));
  }, 120_000);

  afterAll(async () => {
    // The relay takes its time over SIGTERM, and holds nothing.
    for (const [name, { child }] of running) child.kill(name === 'coturn' ? 'SIGKILL' : 'SIGTERM');
    const ended = ({ child }: Started) => child.exitCode !== null || child.signalCode !== null;
    await eventually('their ends', () => [...running.values()].every(ended), 30_000);
    await eventStore.kill();
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  const everythingSaid = () => [...running].map(([name, { said }]) => `${name}: ${said().slice(-1_500)}`).join('\n');

  test('all start at once on an empty installation and become healthy', async () => {
    await eventually('health', () => ours.every(([name]) => isHealthy(name)), 60_000).catch((error: unknown) => {
      throw new Error(everythingSaid(), { cause: error });
    });
    await eventually('readiness', async () => {
      const answers = ['api-1', 'api-2'].map((name) => fetch(`http://127.0.0.1:${ports.get(name)}/readyz`));
      return (await Promise.all(answers)).every(({ status }) => status === 200);
    });
  });

  test('work together: what one records another projects', async () => {
    await eventually(
      'four starts on the record',
      async () => {
        const sql = `select count(distinct number)::int n from read.event where type = 'ServerStarted'`;
        const [row] = await runSql(database.connection, sql).catch(() => []);
        return Number(row?.['n'] ?? 0) >= 4;
      },
      30_000,
    ).catch((error: unknown) => {
      throw new Error(everythingSaid(), { cause: error });
    });
    for (const [name, { child, said }] of running)
      assert.ok(child.exitCode === null && child.signalCode === null, `${name} ended: ${said().slice(-1_500)}`);
  });

  test('keep due times in Redis, and do what is due', async () => {
    const redis = new Redis(await readFile(join(secretsDir(), 'redis_url'), 'utf8'));
    try {
      // By the names that a job is known by while it waits (BullMQ's deduplication).
      for (const key of ['drop-expired-tokens', 'apply-retention']) {
        const id = await eventually(`${key} in Redis`, () => redis.get(`hansard:wake:de:${key}`), 30_000);
        assert.notEqual(await redis.zscore('hansard:wake:delayed', id), null, key);
      }
    } finally {
      redis.disconnect();
    }
    // Nothing but the queue has the first one signed.
    const signed = `select number from read.event where type = 'CheckpointSigned'`;
    await eventually('a checkpoint', async () => (await runSql(database.connection, signed)).length > 0, 30_000);
  });

  test('the relay lets in whom a media process sends, by the secret that both read', async () => {
    await eventually('a healthy relay', () => isHealthy('coturn', relayHere));
    const { env = {} } = running.get('media-1') ?? {};
    const { turn } = readConfig(env);
    assert.ok(turn);
    assert.deepEqual(
      turn.urls.map((url) => url.split('?')[0]),
      ['turn:127.0.0.1:3478', 'turn:127.0.0.1:3478'],
    );
    const allocate = async (secret: string): Promise<string> => {
      const [{ username = '', credential = '' } = {}] = iceServersFor({ urls: [], secret }, randomUUID(), new Date());
      const args = ['-u', username, '-w', credential, '-n', '2', '-m', '1', '-c', '-y', '-p', String(relayPort)];
      const asked = promisify(execFile)('/usr/bin/turnutils_uclient', [...args, '127.0.0.1'], { timeout: 20_000 });
      const { stdout } = await asked.catch((error: unknown) => error as { stdout: string });
      return stdout;
    };
    assert.match(await allocate(turn.secret), /tot_send_msgs=4, tot_recv_msgs=4/);
    assert.doesNotMatch(await allocate('what nobody has told it'), /tot_recv_msgs=4/);
  });

  test('a process that hangs is unhealthy, and healthy again when it goes on', async () => {
    for (const name of ['api-2', 'media-2', 'projections', 'jobs']) {
      const pid = running.get(name)?.child.pid ?? -1;
      process.kill(pid, 'SIGSTOP');
      assert.equal(isHealthy(name), false, name);
      process.kill(pid, 'SIGCONT');
      await eventually(`health of ${name}`, () => isHealthy(name));
    }
  });
});
