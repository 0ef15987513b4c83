// A person is erased, and then looked for everywhere.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { codecOf } from '../../src/commands/codec.ts';
import { openedFeed } from '../../src/commands/feed.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { openPostgresVault } from '../../src/commands/postgresVault.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { backup } from '../../src/operations/backup.ts';
import { ledgerFile } from '../../src/operations/erasureLedger.ts';
import { exportLog } from '../../src/operations/exportLog.ts';
import { directoryFiles } from '../../src/operations/logFiles.ts';
import { masterKeyIn } from '../../src/operations/masterKey.ts';
import { allProjections } from '../../src/projections/allProjections.ts';
import { readPool } from '../../src/projections/readDatabase.ts';
import { rebuild } from '../../src/projections/rebuild.ts';
import { verifyLog } from '../../src/proof/verifyLog.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { type Canary, clientOf, exportsOf, hatch, toldOf, traces, tracesBelow, tracesIn } from './canary.ts';
import { type Setting, settingIn } from './people.ts';

const categories = [...vocabularies.keys()];

describe('erasing a person', () => {
  let stack: Stack;
  let setting: Setting;
  let canary: Canary;
  let directory: string;

  beforeAll(async () => {
    stack = await startStack({ media: false, env: { HANSARD_TRUSTED_PROXIES: '127.0.0.1/32' } });
    setting = await settingIn(stack);
    canary = await hatch(stack, setting);
    directory = await mkdtemp(join(tmpdir(), 'hansard-erasure-'));
  });
  afterAll(async () => {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const erase = (command: object = { reason: 'Article 17 request' }, accountId = canary.accountId) =>
    setting.people.admin.command('erasePerson', { accountId: ['ID!', accountId] }, command as Record<string, unknown>);
  const erasure = async (accountId = canary.accountId) => {
    const query = 'query ($id: ID!) { account(id: $id, deleted: true) { erasure displayName login active } }';
    type Found = { account: { erasure: string | null; displayName: string; login: string } };
    return (await setting.people.admin.data<Found>(query, { id: accountId })).account;
  };
  const caughtUp = () =>
    eventually('all projections to have read the whole log', async () => {
      const [log] = await runSql(stack.connection, 'select max(position)::text as head from log.events');
      const behind = await runSql(
        stack.connection,
        `select name from read.checkpoint where position::bigint < ${String(log?.['head'])}`,
      );
      return behind.length === 0;
    });
  const followChat = (after: string | null) => {
    const messages: { id: string; number: string; text: string | null }[] = [];
    const query = `subscription ($id: ID!, $after: EventNumber) {
      chatMessages(sessionId: $id, after: $after) { id number text } }`;
    const { stop } = setting.people.admin.subscribe(query, { id: canary.sessionId, after }, (data) =>
      messages.push(...(data['chatMessages'] as typeof messages)),
    );
    return { messages, stop };
  };
  const backupAs = (name: string) => {
    const { connection, dataDir } = stack;
    return backup({ connection, dataDir, target: join(directory, name), now: new Date() });
  };

  test('has something to lose: she is found wherever the test will look again', async () => {
    await caughtUp();
    const found = await tracesIn(stack.connection);
    const tables = new Set(found.map((line) => line.split(':')[0]));
    for (const table of ['account', 'call_leg', 'chat_message', 'configuration_change', 'configured_object']) {
      assert.ok(tables.has(`read.${table}`), table);
    }
    for (const table of ['endpoint', 'event', 'participant', 'sign_in']) assert.ok(tables.has(`read.${table}`), table);
    assert.ok(!tables.has('log.events'), 'the log itself never has anything personal in the clear');
    assert.match(await toldOf(setting.people.admin, canary), traces);
    assert.match(await exportsOf(stack, setting.people.admin), traces);
    await backupAs('before');
  });

  test('needs a reason, and says beforehand what would go', async () => {
    assert.equal((await erase({})).code, 'INPUT_INVALID');
    const { events } = await erase({ reason: 'Article 17 request', dryRun: true });
    assert.deepEqual(
      events?.map(({ type }) => type),
      ['AdministratorDismissed', 'AccountDeleted', 'PersonErasureOrdered'],
    );
    const { events: caused = 0, ...counts } = events[2]?.data['counts'] as Record<string, number>;
    assert.deepEqual(counts, {
      profileFields: 10,
      signIns: 2,
      devices: 1,
      chatMessages: 2,
      sessions: 1,
      connections: 1,
      searches: 5,
      exports: 1,
    });
    assert.ok(caused > 8, String(caused));
    assert.equal((await erasure()).erasure, null, 'nothing happened');
    await canary.data('{ viewer { signInId } }');
  });

  test('is refused while a legal hold keeps her, or a conference she was in', async () => {
    for (const kept of [{ accountIds: [canary.accountId] }, { conferenceIds: [setting.conferenceId] }]) {
      const holdId = randomUUID();
      await setting.people.admin.accepted('placeLegalHold', {
        holdId: ['ID!', holdId],
        name: ['String!', 'Case 7'],
        reason: ['String!', 'Letter of 3 November'],
        accountIds: ['[ID!]!', kept.accountIds ?? []],
        conferenceIds: ['[ID!]!', kept.conferenceIds ?? []],
      });
      const refused = await erase();
      assert.equal(refused.code, 'LEGAL_HOLD_KEEPS');
      assert.deepEqual(refused.details, { holds: [{ id: holdId, name: 'Case 7' }] });
      const [messageId = ''] = canary.messageIds;
      const message = { sessionId: ['ID!', canary.sessionId], messageId: ['ID!', messageId] } as const;
      const reason = { reason: 'Article 17 request' };
      const one = await setting.people.admin.command('eraseChatMessage', message as never, reason);
      assert.equal(one.code, 'LEGAL_HOLD_KEEPS');
      await setting.people.admin.accepted('releaseLegalHold', { holdId: ['ID!', holdId] });
    }
  });

  test('is not done to nobody, nor to the last administrator', async () => {
    assert.equal((await erase(undefined, randomUUID())).code, 'ACCOUNT_NOT_FOUND');
    const { admin } = setting.people;
    const dismissed = await admin.command('dismissAdministrator', { accountId: ['ID!', canary.accountId] });
    assert.equal(dismissed.__typename, 'Accepted');
    assert.equal((await erase(undefined, admin.accountId)).code, 'ACCOUNT_LAST_ADMINISTRATOR');
    const role = ['AdministratorRole!', 'SECURITY_ADMIN'] as [string, unknown];
    await admin.accepted('appointAdministrator', { accountId: ['ID!', canary.accountId], role });
  });

  test('takes the text of a single message, whoever wrote it', async () => {
    const [messageId = '', other = ''] = canary.messageIds;
    const args = { sessionId: ['ID!', canary.sessionId], messageId: ['ID!', messageId] } as const;
    const { admin } = setting.people;
    const chat = followChat(null);
    await eventually('both messages', () => chat.messages.length === 2);
    const told: string[] = [];
    const erasures = admin.subscribe('subscription { erasures }', {}, (data) => told.push(data['erasures'] as string));
    await eventually('the place to begin from', () => told.length > 0);
    const unjustified = await admin.command('eraseChatMessage', args as never);
    assert.equal(unjustified.code, 'INPUT_INVALID');
    const command = { commandId: randomUUID(), reason: 'Libel' };
    const first = await admin.command('eraseChatMessage', args as never, command);
    assert.equal(first.__typename, 'Accepted', JSON.stringify(first));
    assert.deepEqual(await admin.command('eraseChatMessage', args as never, command), first);
    const again = await admin.command('eraseChatMessage', args as never, { reason: 'Libel' });
    assert.equal(again.code, 'CHAT_MESSAGE_NOT_FOUND');
    const texts = async () => {
      const query = 'query ($id: ID!) { chatMessages(sessionId: $id) { id authorName text } }';
      type Found = { chatMessages: { id: string; authorName: string; text: string | null }[] };
      return (await admin.data<Found>(query, { id: canary.sessionId })).chatMessages;
    };
    await eventually('the text to be gone', async () => (await texts()).some(({ text }) => text === null));
    assert.deepEqual(await texts(), [
      { id: messageId, authorName: 'Kanarie Canary', text: null },
      { id: other, authorName: 'Kanarie Canary', text: 'Kanarie again' },
    ]);
    // Whoever reads it on an open page loses the text, too: at once, or after a break.
    await eventually('the message once more', () => chat.messages.some(({ text }) => text === null));
    assert.deepEqual(
      chat.messages.slice(2).map(({ id }) => id),
      [messageId],
    );
    await eventually('word of the erasure', () => (told.at(-1) ?? '') > (told[0] ?? ''));
    await accountIn(stack, admin, 'passer-by');
    const later: string[] = [];
    const anew = admin.subscribe('subscription { erasures }', {}, (data) => later.push(data['erasures'] as string));
    await eventually('where it was', () => later.length > 0);
    assert.equal(later[0], told.at(-1), 'whatever else was recorded since');
    const resumed = followChat(chat.messages[1]?.number ?? null);
    await eventually('the message after a break', () => resumed.messages.length > 0);
    assert.deepEqual(
      resumed.messages.map(({ id, text }) => ({ id, text })),
      [{ id: messageId, text: null }],
    );
    for (const each of [chat, erasures, anew, resumed]) each.stop();
  });

  test('leaves no trace of her in any table, answer, export, log or backup', async () => {
    const accepted = await erase();
    assert.equal(accepted.__typename, 'Accepted', JSON.stringify(accepted));
    await eventually('the erasure to be done', async () => (await erasure()).erasure === 'DONE');
    await caughtUp();
    const tag = `erased-${canary.accountId.slice(-6)}`;
    const { displayName, login } = await erasure();
    assert.deepEqual([displayName, login], [tag, tag]);
    assert.deepEqual(await tracesIn(stack.connection), []);
    const told = await toldOf(setting.people.admin, canary);
    assert.doesNotMatch(told, traces);
    assert.ok(told.includes(tag), 'she is still counted and told from others');
    assert.doesNotMatch(await exportsOf(stack, setting.people.admin), traces);
    assert.doesNotMatch(stack.logs(), traces);
    await backupAs('after');
    assert.deepEqual(await tracesBelow(join(directory, 'after')), []);
    const keys = await runSql(
      stack.connection,
      `select count(*)::int n from vault.keys where wrapped is null and key_id is null and erased_at is not null`,
    );
    assert.equal(keys[0]?.['n'], 1 + canary.messageIds.length);
    const secrets = `select (select count(*) from vault.passwords where account_id = '${canary.accountId}')
      + (select count(*) from vault.tokens where account_id = '${canary.accountId}') as n`;
    assert.equal(Number((await runSql(stack.connection, secrets))[0]?.['n']), 0);
  });

  test('puts her out, keeps others out of her account, and is done once', async () => {
    assert.ok((await canary.query('{ viewer { signInId } }')).data?.['viewer'] == null);
    await assert.rejects(clientOf(stack), /SIGN_IN_FAILED/);
    const taken = await setting.people.admin.command('createAccount', {
      accountId: ['ID!', randomUUID()],
      login: ['String!', 'canary'],
      password: ['String!', 'long enough'],
      profile: ['ProfileInput!', {}],
    });
    assert.equal(taken.code, 'ACCOUNT_LOGIN_TAKEN');
    assert.equal((await erase()).__typename, 'Accepted');
    const counted = `select count(*)::int n from log.events where stream = 'account-${canary.accountId}'
      and type in ('PersonErasureOrdered', 'PersonErased')`;
    assert.equal((await runSql(stack.connection, counted))[0]?.['n'], 2);
    const lines = (await readFile(join(stack.dataDir, ledgerFile), 'utf8')).trimEnd().split('\n');
    const subjects = new Set(lines.map((line) => (JSON.parse(line) as { subject: string }).subject));
    assert.equal(subjects.size, 1 + canary.messageIds.length);
    assert.ok(subjects.has(canary.accountId));
  });

  test('leaves the read models as they are when made anew from the log', async () => {
    const { connection, dataDir } = stack;
    const vault = await openPostgresVault({ connection, masterKey: await masterKeyIn(dataDir) });
    const store = await openPostgresEventStore({ connection });
    const pool = readPool(connection, () => undefined);
    try {
      const feed = openedFeed(store, codecOf(vault, vocabularies));
      const needs = { pool, connection, feed, logId: await store.positionsId() };
      for (const projection of allProjections(categories)) {
        const options = { compare: true, now: () => new Date() };
        const done = await rebuild(needs, projection, options, AbortSignal.timeout(60_000));
        const differing = done?.tables.filter(
          (each) => each.unfounded !== 0 || each.lost !== 0 || each.different !== 0,
        );
        assert.deepEqual(differing, [], projection.name);
      }
    } finally {
      await pool.end();
      await store.close();
      await vault.close();
    }
    assert.deepEqual(await tracesIn(stack.connection), []);
  });

  test('leaves the record whole: an export of it verifies and shows nothing of her', async () => {
    await setting.people.admin.accepted('signCheckpoint', {});
    const store = await openPostgresEventStore({ connection: stack.connection });
    try {
      const target = join(directory, 'exported');
      const { size } = await exportLog({ store, categories, target });
      const verified = await verifyLog(await directoryFiles(target), { key: null, witnesses: [], event: null });
      assert.equal(verified.checkpoint.size, size);
      const [events] = await runSql(stack.connection, 'select count(*)::int n from read.event');
      assert.ok(size <= Number(events?.['n']) && size > 50);
      assert.deepEqual(await tracesBelow(target), []);
    } finally {
      await store.close();
    }
  });
});
