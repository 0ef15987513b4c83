// An older backup, which still has the keys of whom was erased since, is restored together with the erasure ledger.
import { strict as assert } from 'node:assert';
import { chmod, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { codecOf } from '../../src/commands/codec.ts';
import { openedFeed } from '../../src/commands/feed.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { openPostgresVault } from '../../src/commands/postgresVault.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { backup } from '../../src/operations/backup.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { BadUsage } from '../../src/operations/cli.ts';
import { type Connection, startEmbeddedPostgres } from '../../src/operations/embeddedPostgres.ts';
import { ledgerFile, ledgerIn } from '../../src/operations/erasureLedger.ts';
import { erasuresCommand } from '../../src/operations/erasuresCommand.ts';
import { masterKeyIn } from '../../src/operations/masterKey.ts';
import { restore } from '../../src/operations/restore.ts';
import { allProjections } from '../../src/projections/allProjections.ts';
import { gatherMoves } from '../../src/projections/moves.ts';
import { changesChannel } from '../../src/projections/projection.ts';
import { migrateReadModels, readPool } from '../../src/projections/readDatabase.ts';
import { runProjection } from '../../src/projections/runner.ts';
import { type Canary, hatch, tracesIn } from '../api/canary.ts';
import { settingIn } from '../api/people.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';

describe('the erasure ledger', () => {
  let stack: Stack;
  let canary: Canary;
  let directory: string;
  const source = () => join(directory, 'backup');
  const ledger = () => join(directory, 'ledger');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-ledger-'));
    await chmod(directory, 0o755);
    stack = await startStack({ media: false, env: { HANSARD_TRUSTED_PROXIES: '127.0.0.1/32' } });
    const setting = await settingIn(stack);
    canary = await hatch(stack, setting);
    const { connection, dataDir } = stack;
    await backup({ connection, dataDir, target: source(), now: new Date() });
    const { admin } = setting.people;
    await admin.accepted('erasePerson', { accountId: ['ID!', canary.accountId] }, { reason: 'Asked for it' });
    const query = 'query ($id: ID!) { account(id: $id, deleted: true) { erasure } }';
    await eventually('the erasure to be done', async () => {
      const { account } = await admin.data<{ account: { erasure: string } }>(query, { id: canary.accountId });
      return account.erasure === 'DONE';
    });
    await copyFile(join(dataDir, ledgerFile), ledger());
  });
  afterAll(async () => {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** What a server shows that starts on the restored data: its read models are made from the log. */
  const showing = async (dataDir: string, look: (connection: Connection) => Promise<void>): Promise<void> => {
    const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off', io_method: 'sync' } });
    const { connection } = server;
    await migrateReadModels(connection);
    const vault = await openPostgresVault({ connection, masterKey: await masterKeyIn(dataDir) });
    const store = await openPostgresEventStore({ connection });
    const pool = readPool(connection, () => undefined);
    const stop = new AbortController();
    const needs = {
      pool,
      connection,
      moves: gatherMoves(pool, changesChannel),
      feed: openedFeed(store, codecOf(vault, vocabularies)),
      logId: await store.positionsId(),
      now: () => new Date(),
      log: () => undefined,
    };
    const running = allProjections([...vocabularies.keys()]).map((each) => runProjection(needs, each, stop.signal));
    try {
      const head = (await store.head()) ?? '';
      const there = () => running.every((each) => (each.status().position ?? '') >= head);
      await eventually('the read models', there, 30_000);
      await look(connection);
    } finally {
      stop.abort();
      await Promise.all(running.map(({ done }) => done));
      await pool.end();
      await store.close();
      await vault.close();
      await server.stop();
    }
  };
  const nameOf = async (connection: Connection): Promise<unknown> =>
    (await runSql(connection, `select "displayName" as name from read.account where id = '${canary.accountId}'`))[0]?.[
      'name'
    ];

  const restored = (dataDir: string, erasures?: string) =>
    restore({
      source: source(),
      dataDir,
      key: null,
      say: () => undefined,
      ...(erasures === undefined ? {} : { erasures }),
    });

  test('keeps the erased erased in an older backup, which without it brings them back', async () => {
    const [bare, whole] = [join(directory, 'bare'), join(directory, 'whole')];
    await restored(bare);
    await showing(bare, async (connection) => {
      assert.equal(await nameOf(connection), 'Kanarie Canary', 'what the ledger is for');
    });
    await restored(whole, ledger());
    await showing(whole, async (connection) => {
      assert.equal(await nameOf(connection), `erased-${canary.accountId.slice(-6)}`);
      assert.deepEqual(await tracesIn(connection), []);
      const left = await runSql(
        connection,
        `select 1 from vault.passwords where account_id = '${canary.accountId}'
         union all select 1 from vault.tokens where account_id = '${canary.accountId}'`,
      );
      assert.deepEqual(left, [], 'nobody signs in as her');
    });
    assert.equal(await readFile(join(whole, ledgerFile), 'utf8'), await readFile(ledger(), 'utf8'));
  });

  test('can be written anew from the vault, as a whole or not at all', async () => {
    const written = join(directory, 'written');
    const subjectsIn = async (path: string): Promise<string[]> => {
      const lines = (await readFile(path, 'utf8')).trim().split('\n');
      return [...new Set(lines.map((line) => (JSON.parse(line) as { subject: string }).subject))].toSorted();
    };
    const said: string[] = [];
    const { connection, dataDir } = stack;
    const command = erasuresCommand(
      (_, act) => act({ vaultAt: { connection, dataDir } }),
      (line) => void said.push(line),
    );
    const typed = (rest: string[]) => ({ text: () => undefined, flag: () => false, rest });
    assert.equal(await command(typed([written])), 0);
    assert.deepEqual(await subjectsIn(written), await subjectsIn(ledger()));
    assert.match(said.join(), new RegExp(`names ${(await subjectsIn(ledger())).length} erased keys`));
    assert.equal((await stat(written)).mode & 0o777, 0o600);
    await restored(join(directory, 'again'), written);

    await assert.rejects(command(typed([])), BadUsage);
    const nowhere = command(typed([join(written, 'below a file')]));
    await assert.rejects(nowhere, (error) => error instanceof CannotStart && error.code === 'export_impossible');
  });

  test('that is none stops the restore, which leaves nothing', async () => {
    const broken = join(directory, 'broken');
    for (const text of ['no ledger', '{"subject":""}\n', `${await readFile(ledger(), 'utf8')}{"half":`]) {
      await writeFile(broken, text);
      const refused = restored(join(directory, 'never'), broken);
      await assert.rejects(refused, (error) => error instanceof CannotStart && /ledger/.test(error.message));
      await assert.rejects(readFile(join(directory, 'never', 'format')));
    }
    const missing = restored(join(directory, 'never'), join(directory, 'gone'));
    await assert.rejects(missing, (error) => error instanceof CannotStart && /ledger/.test(error.message));
  });

  test('is added to line by line, by one after the other', async () => {
    const add = ledgerIn(directory, () => new Date('2026-03-01T12:00:00.000Z'));
    await Promise.all([add(['one', 'two']), add([]), add(['three'])]);
    assert.equal(
      await readFile(join(directory, ledgerFile), 'utf8'),
      ['one', 'two', 'three']
        .map((subject) => `{"subject":"${subject}","erasedAt":"2026-03-01T12:00:00.000Z"}\n`)
        .join(''),
    );
  });
});
