import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import type { EventStore, StoredEvent } from '../../src/commands/eventStore.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { openPostgresVault } from '../../src/commands/postgresVault.ts';
import type { Vault } from '../../src/commands/vault.ts';
import { backup } from '../../src/operations/backup.ts';
import { Manifest, writeManifest } from '../../src/operations/backupManifest.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { restoringFile } from '../../src/operations/dataDirectory.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/operations/embeddedPostgres.ts';
import { masterKeyIn } from '../../src/operations/masterKey.ts';
import { restore } from '../../src/operations/restore.ts';
import { appended, event, events, newStream } from '../support/events.ts';
import { makeOldLog } from '../support/oldLog.ts';
import { runSql } from '../support/postgres.ts';

const settings = { shared_buffers: '16MB', io_method: 'sync', fsync: 'off' };
let dataDir: string;
let server: EmbeddedPostgres;
let store: EventStore;
let vault: Vault;
let scratch: string;

const openAll = async (directory: string, { connection }: EmbeddedPostgres) => ({
  store: await openPostgresEventStore({ connection }),
  vault: await openPostgresVault({ connection, masterKey: await masterKeyIn(directory) }),
});
const take = (target: string) => backup({ connection: server.connection, dataDir, target, now: new Date() });
const restored = (source: string, target: string) =>
  restore({ source, dataDir: target, key: null, say: () => undefined });
const everything = (log: EventStore): Promise<StoredEvent[]> => Array.fromAsync(log.readAll());
const refused = (work: Promise<unknown>, words: RegExp) =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof CannotStart, String(error));
    assert.match(error.message, words);
    return true;
  });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hansard-source-'));
  server = await startEmbeddedPostgres({ dataDir, settings });
  ({ store, vault } = await openAll(dataDir, server));
});
afterAll(async () => {
  await store.close();
  await vault.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hansard-backup-'));
  await chmod(scratch, 0o755);
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

describe('a backup', () => {
  test('brings back the log and the vault as they were, and goes on from there', async () => {
    const odd = Buffer.from('\\N\t\n\\.\u0000"ä', 'utf8');
    await appended(store, newStream(), 'noStream', [...events(400), { ...event(), data: odd, metadata: Buffer.of() }]);
    const key = (await vault.keyFor('somebody'))?.export();
    await vault.keyFor('erased');
    await vault.erase('erased');
    await vault.putPassword('p', 'somebody', 'hash');
    const secret = await vault.secret('ticket');
    const before = await everything(store);
    const { events: counted } = await take(join(scratch, 'backup'));
    assert.equal(counted, before.length);

    const target = join(scratch, 'restored');
    await restored(join(scratch, 'backup'), target);
    const copy = await startEmbeddedPostgres({ dataDir: target, settings });
    try {
      const opened = await openAll(target, copy);
      assert.deepEqual(await everything(opened.store), before);
      assert.equal(await opened.store.logId(), await store.logId());
      assert.deepEqual((await opened.vault.keyFor('somebody'))?.export(), key);
      assert.equal(await opened.vault.keyFor('erased'), null);
      assert.equal(await opened.vault.passwordOf('p'), 'hash');
      assert.deepEqual(await opened.vault.secret('ticket'), secret);
      const { position } = await appended(opened.store, newStream(), 'noStream', [event()]);
      assert.equal(Number(position), before.length + 1);
      const last = before.at(-1);
      await appended(opened.store, last?.stream ?? '', last?.revision ?? 0, [event()]);
      await opened.store.close();
      await opened.vault.close();
    } finally {
      await copy.stop();
    }
  });

  test('of an older program is restored into the present one', async () => {
    const connection = { ...server.connection, database: 'older' };
    await runSql(server.connection, 'create database older');
    const [long = ''] = await makeOldLog(connection, 1, [3, 1]);
    await (await openPostgresVault({ connection, masterKey: await masterKeyIn(dataDir) })).close();
    await backup({ connection, dataDir, target: join(scratch, 'backup'), now: new Date() });

    const target = join(scratch, 'restored');
    await restored(join(scratch, 'backup'), target);
    const copy = await startEmbeddedPostgres({ dataDir: target, settings });
    try {
      const opened = await openAll(target, copy);
      assert.equal((await everything(opened.store)).length, 4);
      assert.equal((await appended(opened.store, long, 2, [event()])).revision, 3);
      await opened.store.close();
      await opened.vault.close();
    } finally {
      await copy.stop();
    }
  });

  test('is of one moment, while others write', async () => {
    let writing = true;
    const write = async () => {
      while (writing) await appended(store, newStream(), 'noStream', events(3));
    };
    const writers = [write(), write(), write()];
    const manifest = await take(join(scratch, 'backup'));
    writing = false;
    await Promise.all(writers);
    const rows = Object.fromEntries(manifest.tables.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
    assert.equal(rows['log.events'], manifest.events);
    assert.ok((await everything(store)).length > manifest.events);
    await restored(join(scratch, 'backup'), join(scratch, 'restored'));
  });

  test('is for its owner only, and replaces nothing', async () => {
    const target = join(scratch, 'backup');
    await take(target);
    assert.equal((await stat(target)).mode & 0o777, 0o700);
    await refused(take(target), /There is something at .* already\. Name a place that is free\./);
    assert.deepEqual(await readdir(scratch), ['backup']);
  });

  test('that fails leaves nothing', async () => {
    const connection = { ...server.connection, database: 'postgres' };
    await refused(backup({ connection, dataDir, target: join(scratch, 'backup'), now: new Date() }), /There is no log/);
    assert.deepEqual(await readdir(scratch), []);
  });
});

describe('a restore', () => {
  const source = () => join(scratch, 'backup');
  const target = () => join(scratch, 'restored');

  test('refuses a backup in which one bit was flipped, or a file is missing, and leaves nothing', async () => {
    await take(source());
    const { tables } = Manifest.parse(JSON.parse(await readFile(join(source(), 'manifest.json'), 'utf8')));
    const file = join(source(), tables.find(({ table }) => table === 'events')?.file ?? '');
    const bytes = await readFile(file);
    await writeFile(file, Buffer.from(bytes.map((byte, n) => (n === bytes.length >> 1 ? byte ^ 1 : byte))));
    await refused(restored(source(), target()), /log\.events\.copy\.gz is not what was written/);
    await rm(file);
    await refused(restored(source(), target()), /log\.events\.copy\.gz cannot be read/);
    assert.deepEqual(await readdir(scratch), ['backup']);
  });

  test('refuses a manifest that claims more than there is, and leaves nothing', async () => {
    const manifest = await take(source());
    await writeManifest(source(), { ...manifest, events: manifest.events + 1 });
    await refused(restored(source(), target()), /its log has gaps\. Take another one\./);
    assert.deepEqual(await readdir(scratch), ['backup']);
  });

  test('refuses what a newer program made, what is no backup, and a directory that is taken', async () => {
    const manifest = await take(source());
    await writeManifest(source(), { ...manifest, versions: { log: 99, vault: 1 } });
    await refused(restored(source(), target()), /newer Hansard, which has to restore it/);
    await refused(restored(scratch, target()), /has no readable manifest\.json/);
    await mkdir(target());
    await writeFile(join(target(), 'mine'), '');
    await refused(restored(source(), target()), /is not empty\. Name a new directory/);
    assert.deepEqual(await readdir(target()), ['mine']);
  });

  test('says where nothing can be restored into', async () => {
    await take(join(scratch, 'backup'));
    const into = (target: string, words: RegExp) => refused(restored(join(scratch, 'backup'), target), words);
    await into('/proc/nowhere', /^The data directory \/proc\/nowhere cannot be used: nothing can be made in \/proc\./);
    await into(process.execPath, /cannot be used: a part of the path is a file, not a directory\./);
  });

  test('begins anew where one was interrupted', async () => {
    await take(source());
    await mkdir(join(target(), 'pg18'), { recursive: true });
    await writeFile(join(target(), restoringFile), 'elsewhere');
    await restored(source(), target());
    assert.equal((await readdir(target())).includes(restoringFile), false);
  });
});
