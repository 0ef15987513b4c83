// The server log: bounded files of every process, read, followed and downloaded by administrators, without secrets.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { fileBytesMax, filesMax, journalDirectory, journalOf } from '../../src/operations/journal.ts';
import { journalsIn } from '../../src/operations/journalReader.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Line = { id: string; level: string; node: string; roles: string[]; message: string; fields: object };
type Filter = { levels?: string[]; roles?: string[]; node?: string; search?: string };

const page = async (client: ApiClient, filter: Filter = {}, after: string | null = null, first = 50) =>
  (
    await client.data<{ serverLog: { next: string | null; lines: Line[] } }>(
      `query ($filter: ServerLogFilter, $after: String, $first: Int) {
        serverLog(filter: $filter, after: $after, first: $first) {
          next lines { id level node roles message fields }
        }
      }`,
      { filter, after, first },
    )
  ).serverLog;

describe('the server log', () => {
  let stack: Stack;
  let setting: Setting;
  const canary = 'canary-of-a-secret';

  const detailed = async (on: boolean) => {
    const values = ['DiagnosticSettingsInput!', { detailedLog: on }] as [string, unknown];
    await setting.people.admin.accepted('editDiagnosticSettings', { values });
  };

  beforeAll(async () => {
    stack = await startStack({ media: false, nodes: { one: 'api,projections,jobs', two: 'api' } });
    setting = await settingIn(stack);
  });
  afterAll(() => stack.stop());

  test('has the starts of every process, the newest line first, page by page', async () => {
    const { securityAdmin } = setting.people;
    const { lines } = await page(securityAdmin, { search: 'ready' });
    assert.deepEqual(new Set(lines.map(({ node }) => node)), new Set(['one', 'two']));
    assert.deepEqual(
      (await page(securityAdmin, { search: 'ready', roles: ['jobs'] })).lines.map(({ node }) => node),
      ['one'],
    );
    assert.equal((await page(securityAdmin, { levels: ['ERROR'] })).lines.length, 0);
    const all: Line[] = [];
    for (let next: string | null = null, turn = 0; turn === 0 || next !== null; turn += 1) {
      const read: { next: string | null; lines: Line[] } = await page(securityAdmin, {}, next, 1);
      all.push(...read.lines);
      next = read.next;
    }
    assert.ok(all.length >= 4);
    assert.deepEqual(
      all.map(({ id }) => id),
      all
        .map(({ id }) => id)
        .toSorted()
        .reverse(),
    );
  });

  test('holds details on all nodes while they are switched on, and tells of it on the record', async () => {
    const { admin: administrator, securityAdmin } = setting.people;
    assert.equal((await page(administrator, { levels: ['DEBUG'] })).lines.length, 0);
    await detailed(true);
    await eventually('details of both nodes', async () => {
      await fetch(`${stack.urlOf('two')}/livez`);
      await fetch(`${stack.urlOf('one')}/livez`);
      const two = await stack.client(undefined, undefined, 'two');
      await two.data('{ serverInfo { version } }');
      const { lines } = await page(administrator, { levels: ['DEBUG'] }, null, 200);
      return new Set(lines.map(({ node }) => node)).size === 2;
    });
    const { lines } = await page(administrator, { search: 'serverInfo' });
    assert.deepEqual(lines[0]?.fields, { kind: 'query', fields: ['serverInfo'] });
    await detailed(false);
    await eventually('details to end', async () => {
      const { lines: ended } = await page(securityAdmin, { search: 'logged no more' });
      return new Set(ended.map(({ node }) => node)).size === 2;
    });
    const events = await runSql(
      stack.connection,
      `select type from log.events where type = 'DiagnosticSettingsEdited'`,
    );
    assert.equal(events.length, 2);
  });

  test('holds no password, no token and no word of a chat', async () => {
    await detailed(true);
    const { owner } = setting.people;
    await eventually('details', async () => {
      await owner.data('{ serverInfo { version } }');
      return (await page(setting.people.admin, { levels: ['DEBUG'], search: 'serverInfo' })).lines.length > 1;
    });
    await assert.rejects(stack.client('owner', canary));
    await owner.accepted('postChatMessage', {
      sessionId: ['ID!', setting.sessionId],
      messageId: ['ID!', crypto.randomUUID()],
      text: ['String!', canary],
    });
    await owner.query(`query { people(search: "${canary}") { id } }`);
    await fetch(`${stack.url}/exports/${crypto.randomUUID()}?from=${canary}`, { headers: { cookie: owner.cookie() } });
    const signedIn = await stack.client(admin.login, admin.password);
    const token = signedIn.cookie().split('=')[1] ?? '';
    await signedIn.data('{ serverInfo { version } }');
    await detailed(false);
    assert.ok(token.length > 20);
    const directory = journalDirectory(stack.dataDir);
    const texts = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8')));
    for (const secret of [canary, token, admin.password, 'password of owner', 'setup?token'])
      assert.equal(
        texts.concat(stack.logs()).some((text) => text.includes(secret)),
        false,
        secret,
      );
  });

  test('is followed as it grows', async () => {
    const seen: Line[] = [];
    const { stop, ended } = setting.people.securityAdmin.subscribe(
      'subscription ($filter: ServerLogFilter) { serverLog(filter: $filter) { id message node } }',
      { filter: { search: 'details' } },
      (data) => seen.push(...(data as { serverLog: Line[] }).serverLog),
    );
    await detailed(true);
    await eventually('the line', () => new Set(seen.map(({ node }) => node)).size === 2);
    await detailed(false);
    stop();
    await ended;
    assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length, 'a line came twice');
  });

  test('is downloaded by administrators alone, and who read it is on the record', async () => {
    const get = (client: ApiClient) => fetch(`${stack.url}/server-log`, { headers: { cookie: client.cookie() } });
    const answer = await get(setting.people.securityAdmin);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-disposition') ?? '', /attachment/);
    assert.match(
      await answer.text(),
      /^\d{4}-\S+Z (INFO |DEBUG) \S+ \S+: [\s\S]* INFO {2}one api,projections,jobs: ready /,
    );
    assert.equal((await get(setting.people.owner)).status, 403);
    assert.equal((await fetch(`${stack.url}/server-log`)).status, 401);
    const read = await runSql(
      stack.connection,
      `select convert_from(data, 'UTF8')::json->>'objectType' as what from log.events where type = 'HistoryRead'`,
    );
    assert.ok(read.some(({ what }) => what === 'serverLog'));
  });
});

describe('a journal', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-journal-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('is bounded, and reads in order across its files', async () => {
    const { write } = journalOf(directory, 'one~api');
    const filler = 'x'.repeat(2_000);
    const count = Math.ceil((fileBytesMax * (filesMax + 1)) / 2_000);
    for (let seq = 1; seq <= count; seq += 1) {
      const line = { level: 30, time: 1_700_000_000_000 + seq, node: 'one', roles: 'api', run: 'r', seq, msg: filler };
      write(`${JSON.stringify(line)}\n`);
    }
    const names = await readdir(directory);
    assert.equal(names.length, filesMax);
    for (const name of names) assert.ok((await stat(join(directory, name))).size <= fileBytesMax);
    const seqs: number[] = [];
    for await (const { id } of journalsIn(directory).all()) seqs.push(Number(id.slice(-10)));
    assert.equal(seqs[0], count);
    assert.ok(seqs.length > (fileBytesMax * (filesMax - 1)) / 2_500);
    assert.ok(seqs.every((seq, place) => seq === count - place));
  });
});
