// Keys of a server that is at work: another master key, a copy under a passphrase, and what comes of a loss.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openPostgresVault } from '../../src/commands/postgresVault.ts';
import { type Setting, settingIn } from '../api/people.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { databaseUrl, type Stack, startStack } from '../support/stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const manyKeys = 6_000;

describe('the keys of a server at work', () => {
  let stack: Stack;
  let setting: Setting;
  let scratch: string;

  const env = () => ({ ...process.env, DATABASE_URL: databaseUrl(stack.connection), HANSARD_DATA: stack.dataDir });
  const hansard = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env: env(), encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };
  const masterFile = () => join(stack.dataDir, 'secrets', 'master.key');
  const master = () => readFile(masterFile());
  const sql = (text: string) => runSql(stack.connection, text);
  const openWith = async (masterKey: Buffer) =>
    (await openPostgresVault({ connection: stack.connection, masterKey })).close();
  const chat = async () => {
    const messageId = randomUUID();
    const text = `Said at ${messageId}`;
    const { owner } = setting.people;
    await owner.accepted('postChatMessage', {
      sessionId: ['ID!', setting.sessionId],
      messageId: ['ID!', messageId],
      text: ['String!', text],
    });
    return text;
  };
  /** All that was said, as an administrator reads it. */
  const read = async (minPosition: string): Promise<(string | null)[]> => {
    type Found = { chatReport: { edges: { node: { text: string | null } }[] } };
    const { chatReport } = await setting.people.admin.data<Found>(
      'query ($at: Position) { chatReport(first: 100, minPosition: $at) { edges { node { text } } } }',
      { at: minPosition },
    );
    return chatReport.edges.map(({ node }) => node.text);
  };
  /** Whether a process that has just come opens every key that there is. */
  const allOpen = async (): Promise<boolean> => {
    const subjects = (await sql('select subject from vault.keys where wrapped is not null')).map(
      (row) => row['subject'],
    );
    const vault = await openPostgresVault({ connection: stack.connection, masterKey: await master() });
    try {
      return [...(await vault.keysOf(subjects.map(String))).values()].every((key) => key !== null);
    } finally {
      await vault.close();
    }
  };

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'hansard-keys-'));
    stack = await startStack({
      media: false,
      nodes: { one: 'api,projections,jobs', two: 'api', three: 'api' },
      env: { HANSARD_CHECKPOINT_SECONDS: '0.5' },
    });
    setting = await settingIn(stack);
    await chat();
    const vault = await openPostgresVault({ connection: stack.connection, masterKey: await master() });
    await Promise.all(Array.from({ length: manyKeys }, () => vault.keyFor(`test ${randomUUID()}`)));
    await vault.close();
  });
  afterAll(async () => {
    await stack.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  test('get another master while people write, also where it was interrupted', async () => {
    const old = await master();
    let writing = true;
    const said: string[] = [];
    const busy = (async () => {
      while (writing) said.push(await chat());
    })();
    const child = spawn(process.execPath, [main, 'keys', 'rotate-master'], { env: env() });
    // In the middle of it: the key is another one already, and a part of what it wraps.
    child.stdout.on('data', (chunk: Buffer) => void (String(chunk).includes('wrapped anew') && child.kill('SIGKILL')));
    await new Promise((resolve) => child.once('exit', resolve));
    const [halfway] = await sql('select previous_id from vault.master');
    assert.notEqual(halfway?.['previous_id'], null, 'it was not interrupted');
    assert.notDeepEqual(await master(), old);
    await openWith(old);
    await openWith(await master());

    const { status, said: printed } = hansard('keys', 'rotate-master');
    writing = false;
    await busy;
    assert.equal(status, 0, printed);
    assert.match(printed, /All keys are wrapped by the new master key/);
    const [left] = await sql(`select count(*)::int as n from vault.keys k, vault.master m
      where k.wrapped is not null and k.master is distinct from m.id`);
    assert.equal(left?.['n'], 0);
    await assert.rejects(openWith(old), /master\.key/);
    assert.ok(said.length > 3);
    assert.ok(await allOpen());
    const last = await chat();
    const [head] = await sql(`select lpad(position::text, 19, '0') as at from log.head`);
    const texts = await read(String(head?.['at']));
    assert.ok([...said.slice(-50), last].every((text) => texts.includes(text)));
  });

  test('are on the record as often as they changed, and open after a restart', async () => {
    const types = await sql(`select type from log.events where type like 'MasterKey%' order by position`);
    assert.deepEqual(
      types.map(({ type }) => type),
      ['MasterKeyRotationBegun', 'MasterKeyRotated'],
    );
    await stack.kill('two', 'SIGTERM');
    await stack.start('two');
    const two = await stack.client(undefined, undefined, 'two');
    const { accounts } = await two.data<{ accounts: { edges: { node: { login: string } }[] } }>(
      '{ accounts(first: 20) { edges { node { login } } } }',
    );
    assert.ok(accounts.edges.some(({ node }) => node.login === 'owner'));
  });

  test('keep the old master as long as a process has not taken the new one over', async () => {
    const before = await master();
    await stack.kill('three', 'SIGSTOP');
    try {
      const { status, said } = hansard('keys', 'rotate-master');
      assert.equal(status, 1);
      assert.match(said, /1 of the processes have not taken the new master key over\. The old one stays until then/);
      await openWith(before);
    } finally {
      await stack.kill('three', 'SIGCONT');
    }
    const { status, said } = hansard('keys', 'rotate-master');
    assert.equal(status, 0, said);
    await assert.rejects(openWith(before), /master\.key/);
    await chat();
  }, 120_000);

  test('sign with another key while people write', async () => {
    let writing = true;
    const busy = (async () => {
      while (writing) await chat();
    })();
    for (let round = 0; round < 3; round += 1) await setting.people.admin.accepted('rotateSigningKey', {});
    await eventually('a checkpoint with the newest key', async () => {
      const [row] = await sql(`select (select "verifierKey" from read.proof_checkpoint order by size desc limit 1) =
        (select "verifierKey" from read.proof_key order by place desc limit 1) as signed`);
      return row?.['signed'] === true;
    });
    writing = false;
    await busy;
    const target = join(scratch, 'log');
    assert.equal(hansard('export-log', target).status, 0);
    const { status, said } = hansard('verify', target);
    assert.equal(status, 0, said);
  });

  test('are kept under a passphrase, and put back where the file and the signing key were lost', async () => {
    const [file, passphrase] = [join(scratch, 'keys.json'), join(scratch, 'passphrase')];
    await writeFile(passphrase, 'short\n');
    assert.match(hansard('keys', 'export', file, '--passphrase-file', passphrase).said, /too short: it needs 12/);
    await writeFile(passphrase, 'correct horse battery staple\n');
    const exported = hansard('keys', 'export', file, '--passphrase-file', passphrase);
    assert.equal(exported.status, 0, exported.said);
    const text = await readFile(file, 'utf8');
    assert.equal(text.includes((await master()).toString('hex')), false);
    assert.match(hansard('keys', 'export', file, '--passphrase-file', passphrase).said, /something at .* already/);

    await stack.kill('one', 'SIGTERM');
    const lost = join(scratch, 'lost.key');
    await rename(masterFile(), lost);
    await sql(`delete from vault.secrets where name like 'signing-key-%'`);
    const wrong = join(scratch, 'wrong');
    await writeFile(wrong, 'another passphrase');
    assert.match(hansard('keys', 'import', file, '--passphrase-file', wrong).said, /The passphrase does not open/);
    const imported = hansard('keys', 'import', file, '--passphrase-file', passphrase);
    assert.equal(imported.status, 0, imported.said);
    assert.match(imported.said, /It opens the vault\. [1-9]\d* signing keys were put back\./);
    assert.deepEqual(await master(), await readFile(lost));
    await stack.start('one');
    setting.people.admin = { ...setting.people.admin, ...(await stack.client()) };
    await chat();
    await setting.people.admin.accepted('signCheckpoint', {});
    const damaged = text.replace(/("sealed": ")(.)/, (_, start: string, first: string) =>
      start.concat(first === '0' ? '1' : '0'),
    );
    await writeFile(join(scratch, 'damaged.json'), damaged);
    const refused = hansard('keys', 'import', join(scratch, 'damaged.json'), '--passphrase-file', passphrase);
    assert.match(refused.said, /does not open|damaged/);
  });
});
