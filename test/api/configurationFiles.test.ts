// The configuration as a file over HTTP: who may, what arrives, what stays on the disk, and a second server made of it.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

const passphrase = 'a long enough passphrase';
type Line = { is: string; name?: string; outcome?: string; notes?: { code: string }[]; counts?: object; code?: string };

const post = (stack: Stack, path: string, by: Pick<ApiClient, 'cookie'>, body: string | Buffer, headers = {}) =>
  fetch(`${stack.url}/configuration/${path}`, {
    method: 'POST',
    headers: { 'x-hansard': '1', cookie: by.cookie(), ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
const json = { 'content-type': 'application/json' };
const save = (stack: Stack, by: Pick<ApiClient, 'cookie'>, phrase = passphrase) => {
  const command = { commandId: randomUUID() };
  return post(stack, 'save', by, JSON.stringify({ command, passphrase: phrase }), json);
};
const restore = (stack: Stack, by: Pick<ApiClient, 'cookie'>, file: Buffer, more: object = {}, phrase = passphrase) => {
  const asked = { command: { commandId: randomUUID(), ...more }, passphrase: phrase };
  return post(stack, 'restore', by, Buffer.concat([Buffer.from(`${JSON.stringify(asked)}\n`), file]));
};
const fileOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const linesOf = async (answer: Response): Promise<Line[]> => {
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
};
const refusalOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

describe('the configuration as a file', () => {
  let stack: Stack;
  let second: Stack;
  let setting: Setting;
  let file: Buffer;
  const copies = async () => (await readdir(join(stack.dataDir, 'settings-backups'))).toSorted();

  beforeAll(async () => {
    [stack, second] = await Promise.all([startStack({ media: false }), startStack({ media: false })]);
    setting = await settingIn(stack);
    file = await fileOf(await save(stack, setting.people.admin));
  });
  afterAll(async () => {
    await Promise.all([stack.stop(), second.stop()]);
  });

  test('is saved and restored by administrators alone, and only by their own pages', async () => {
    for (const [who, client] of Object.entries(setting.people)) {
      const expected = { admin: 200, anonymous: 401 }[who] ?? 403;
      assert.equal((await save(stack, client)).status, expected, `${who} saves`);
      assert.equal((await restore(stack, client, file, { dryRun: true })).status, expected, `${who} restores`);
    }
    const { admin: root } = setting.people;
    for (const path of ['save', 'restore']) {
      const foreign = await fetch(`${stack.url}/configuration/${path}`, {
        method: 'POST',
        headers: { cookie: root.cookie(), 'content-type': 'text/plain' },
        body: '{}',
      });
      assert.equal(foreign.status, 403, path);
      const got = await fetch(`${stack.url}/configuration/${path}`, {
        headers: { cookie: root.cookie(), 'x-hansard': '1' },
      });
      assert.notEqual(got.headers.get('content-type'), 'application/octet-stream', path);
    }
  });

  test('leaves a reserve copy on the server that only it can read, and the newest ten', async () => {
    const directory = join(stack.dataDir, 'settings-backups');
    for (let day = 10; day < 25; day += 1) {
      await writeFile(join(directory, `settings-2020-01-${day}T00-00-00-000Z.hansard`), '');
    }
    await writeFile(join(directory, 'notes of mine.txt'), '');
    await writeFile(join(directory, '.upload-1000-left.partial'), '');
    const answer = await save(stack, setting.people.admin);
    const name = answer.headers.get('x-hansard-reserve-copy') ?? '';
    assert.deepEqual(await readFile(join(directory, name)), await fileOf(answer));
    assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
    const there = await copies();
    assert.equal(there.filter((each) => each.startsWith('settings-')).length, 10);
    assert.equal(there.includes(name), true);
    assert.equal(there.includes('notes of mine.txt'), true);
    assert.equal(
      there.some((each) => each.startsWith('.upload')),
      false,
    );
  });

  test('arrives also where the disk does not take the copy, and says so', async () => {
    const directory = join(stack.dataDir, 'settings-backups');
    await rename(directory, `${directory}.away`);
    await writeFile(directory, 'in the way');
    try {
      const answer = await save(stack, setting.people.admin);
      assert.equal(answer.headers.get('x-hansard-reserve-copy'), 'failed');
      const whole = await fileOf(answer);
      const staged = await restore(stack, setting.people.admin, whole, { dryRun: true });
      assert.deepEqual(await refusalOf(staged), [400, 'SETTINGS_DISK_FAILED']);
      await rm(directory);
      await rename(`${directory}.away`, directory);
      const lines = await linesOf(await restore(stack, setting.people.admin, whole, { dryRun: true }));
      assert.deepEqual(lines.at(-1)?.counts, { created: 0, changed: 0, unchanged: 12, conflicts: 0 });
    } finally {
      await rename(`${directory}.away`, directory).catch(() => undefined);
    }
    assert.match(stack.logs(), /no reserve copy of the configuration/);
  });

  test('is refused with a word to what is wrong with it, and leaves nothing behind', async () => {
    const { admin: root } = setting.people;
    const refused = async (given: Buffer, phrase?: string) => refusalOf(await restore(stack, root, given, {}, phrase));
    const flipped = Buffer.from(file);
    flipped[2_000] = (flipped[2_000] ?? 0) ^ 1;
    assert.deepEqual(await refused(file, 'another passphrase'), [400, 'SETTINGS_PASSPHRASE_WRONG']);
    assert.deepEqual(await refused(flipped), [400, 'SETTINGS_FILE_DAMAGED']);
    assert.deepEqual(await refused(file.subarray(0, file.length - 90)), [400, 'SETTINGS_FILE_TRUNCATED']);
    assert.deepEqual(await refused(Buffer.from('PK\u0003\u0004 a foreign file')), [400, 'SETTINGS_FILE_UNUSABLE']);
    const newer = Buffer.from(file.toString().replace('"version":2', '"version":3'));
    assert.deepEqual(await refused(newer), [400, 'SETTINGS_FILE_NEWER']);
    assert.deepEqual(await refusalOf(await save(stack, root, 'short')), [400, 'SETTINGS_PASSPHRASE_SHORT']);
    for (const body of ['', 'no line end', '\n', 'null\n', '{"passphrase":7}\n', `{"x":"${'y'.repeat(20_000)}"}\n`]) {
      assert.deepEqual(
        await refusalOf(await post(stack, 'restore', root, body)),
        [400, 'INPUT_INVALID'],
        body.slice(0, 20),
      );
    }
    for (const body of ['', '[]', '{"passphrase":7}']) {
      assert.equal((await post(stack, 'save', root, body, json)).status, 400, body);
    }
    assert.deepEqual(
      (await copies()).filter((name) => name.startsWith('.upload')),
      [],
    );
  });

  test('that is cut off on its way leaves nothing behind, too', async () => {
    const before = stack.logs().length;
    const headers = { 'x-hansard': '1', cookie: setting.people.admin.cookie(), 'content-length': '1000000' };
    const upload = request(`${stack.url}/configuration/restore`, { method: 'POST', headers });
    upload.on('error', () => undefined);
    upload.write(`${JSON.stringify({ command: { commandId: randomUUID() }, passphrase })}\n${'x'.repeat(50_000)}`);
    const uploading = async () => (await copies()).some((name) => name.startsWith('.upload'));
    await eventually('the upload to begin', uploading);
    upload.destroy();
    await eventually('the upload to be removed', async () => !(await uploading()));
    assert.doesNotMatch(stack.logs().slice(before), /request failed/);
  });

  test('makes a second server of the first, where everybody signs in as before', async () => {
    const root = await second.client();
    const planned = await linesOf(await restore(second, root, file, { dryRun: true }));
    const done = await linesOf(await restore(second, root, file, { reason: 'A new machine' }));
    assert.deepEqual(planned.slice(0, -1), done.slice(0, -1));
    const outcomes = Object.fromEntries(
      done.map(({ name, outcome, notes = [] }) => [name, [outcome, ...notes.map(({ code }) => code)].join(' ')]),
    );
    assert.equal(outcomes['owner'], 'created');
    assert.equal(outcomes['Board'], 'created');
    assert.equal(outcomes[admin.login], 'conflict RESTORE_LOGIN_STANDS_IN');
    assert.deepEqual(done.at(-1)?.counts, { created: 6, changed: 0, unchanged: 5, conflicts: 1 });

    const owner = await second.client('owner', 'password of owner');
    type Room = { conference: { title: string; moderators: { id: string }[]; members: { id: string }[] } };
    const asked = `query ($id: ID!, $at: Position) {
      conference(id: $id, minPosition: $at) { title moderators { id } members { id } }
    }`;
    const at = (done.at(-1) as { position?: string }).position;
    const { conference } = await owner.data<Room>(asked, { id: setting.conferenceId, at });
    assert.deepEqual(conference, {
      title: 'Board',
      moderators: [{ id: setting.people.moderator.accountId }],
      members: [{ id: setting.people.participant.accountId }],
    });
    const security = await second.client('security', 'password of security');
    const { viewer } = await security.data<{ viewer: { role: string } }>('{ viewer { role } }');
    assert.equal(viewer.role, 'SECURITY_ADMIN');

    type Events = { events: { edges: { node: { type: string; reason: string; severity: string } }[] } };
    const { events } = await root.data<Events>(
      `query ($at: Position) {
        events(filter: { types: ["ConfigurationRestoreBegun", "ConfigurationRestoreEnded"] }, minPosition: $at) {
          edges { node { type reason severity } }
        }
      }`,
      { at },
    );
    assert.deepEqual(
      events.edges.map(({ node: { type, reason, severity } }) => [type, reason, severity]),
      [
        ['ConfigurationRestoreEnded', 'A new machine', 'HIGH'],
        ['ConfigurationRestoreBegun', 'A new machine', 'HIGH'],
      ],
    );
  });
});
