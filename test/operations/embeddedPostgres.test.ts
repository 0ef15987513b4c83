import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { openDataDirectory } from '../../src/operations/dataDirectory.ts';
import {
  type Connection,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/operations/embeddedPostgres.ts';
import { packagedBinaries } from '../../src/operations/postgresBinaries.ts';
import { isAlive, untilTrue } from '../../src/operations/processes.ts';
import { runSql } from '../support/postgres.ts';

const startProgram = new URL('../support/startPostgres.ts', import.meta.url).pathname;
const asRoot = process.getuid?.() === 0;
const small = { shared_buffers: '16MB', io_method: 'sync' };
let parent: string;
let dataDir: string;
let started: EmbeddedPostgres[] = [];

const start = async (options: { dataDir?: string; settings?: Record<string, string>; binaries?: string } = {}) => {
  const server = await startEmbeddedPostgres({ dataDir, ...options, settings: { ...small, ...options.settings } });
  started.push(server);
  return server;
};

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'hansard-pg-'));
  await chmod(parent, 0o755);
  dataDir = join(parent, 'data');
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  await rm(parent, { recursive: true, force: true });
});

const refusedWith = async (work: Promise<unknown>, code: string, words: RegExp) => {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof CannotStart, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });
};

const settingOf = async (connection: Connection, name: string) =>
  (await runSql(connection, `select current_setting('${name}') as value`))[0]?.['value'];

const kill = async (server: EmbeddedPostgres, signal: NodeJS.Signals) => {
  process.kill(server.pid, signal);
  await server.exited;
};

describe('embedded PostgreSQL', () => {
  test('starts in an empty place, durable, on a socket that only its user can open', async () => {
    const { connection, pid, adopted } = await start();
    assert.equal(adopted, false);
    assert.equal(await settingOf(connection, 'fsync'), 'on');
    assert.equal(await settingOf(connection, 'listen_addresses'), '');
    assert.equal(await settingOf(connection, 'data_checksums'), 'on');
    const [collation] = await runSql(connection, 'select datlocprovider as p, datlocale as l from pg_database');
    assert.deepEqual(collation, { p: 'b', l: 'C.UTF-8' });
    assert.equal((await stat(connection.host)).mode & 0o777, 0o700);
    assert.equal(connection.database, 'hansard');
    const uid = /^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (asRoot) assert.notEqual(uid, '0');
  });

  test('keeps its data over an orderly stop and is not there after it', async () => {
    const first = await start();
    await runSql(first.connection, 'create table kept as select 42 as answer');
    await first.stop();
    assert.equal(isAlive(first.pid), false);
    await first.stop();
    const second = await start();
    assert.equal(second.adopted, false);
    assert.deepEqual(await runSql(second.connection, 'select * from kept'), [{ answer: 42 }]);
  });

  test('adopts a server that was left running', async () => {
    const first = await start();
    const second = await start();
    assert.equal(second.adopted, true);
    assert.equal(second.pid, first.pid);
    assert.equal(await settingOf(second.connection, 'port'), '5432');
    await second.stop();
    await second.exited;
    assert.equal(isAlive(first.pid), false);
  });

  test('adopts the orphan of a process that was killed', async () => {
    const child = spawn(process.execPath, [startProgram, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const server = await start();
    assert.equal(server.adopted, true);
  });

  test('recovers everything acknowledged after kill -9', async () => {
    const first = await start();
    await runSql(first.connection, 'create table numbers (n int primary key)');
    const client = new pg.Client(first.connection);
    client.on('error', () => undefined);
    await client.connect();
    let acknowledged = 0;
    const writing = (async () => {
      for (;;) {
        await client.query('insert into numbers values ($1)', [acknowledged]);
        acknowledged += 1;
      }
    })();
    assert.ok(await untilTrue(() => acknowledged > 200, 20_000));
    const interrupted = assert.rejects(writing);
    await kill(first, 'SIGKILL');
    await interrupted;
    const second = await start();
    assert.equal(second.adopted, false);
    const [row] = await runSql(second.connection, 'select count(*)::int as n from numbers');
    assert.ok(Number(row?.['n']) >= acknowledged);
  });

  test('is not fooled by a pid file whose number another process has now', async () => {
    const first = await start();
    await kill(first, 'SIGKILL');
    const pidFile = join(dataDir, 'pg18', 'postmaster.pid');
    const lines = (await readFile(pidFile, 'utf8')).split('\n');
    await writeFile(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'));
    assert.equal((await start()).adopted, false);
  });

  test('forgets an initdb that was interrupted', async () => {
    await mkdir(join(dataDir, 'pg18.init', 'base'), { recursive: true });
    await writeFile(join(dataDir, 'pg18.init', 'PG_VERSION'), '18\n');
    await start();
    await assert.rejects(stat(join(dataDir, 'pg18.init')));
  });

  test('starts once when two ask at the same moment', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    assert.equal(one.pid, two.pid);
    assert.deepEqual([one.adopted, two.adopted].sort(), [false, true]);
  });

  test('finds another place for its socket when the path is too long', async () => {
    const { connection } = await start({ dataDir: join(parent, 'x'.repeat(100), 'data') });
    assert.ok(connection.host.startsWith(tmpdir()) && !connection.host.includes('xxx'));
    await rm(connection.host, { recursive: true, force: true });
  });

  test('recreates the links to its libraries, and copies itself out of a place closed to its user', async () => {
    const native = join(parent, 'closed', 'native');
    await cp(packagedBinaries, native, { recursive: true, filter: (path) => !path.endsWith('libicuuc.so.60') });
    await cp(join(packagedBinaries, '..', 'package.json'), join(native, '..', 'package.json'));
    await chmod(join(parent, 'closed'), 0o700);
    const { pid } = await start({ binaries: native });
    const program = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[0];
    assert.equal(program?.startsWith(asRoot ? dataDir : native), true);
  });

  test('says what a bad setting was', async () => {
    await refusedWith(start({ settings: { shared_buffers: 'plenty' } }), 'postgres_failed', /shared_buffers/);
  });
});

// A checkout below /root is closed to everybody else, this program included.
const startable = asRoot && spawnSync(process.execPath, ['--check', startProgram], { uid: 65534 }).status === 0;
describe.runIf(startable)('embedded PostgreSQL, started by an ordinary user', () => {
  test('runs as that user', async () => {
    const nobody = 65534;
    await mkdir(dataDir);
    await chown(dataDir, nobody, nobody);
    const done = spawnSync(process.execPath, [startProgram, dataDir, 'stop'], {
      uid: nobody,
      gid: nobody,
      encoding: 'utf8',
    });
    assert.equal(done.stderr, '');
    assert.match(done.stdout, /^started \d+\nstopped\n$/);
    assert.equal((await stat(join(dataDir, 'pg18'))).uid, nobody);
    // Root, later, runs it as its owner.
    const { pid } = await start();
    assert.match(await readFile(`/proc/${pid}/status`, 'utf8'), /^Uid:\s+65534/m);
  });

  test('says that it cannot write there', async () => {
    await mkdir(dataDir, { mode: 0o755 });
    const done = spawnSync(process.execPath, [startProgram, dataDir], { uid: 65534, gid: 65534, encoding: 'utf8' });
    assert.match(done.stderr, /^The data directory .* cannot be used: this user may not write there\. Name another/);
  });

  test('says which directory root has to open for its server', async () => {
    await chmod(parent, 0o700);
    await refusedWith(start(), 'data_directory_unusable', /may not pass through .*\(run: chmod o\+x /);
  });
});

describe('a data directory', () => {
  test('of a newer program is refused, and untouched', async () => {
    await openDataDirectory(dataDir);
    await writeFile(join(dataDir, 'format'), '99\n');
    await refusedWith(start(), 'data_format_newer', /format 99 .*newer Hansard.*Start the newer version/);
    assert.equal(await readFile(join(dataDir, 'format'), 'utf8'), '99\n');
  });

  test('of an older program is carried on, step by step, each step once', async () => {
    await openDataDirectory(dataDir);
    const done: number[] = [];
    const steps = [1, 2].map((n) => async () => void done.push(n));
    await openDataDirectory(dataDir, steps.slice(0, 1));
    await openDataDirectory(dataDir, steps);
    await openDataDirectory(dataDir, steps);
    assert.deepEqual(done, [1, 2]);
    assert.equal(await readFile(join(dataDir, 'format'), 'utf8'), '3\n');
    await refusedWith(openDataDirectory(dataDir), 'data_format_newer', /format 3/);
  });

  test('whose step failed stays at the format it had', async () => {
    await openDataDirectory(dataDir);
    const broken = async () => {
      throw new Error('disk full');
    };
    await assert.rejects(openDataDirectory(dataDir, [async () => undefined, broken]), /disk full/);
    assert.equal(await readFile(join(dataDir, 'format'), 'utf8'), '2\n');
  });

  test('with the database of another major version is refused', async () => {
    await mkdir(join(dataDir, 'pg18'), { recursive: true });
    await writeFile(join(dataDir, 'pg18', 'PG_VERSION'), '17\n');
    await refusedWith(start(), 'data_major_version', /PostgreSQL 17.*brings 18\. Make a backup/);
  });

  test('that is a file, or holds something else, is refused', async () => {
    await writeFile(dataDir, '');
    await refusedWith(start(), 'data_directory_unusable', /it is a file/);
    await refusedWith(
      start({ dataDir: join(dataDir, 'below') }),
      'data_directory_unusable',
      /a part of the path is a file/,
    );
    await refusedWith(start({ dataDir: parent }), 'data_directory_unusable', /it holds other files \(data\)/);
  });
});
