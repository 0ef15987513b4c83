// The whole configuration at the terminal: saved from a server that is down, restored on one that nobody set up.
import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { accountIn, databaseUrl, type Stack, startStack } from '../support/stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const node = 'api,projections,jobs';

describe('the configuration at the terminal', () => {
  let stack: Stack;
  let second: Stack;
  let scratch: string;
  const conferenceId = randomUUID();
  let annaId = '';

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'hansard-configuration-'));
    [stack, second] = await Promise.all([
      startStack({ media: false }),
      startStack({ media: false, administrator: false }),
    ]);
    const root = await stack.client();
    const anna = await accountIn(stack, root, 'anna');
    annaId = anna.accountId;
    await root.accepted('appointAdministrator', {
      accountId: ['ID!', anna.accountId],
      role: ['AdministratorRole!', 'ADMIN'],
    });
    await anna.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Weekly'],
    });
    await writeFile(join(scratch, 'passphrase'), 'a long enough passphrase\n');
    await writeFile(join(scratch, 'other'), 'another long passphrase\n');
  });
  afterAll(async () => {
    await Promise.all([stack.stop(), second.stop()]);
    await rm(scratch, { recursive: true, force: true });
  });

  const env = ({ dataDir, connection }: Stack) => ({
    ...process.env,
    HANSARD_DATA: dataDir,
    DATABASE_URL: databaseUrl(connection),
  });
  const run = (of: Stack, ...args: string[]) => {
    const options = { encoding: 'utf8' as const, env: env(of), timeout: 60_000 };
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'settings', ...args], options);
    return { status, out: stdout, err: stderr };
  };
  const phrase = (name = 'passphrase') => ['--passphrase-file', join(scratch, name)];
  const file = () => join(scratch, 'configuration');

  test('is saved whether or not the server is up, with a reserve copy', async () => {
    await stack.kill(node, 'SIGKILL');
    const saved = run(stack, 'save', file(), ...phrase());
    assert.equal(saved.status, 0, saved.err);
    const [copy = '', ...others] = await readdir(join(stack.dataDir, 'settings-backups'));
    assert.deepEqual(others, []);
    assert.deepEqual(await readFile(join(stack.dataDir, 'settings-backups', copy)), await readFile(file()));
    assert.equal((await stat(file())).mode & 0o777, 0o600);
    assert.match(saved.out, new RegExp(`A reserve copy is at .*${copy}`));
  });

  test('is told and then restored on a server that has no administrator yet, who is then its first', async () => {
    const dry = run(second, 'restore', file(), '--dry-run', ...phrase());
    assert.equal(dry.status, 0, dry.err);
    assert.match(dry.out, /\+ account "anna"\n {4}role: null -> admin\n/);
    assert.match(dry.out, /\+ conference "Weekly"\n/);
    assert.match(dry.out, /3 created, 0 changed, 5 as they were, 0 left with a conflict\.\nNothing was done/);
    await assert.rejects(second.client('anna', 'password of anna'));
    const done = run(second, 'restore', file(), ...phrase());
    assert.equal(done.status, 0, done.err);
    assert.match(done.out, /3 created, 0 changed, 5 as they were, 0 left with a conflict\.\n$/);
    const anna = await second.client('anna', 'password of anna');
    const { viewer } = await anna.data<{ viewer: { role: string } }>('{ viewer { role } }');
    assert.equal(viewer.role, 'ADMIN');
    const again = run(second, 'restore', file(), ...phrase());
    assert.equal(again.status, 0, again.err);
    assert.match(again.out, /0 created, 0 changed, 8 as they were, 0 left with a conflict\.\n$/);
    const { serverInfo } = await anna.data<{ serverInfo: { setUp: boolean } }>('{ serverInfo { setUp } }');
    assert.equal(serverInfo.setUp, true);
  });

  test('says in a sentence what is wrong', async () => {
    const wrong = run(second, 'restore', file(), ...phrase('other'));
    assert.deepEqual(
      [wrong.status, wrong.err],
      [1, 'The passphrase is not the one that this file was saved with. Try another one.\n'],
    );
    const cut = join(scratch, 'cut');
    await writeFile(cut, (await readFile(file())).subarray(0, 900));
    assert.match(run(second, 'restore', cut, ...phrase()).err, /^The file ends too early/);
    assert.match(run(second, 'restore', join(scratch, 'nothing'), ...phrase()).err, /cannot be read: .*ENOENT/);
    assert.match(run(second, 'save', join(file(), 'below'), ...phrase()).err, /below cannot be written: /);
    for (const words of [
      ['save', '/proc/none/file', ...phrase()],
      ['--save', '/proc/none/file'],
    ])
      assert.deepEqual(run(second, ...words), {
        status: 1,
        out: '',
        err: '/proc/none/file cannot be written: nothing can be made in /proc.\n',
      });
    assert.match(run(second, 'restore', file()).err, /^Give the passphrase in a file/);
    for (const words of [
      [],
      ['save'],
      ['keep', file()],
      ['save', file(), file()],
      ['save', file(), '--apply', file()],
    ]) {
      assert.equal(run(second, ...words).status, 2, words.join(' '));
    }
  });

  test('of the settings alone needs no passphrase', () => {
    const plain = join(scratch, 'plain.json');
    assert.equal(run(second, '--save', plain).status, 0);
    assert.match(run(second, 'restore', plain).out, /0 created, 0 changed, 5 as they were/);
  });

  test('of before an erasure brings nobody back whom the ledger names', async () => {
    const ledger = join(scratch, 'erasures.ndjson');
    await writeFile(ledger, `${JSON.stringify({ subject: annaId, erasedAt: new Date(0).toISOString() })}\n`);
    const third = await startStack({ media: false, administrator: false });
    try {
      const done = run(third, 'restore', file(), '--erasures', ledger, ...phrase());
      assert.equal(done.status, 0, done.err);
      assert.match(done.out, new RegExp(`! account "${annaId}"\\n {4}This person was erased`));
      assert.doesNotMatch(done.out, /anna/);
      const root = await third.client();
      type Found = { accounts: { edges: { node: { login: string } }[] } };
      const { accounts } = await root.data<Found>('{ accounts { edges { node { login } } } }');
      assert.deepEqual(
        accounts.edges.map(({ node }) => node.login),
        ['admin'],
      );
      await writeFile(ledger, 'anna\n');
      assert.match(
        run(third, 'restore', file(), '--erasures', ledger, ...phrase()).err,
        /^The erasure ledger \S+ cannot be used: line 1 is not one of a ledger\.\n$/,
      );
    } finally {
      await third.stop();
    }
  });

  test('asks for the passphrase where there is somebody to ask, and does not show it', async () => {
    const command = [process.execPath, main, 'settings', 'restore', file(), '--dry-run'].map((word) => `'${word}'`);
    const asked = spawn('script', ['-qec', command.join(' '), '/dev/null'], { env: env(second) });
    let said = '';
    asked.stdout.on('data', (chunk: Buffer) => {
      if (!said.includes('Passphrase: ') && chunk.includes('Passphrase: '))
        asked.stdin.write('a long enough passphrase\r');
      said += chunk.toString();
    });
    const status = await new Promise((resolve) => asked.once('exit', resolve));
    assert.equal(status, 0, said);
    assert.match(said, /8 as they were/);
    assert.doesNotMatch(said, /long enough/);
  });
});
