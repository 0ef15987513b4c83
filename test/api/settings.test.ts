import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { refusals } from '../../src/domain/refusals.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, databaseUrl, type Stack, startStack } from '../support/stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('settings', () => {
  let stack: Stack;
  let root: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    root = await stack.client();
  });
  afterAll(() => stack.stop());

  const read = async <Data>(query: string, at?: string) =>
    (await root.data<{ answer: Data }>(`query ($at: Position) { answer: ${query} }`, { at })).answer;
  const general = (at?: string) =>
    read<{ serverName: string; announcedAddress: string; revision: number }>(
      'generalSettings(minPosition: $at) { serverName announcedAddress revision }',
      at,
    );
  const rename = (serverName: string): { values: [string, object] } => ({
    values: ['GeneralSettingsInput!', { serverName }],
  });

  test('name the server from the moment they are saved', async () => {
    const at = await root.accepted('editGeneralSettings', rename('Meetings of Acme'));
    assert.deepEqual(await general(at), { serverName: 'Meetings of Acme', announcedAddress: '', revision: 0 });
    const { serverInfo } = await root.data<{ serverInfo: { name: string } }>('{ serverInfo { name } }');
    assert.equal(serverInfo.name, 'Meetings of Acme');
  });

  test('say which events a change would record, and record none', async () => {
    const answer = await root.command('editGeneralSettings', rename('Dry'), { dryRun: true });
    assert.equal(answer.__typename, 'DryRun');
    assert.deepEqual(
      (answer['events'] as { type: string }[]).map(({ type }) => type),
      ['GeneralSettingsEdited'],
    );
    assert.equal((await general()).serverName, 'Meetings of Acme');
  });

  test('are not changed over what somebody else changed', async () => {
    const { revision } = await general();
    await root.accepted('editGeneralSettings', rename('First'), { expectedRevision: revision });
    const late = await root.command('editGeneralSettings', rename('Second'), { expectedRevision: revision });
    assert.equal(late.code, 'COMMAND_CONFLICT');
  });

  test('take every change of many at once', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `Name ${index}`);
    const answers = await Promise.all(names.map((name) => root.command('editGeneralSettings', rename(name))));
    assert.deepEqual([...new Set(answers.map(({ __typename }) => __typename))], ['Accepted']);
    // Here each has to look first whether it shuts its own caller out.
    const lists = names.map((_, index) => ({ subnets: ['127.0.0.0/8', `192.0.2.${index}`] }));
    const guarded = await Promise.all(
      lists.map((values) => root.command('editAccessSettings', { values: ['AccessSettingsInput!', values] })),
    );
    assert.deepEqual([...new Set(guarded.map(({ __typename }) => __typename))], ['Accepted']);
  });

  test('answer a repeat as the first time', async () => {
    const command = { commandId: randomUUID() };
    const first = await root.accepted('editGeneralSettings', rename('Once'), command);
    await root.accepted('editGeneralSettings', rename('Twice'));
    assert.equal(await root.accepted('editGeneralSettings', rename('Once'), command), first);
    assert.equal((await general(first)).serverName, 'Twice');
  });

  test('are told as they were after any of their events', async () => {
    const then = async (objectType: string, objectId: string, revision: number) =>
      (
        await root.data<{ stateOf: { state: { serverName?: string } } | null }>(
          `query ($t: String!, $o: ID!, $r: Int) { stateOf(objectType: $t, objectId: $o, revision: $r) { state } }`,
          { t: objectType, o: objectId, r: revision },
        )
      ).stateOf?.state;
    assert.equal((await then('settings', 'general', 0))?.serverName, 'Meetings of Acme');
    assert.equal((await then('settings', 'general', 1))?.serverName, 'First');
    for (const name of ['nothing', '', 'constructor', 'general-x']) {
      assert.equal(await then('settings', name, 0), undefined, name);
    }
  });

  test('go back to their defaults', async () => {
    const at = await root.accepted('resetSettings', { section: ['SettingsSection!', 'GENERAL'] });
    assert.equal((await general(at)).serverName, '');
    const { serverInfo } = await root.data<{ serverInfo: { name: string } }>('{ serverInfo { name } }');
    assert.equal(serverInfo.name, 'Hansard');
  });

  test('keep addresses in one spelling, each once', async () => {
    const subnets = ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3/8', '2001:DB8:0::/32'];
    const at = await root.accepted('editAccessSettings', { values: ['AccessSettingsInput!', { subnets }] });
    const { subnets: kept } = await read<{ subnets: string[] }>('accessSettings(minPosition: $at) { subnets }', at);
    assert.deepEqual(kept, ['127.0.0.1/32', '10.0.0.0/8', '2001:db8::/32']);
  });

  test('switch each retention on and off by itself', async () => {
    const fields = 'retentionSettings(minPosition: $at) { eventDays callDays chatDays }';
    const edit = (values: object) =>
      root.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', values] });
    assert.deepEqual(await read(fields), { eventDays: null, callDays: null, chatDays: null });
    let at = await edit({ eventDays: 365, chatDays: 30 });
    assert.deepEqual(await read(fields, at), { eventDays: 365, callDays: null, chatDays: 30 });
    at = await edit({ eventDays: null });
    assert.deepEqual(await read(fields, at), { eventDays: null, callDays: null, chatDays: 30 });
  });

  test('keep the targets of witnesses, and refuse what is none', async () => {
    const edit = (targets: object[]) =>
      root.command('editWitnessSettings', { values: ['WitnessSettingsInput!', { targets }] });
    const targets = [
      { kind: 'DIRECTORY', address: '/srv/witness' },
      { kind: 'WEBHOOK', address: 'https://witness.example.org/hook' },
      { kind: 'SERVER', address: 'https://other.example.org' },
    ];
    const { position } = await edit(targets);
    const found = await read('witnessSettings(minPosition: $at) { targets { kind address } }', String(position));
    assert.deepEqual(found, { targets });
    const problems = async (kind: string, address: string) =>
      ((await edit([{ kind, address }]))['problems'] as { path: string; code: string }[]).map(
        ({ path, code }) => `${path} ${code}`,
      );
    assert.deepEqual(await problems('DIRECTORY', '../x'), ['values.targets.0.address DIRECTORY_FORM']);
    assert.deepEqual(await problems('WEBHOOK', '/srv'), ['values.targets.0.address URL_FORM']);
  });

  test('hold what a legal hold names, until it is released', async () => {
    const { accountId } = await accountIn(stack, root, 'hedda');
    const holdId = randomUUID();
    const list = (at: string, released = false) =>
      read<{ edges: { node: { name: string; accounts: { displayName: string }[] } }[] }>(
        `legalHolds(released: ${released}, minPosition: $at) { edges { node { name accounts { displayName } } } }`,
        at,
      );
    let at = await root.accepted('placeLegalHold', {
      holdId: ['ID!', holdId],
      name: ['String!', 'Case 7'],
      reason: ['String!', 'Letter of 3 November'],
      accountIds: ['[ID!]!', [accountId]],
      conferenceIds: ['[ID!]!', []],
    });
    const [edge] = (await list(at)).edges;
    assert.deepEqual(edge?.node, { name: 'Case 7', accounts: [{ displayName: 'hedda' }] });
    at = await root.accepted('editLegalHold', { holdId: ['ID!', holdId], name: ['String', 'Case 8'] });
    assert.equal((await list(at)).edges[0]?.node.name, 'Case 8');
    at = await root.accepted('releaseLegalHold', { holdId: ['ID!', holdId] });
    assert.equal((await list(at)).edges.length, 0);
    assert.equal((await list(at, true)).edges.length, 1);
    const again = await root.command('placeLegalHold', {
      holdId: ['ID!', holdId],
      name: ['String!', 'Case 7'],
      reason: ['String!', 'Again'],
      accountIds: ['[ID!]!', []],
      conferenceIds: ['[ID!]!', []],
    });
    assert.equal(again.code, 'LEGAL_HOLD_EXISTS');
    const gone = await root.command('editLegalHold', { holdId: ['ID!', holdId], name: ['String', 'X'] });
    assert.equal(gone.code, 'LEGAL_HOLD_NOT_FOUND');
  });

  test('are for each administrator her own where they are preferences', async () => {
    const second = await accountIn(stack, root, 'petra');
    await root.accepted('appointAdministrator', {
      accountId: ['ID!', second.accountId],
      role: ['AdministratorRole!', 'SECURITY_ADMIN'],
    });
    const mine = '{ preferences { language timeZone csvEncoding csvDelimiter } }';
    const defaults = { language: null, timeZone: null, csvEncoding: 'UTF_8', csvDelimiter: 'SEMICOLON' };
    await second.accepted('editPreferences', {
      values: ['PreferencesInput!', { language: 'DE', timeZone: 'Asia/Tokyo', csvEncoding: 'WINDOWS_1251' }],
    });
    const hers = { ...defaults, language: 'DE', timeZone: 'Asia/Tokyo', csvEncoding: 'WINDOWS_1251' };
    assert.deepEqual(await second.data(mine), { preferences: hers });
    assert.deepEqual(await root.data(mine), { preferences: defaults });
    await second.accepted('editPreferences', { values: ['PreferencesInput!', { timeZone: null }] });
    assert.deepEqual(await second.data(mine), { preferences: { ...hers, timeZone: null } });
  });

  test('are saved as a text at the terminal and applied again, which says what changes', async () => {
    const file = join(stack.dataDir, 'settings.json');
    const run = (...args: string[]) => {
      const env = { ...process.env, HANSARD_DATA: stack.dataDir, DATABASE_URL: databaseUrl(stack.connection) };
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'settings', ...args], {
        encoding: 'utf8',
        env,
        timeout: 60_000,
      });
      return { status, out: stdout, err: stderr };
    };
    const before = await general();
    assert.deepEqual(run('--save', file), { status: 0, out: `All settings are in ${file}.\n`, err: '' });
    await general(await root.accepted('editGeneralSettings', rename('At the terminal')));
    const dry = run('--apply', file, '--dry-run');
    assert.match(dry.out, /^GeneralSettingsEdited .*"At the terminal".*\n$/);
    assert.equal((await general()).serverName, 'At the terminal');
    const applied = run('--apply', file);
    assert.deepEqual([applied.status, applied.out.endsWith(`The settings are those of ${file}.\n`)], [0, true]);
    await eventually('the name of before', async () => (await general()).serverName === before.serverName);
    assert.match(run('--apply', file).out, /^Nothing differs\./);
    const missing = run('--apply', `${file}.none`);
    assert.deepEqual([missing.status === 0, /cannot be read/.test(missing.err)], [false, true]);
    assert.equal(run().status, 2);

    const text = JSON.parse(await readFile(file, 'utf8')) as { version: number; sections: object };
    const refused = async (given: object) => {
      await writeFile(file, JSON.stringify(given));
      const { status, err } = run('--apply', file);
      return [status, err];
    };
    const withSections = (sections: object) => ({
      ...text,
      sections: { general: { serverName: 'Never' }, ...sections },
    });
    assert.deepEqual(await refused({ format: 'other' }), [1, `${refusals['settings.file_unusable']}\n`]);
    assert.deepEqual(await refused({ ...text, version: 2 }), [1, `${refusals['settings.file_newer']}\n`]);
    const invalid = `${refusals['input.invalid']} They are:`;
    assert.deepEqual(await refused(withSections({ access: { subnets: ['10.1'] } })), [
      1,
      `${invalid} file.sections.access.subnets.0\n`,
    ]);
    assert.deepEqual(await refused(withSections({ unheardOf: {} })), [1, `${invalid} file.sections\n`]);
    assert.notEqual((await general()).serverName, 'Never');
  });
});
