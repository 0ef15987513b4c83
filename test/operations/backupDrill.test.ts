// The drill: a server at work is backed up and restored, and shows what it showed before.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { rootPrefix } from '../../scripts/aptPackages.ts';
import { readManifest, verifyParts, writeManifest } from '../../src/operations/backupManifest.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { startEmbeddedPostgres } from '../../src/operations/embeddedPostgres.ts';
import { type Setting, settingIn } from '../api/people.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { admin, databaseUrl, type Stack, startStack } from '../support/stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What the dashboard shows, up to an event; what is of this moment (who is online) is left out. */
const shown = async (client: ApiClient, { sessionId, conferenceId }: Setting, newest: string) => ({
  lists: await client.data(`{
    accounts(first: 12) { totalCount edges { node {
      id login role displayName email status active createdAt revision
    } } }
    conferences(first: 12) { totalCount edges { node { id cid title moderators { id } members { id } } } }
    calls(first: 12) { totalCount edges { node {
      id cid title startedAt people connections owner { id displayName }
      legs { id endpointId } invites { invitedAt person { id } }
    } } }
    chatReport(first: 12) { totalCount edges { node { id senderName text postedAt } } }
    configurationChanges(first: 12) { totalCount edges { node {
      eventId number action objectName actorName changes { field before after }
    } } }
    generalSettings { serverName announcedAddress } retentionSettings { chatDays }
    legalHolds(first: 10) { edges { node { id name } } }
  }`),
  one: await client.data(
    `query ($session: ID!, $conference: ID!) {
      session(id: $session) { id title participants { id displayName role state legs { id } } }
      history(objectType: "conference", objectId: $conference, first: 12) { edges { node { number type data } } }
    }`,
    { session: sessionId, conference: conferenceId },
  ),
  events: (
    await client.data<{ events: { edges: { node: { number: string } }[] } }>(
      `{ events(first: 60, sort: { by: NUMBER, direction: ASCENDING }) { edges { node { number type actorName ip data objectName severity occurredAt } } } }`,
    )
  ).events.edges.filter(({ node }) => Number(node.number) <= Number(newest)),
});

const write = (client: ApiClient, sessionId: string, text: string) =>
  client.accepted('postChatMessage', {
    sessionId: ['ID!', sessionId],
    messageId: ['ID!', randomUUID()],
    text: ['String!', text],
  });

describe('a backup of a server at work', () => {
  let stack: Stack;
  let setting: Setting;
  let scratch: string;
  let source: string;
  let verifierKey: string;

  const env = () => ({
    ...process.env,
    DATABASE_URL: databaseUrl(stack.connection),
    HANSARD_DATA: stack.dataDir,
    ESDB_URL: undefined,
  });
  const hansard = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env: env(), encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'hansard-drill-'));
    await chmod(scratch, 0o755);
    source = join(scratch, 'backup');
    stack = await startStack({ media: false, env: { HANSARD_CHECKPOINT_SECONDS: '0.2' } });
    setting = await settingIn(stack);
    const { people, sessionId, conferenceId } = setting;
    await people.admin.accepted('editGeneralSettings', {
      values: ['GeneralSettingsInput!', { serverName: 'Drill', announcedAddress: 'drill.example.org' }],
    });
    await people.admin.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays: 30 }] });
    await people.admin.accepted('placeLegalHold', {
      holdId: ['ID!', randomUUID()],
      name: ['String!', 'Case 7'],
      reason: ['String!', 'A letter'],
      accountIds: ['[ID!]!', [people.owner.accountId]],
      conferenceIds: ['[ID!]!', [conferenceId]],
    });
    for (const text of ['One', 'Zwei', '三']) await write(people.owner, sessionId, text);
    await people.admin.accepted('signCheckpoint', {});
    const { proof } = await people.admin.data<{ proof: { keys: { verifierKey: string }[] } }>(
      '{ proof { keys { verifierKey } } }',
    );
    verifierKey = proof.keys[0]?.verifierKey ?? '';
    await mkdir(join(stack.dataDir, 'witnessed'), { recursive: true });
    await writeFile(join(stack.dataDir, 'witnessed', 'other-0001.checkpoint'), 'kept for others');
  });
  afterAll(async () => {
    await stack.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  test('is taken while people write, and proved', async () => {
    let writing = true;
    const { owner } = setting.people;
    const busy = (async () => {
      while (writing) await write(owner, setting.sessionId, `Once more ${randomUUID()}`);
    })();
    const made = await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [main, 'backup', source], { env: env() });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
      child.once('exit', () => resolve(said));
    });
    writing = false;
    await busy;
    assert.match(made, /^\d+ events and their keys are in /);
    const manifest = await readManifest(source);
    assert.ok(manifest.readModels.length > 10 && (manifest.tree?.size ?? 0) > 20);
    assert.deepEqual((await readdir(scratch)).toSorted(), ['backup']);
  });

  test('is restored, verified, and shows what it showed', async () => {
    const { owner } = setting.people;
    await write(owner, setting.sessionId, 'The last word');
    await eventually('all projections to have read the whole log', async () => {
      const [row] = await runSql(
        stack.connection,
        `select count(*)::int as behind from read.checkpoint c, log.head h where c.position::bigint < h.position`,
      );
      return row?.['behind'] === 0;
    });
    const quiet = join(scratch, 'quiet');
    assert.equal(hansard('backup', quiet).status, 0);
    const newest = String((await readManifest(quiet)).tree?.size ?? 0);
    const before = await shown(setting.people.admin, setting, newest);
    await stack.kill('api,projections,jobs', 'SIGKILL');

    const target = join(scratch, 'restored');
    const { status, said } = hansard('restore', quiet, '--data', target, '--key', verifierKey);
    assert.equal(status, 0, said);
    assert.match(said, /Verified to #\d+: these events are as they were signed by \S+\. The key is the one you gave\./);
    assert.match(said, /The first \d+ events have the root that they had at the backup\./);
    assert.match(said, /\d+ tables of the read models were made anew and hold the rows that they held at the backup\./);
    assert.doesNotMatch(said, /Note:/);
    assert.equal(await readFile(join(target, 'witnessed', 'other-0001.checkpoint'), 'utf8'), 'kept for others');

    const postgres = await startEmbeddedPostgres({ dataDir: target });
    const again = await startStack({
      media: false,
      on: { connection: postgres.connection, dataDir: target },
    });
    try {
      const client = await again.client(admin.login, admin.password);
      assert.deepEqual(await shown(client, setting, newest), before);
      await client.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays: 31 }] });
      await client.accepted('signCheckpoint', {});
    } finally {
      await again.stop();
      await postgres.stop();
      await stack.start('api,projections,jobs');
    }
  });

  test('is refused with another key, and nothing is left', () => {
    const other = 'hansard/0197a0de-0000-7000-8000-000000000001+c5d7e1b5+AfwRtXRmDmJ2hVUcUuTY9xPYRsnUyGhpKXdxbvRSHiUe';
    const { status, said } = hansard('restore', source, '--data', join(scratch, 'other'), '--key', other);
    assert.notEqual(status, 0);
    assert.match(said, /key|signed/);
  });

  test('of which one bit was flipped anywhere is refused', async () => {
    const names = await readdir(source);
    assert.ok(names.length > 10);
    for (const name of names) {
      const path = join(source, name);
      const bytes = await readFile(path);
      for (const share of [0, 0.3, 0.6, 1]) {
        if (bytes.length === 0) continue;
        const place = Math.min(bytes.length - 1, Math.floor(bytes.length * share));
        const flipped = Buffer.from(bytes);
        flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8));
        await writeFile(path, flipped);
        const checking = readManifest(source).then((manifest) => verifyParts(source, manifest));
        await assert.rejects(checking, (error) => error instanceof CannotStart, `${name} at ${place}`);
      }
      await writeFile(path, bytes.subarray(0, bytes.length - 1));
      const checking = readManifest(source).then((manifest) => verifyParts(source, manifest));
      await assert.rejects(checking, CannotStart, `${name}, cut off`);
      await writeFile(path, bytes);
    }
    await verifyParts(source, await readManifest(source));
  });

  test('of a newer program, or of another log with these keys, is refused in one sentence', async () => {
    const copy = join(scratch, 'copy');
    await cp(source, copy, { recursive: true });
    const manifest = await readManifest(copy);
    await writeManifest(copy, { ...manifest, format: 3 });
    const newer = hansard('restore', copy, '--data', join(scratch, 'newer'));
    assert.match(
      newer.said,
      /^The backup \S+ cannot be used: it has format 3 and was made by a newer Hansard[^\n]*\n$/,
    );
    const root = Buffer.alloc(32, 7).toString('base64');
    await writeManifest(copy, { ...manifest, tree: { size: manifest.tree?.size ?? 1, root } });
    const other = hansard('restore', copy, '--data', join(scratch, 'newer'));
    assert.match(other.said, /its first \d+ events are not those that were there\. Take another one\.\n$/);
    await assert.rejects(stat(join(scratch, 'newer')));
  });

  test('that is interrupted while it is restored is taken up afresh, and nothing starts in between', async () => {
    const target = join(scratch, 'interrupted');
    for (const moment of ['Reading', 'Restoring', 'Comparing', 'Making']) {
      await new Promise<void>((resolve) => {
        const child = spawn(process.execPath, [main, 'restore', source, '--data', target], { env: env() });
        child.stdout.on('data', (chunk: Buffer) => void (String(chunk).includes(moment) && child.kill('SIGKILL')));
        child.once('exit', () => resolve());
      });
      const { status, said } = hansard('up', '--data', target, '--port', '0');
      assert.equal(status, 1);
      assert.match(
        said,
        /^A restore into \S+ did not come to its end[^\n]*Run it again: \.\/hansard restore \S+ --data/,
      );
    }
    const { status, said } = hansard('restore', source, '--data', target);
    assert.equal(status, 0, said);
    assert.match(said, /^An earlier restore was interrupted here: this one begins afresh\./);
    const taken = hansard('restore', source, '--data', target);
    assert.match(taken.said, /is not empty\. Name a new directory with --data DIR\.\n$/);
  });

  test('for which the disk is too small leaves nothing, and neither do an export and a restore', async () => {
    const prefix = rootPrefix();
    assert.ok(prefix, 'This test mounts a small disk: run it as root, or allow sudo without a question.');
    const small = join(scratch, 'small');
    await mkdir(small);
    const run = (...args: string[]) =>
      spawnSync(prefix[0] ?? args[0] ?? '', [...prefix.slice(1), ...args].slice(prefix.length ? 0 : 1));
    run('mount', '-t', 'tmpfs', '-o', 'size=16k,mode=0777', 'tmpfs', small);
    try {
      const backed = hansard('backup', join(small, 'backup'));
      assert.equal(backed.status, 1);
      assert.match(
        backed.said,
        /^The backup cannot be written to \S+: the disk is full\. Nothing of it was left there/,
      );
      assert.deepEqual(await readdir(small), []);
      const exported = hansard('export-log', join(small, 'export'));
      assert.equal(exported.status, 1);
      assert.match(
        exported.said,
        /^The export cannot be written to \S+: the disk is full\. Nothing of it was left there\.\n$/,
      );
      assert.deepEqual(await readdir(small), []);
      run('mount', '-o', 'remount,size=30m', small);
      const restored = hansard('restore', source, '--data', join(small, 'data'));
      assert.equal(restored.status, 1);
      assert.match(restored.said, /is full|No space left/);
      assert.deepEqual(await readdir(small), []);
    } finally {
      run('umount', small);
    }
  });
});
