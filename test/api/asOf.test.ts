import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Numbered = { events: { edges: { node: { number: string; occurredAt: string } }[] } };
type Listed = { list: { totalCount: number; pageInfo: { endCursor: string | null }; edges: { node: never }[] } };

describe('time travel', () => {
  let stack: Stack;
  let setting: Setting;
  let auditor: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    auditor = setting.people.securityAdmin;
  });
  afterAll(() => stack.stop());

  /** The newest event, once everything up to a position is read. */
  const nowAt = async (minPosition: string): Promise<{ number: string; occurredAt: string }> => {
    const text = `query ($minPosition: Position) { events(first: 1, minPosition: $minPosition) {
      edges { node { number occurredAt } } } }`;
    const { events } = await auditor.data<Numbered>(text, { minPosition });
    return events.edges[0]?.node ?? assert.fail();
  };
  const refused = async (client: ApiClient, text: string, asOf: unknown): Promise<string | undefined> =>
    (await client.query(`query ($asOf: AsOf) { ${text} }`, { asOf })).errors?.[0]?.extensions?.code;

  test('shows accounts, roles and conferences as they were before they were changed', async () => {
    const { admin, owner, stranger } = setting.people;
    const made = await admin.accepted('editAccount', {
      accountId: ['ID!', stranger.accountId],
      profile: ['ProfileInput!', { displayName: 'Stranger of old', company: 'Then & Co' }],
    });
    const before = await nowAt(made);
    await admin.accepted('editAccount', {
      accountId: ['ID!', stranger.accountId],
      profile: ['ProfileInput!', { displayName: 'Stranger of today' }],
    });
    await admin.accepted('appointAdministrator', {
      accountId: ['ID!', stranger.accountId],
      role: ['AdministratorRole!', 'SECURITY_ADMIN'],
    });
    await admin.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays: 30 }] });
    await owner.accepted('inviteMember', {
      conferenceId: ['ID!', setting.conferenceId],
      accountId: ['ID!', stranger.accountId],
    });
    await owner.accepted('endSession', { sessionId: ['ID!', setting.sessionId] });
    const last = await owner.accepted('editConference', {
      conferenceId: ['ID!', setting.conferenceId],
      title: ['String', 'Renamed'],
    });
    const text = `query ($asOf: AsOf, $id: ID!, $at: Position) {
      accounts(asOf: $asOf, search: "stranger", minPosition: $at) { edges { node { displayName company role status } } }
      administrators(asOf: $asOf) { login }
      retentionSettings(asOf: $asOf) { chatDays revision }
      conference(id: $id, asOf: $asOf, minPosition: $at) {
        title viewerModerates members { displayName } running { participants { displayName state } } }
    }`;
    const then = await admin.data(text, { asOf: { number: before.number }, id: setting.conferenceId, at: last });
    const participants = [
      { displayName: 'owner', state: 'JOINING' },
      { displayName: 'participant', state: 'JOINING' },
    ];
    assert.deepEqual(then, {
      accounts: {
        edges: [{ node: { displayName: 'Stranger of old', company: 'Then & Co', role: null, status: 'OFFLINE' } }],
      },
      administrators: [{ login: 'admin' }, { login: 'security' }],
      retentionSettings: { chatDays: null, revision: -1 },
      conference: {
        title: 'Board',
        viewerModerates: false,
        members: [{ displayName: 'participant' }],
        running: { participants },
      },
    });
    const now = await admin.data<{ conference: { title: string; viewerModerates: boolean; members: unknown[] } }>(
      text,
      {
        id: setting.conferenceId,
        at: last,
      },
    );
    assert.deepEqual([now.conference.title, now.conference.viewerModerates], ['Renamed', true]);
    assert.equal(now.conference.members.length, 2);
    const moment = await admin.data(text, { asOf: { moment: before.occurredAt }, id: setting.conferenceId, at: last });
    assert.deepEqual(moment, then);
  });

  test('keeps all pages of a moment on one event, whatever is recorded meanwhile', async () => {
    const { admin } = setting.people;
    const text = `query ($asOf: AsOf, $after: String) {
      list: accounts(asOf: $asOf, first: 2, after: $after) {
        totalCount pageInfo { endCursor } edges { node { login } } } }`;
    const moment = new Date().toISOString();
    const first = await admin.data<Listed>(text, { asOf: { moment } });
    await accountIn(stack, admin, `aaa-${randomUUID().slice(0, 8)}`);
    const second = await admin.data<Listed>(text, { asOf: { moment }, after: first.list.pageInfo.endCursor });
    assert.equal(second.list.totalCount, first.list.totalCount);
    const code = await refused(
      admin,
      `accounts(asOf: $asOf, after: "${first.list.pageInfo.endCursor}") { totalCount }`,
      {
        number: '3',
      },
    );
    assert.equal(code, 'BAD_CURSOR');
  });

  test('says what is wrong with a moment', async () => {
    const { admin } = setting.people;
    const list = 'accounts(asOf: $asOf) { totalCount }';
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    assert.equal(await refused(admin, list, { moment: tomorrow }), 'AS_OF_FUTURE');
    assert.equal(await refused(admin, list, { number: '99999999' }), 'AS_OF_FUTURE');
    assert.equal(await refused(admin, list, { moment: '2001-01-01T00:00:00Z' }), 'AS_OF_BEFORE_FIRST');
    for (const asOf of [{}, { number: '1', moment: '2026-01-01T00:00:00Z' }]) {
      const { errors } = await admin.query(`query ($asOf: AsOf) { ${list} }`, { asOf });
      assert.equal(errors?.[0]?.extensions?.code, 'INPUT_INVALID');
      assert.match(JSON.stringify(errors), /one_of_two/);
    }
    for (const asOf of [
      { number: '-1' },
      { number: '1.5' },
      { moment: 'yesterday' },
      { moment: '2026-13-01T00:00:00Z' },
    ])
      assert.ok((await admin.query(`query ($asOf: AsOf) { ${list} }`, { asOf })).errors, JSON.stringify(asOf));
  });

  test('is for administrators, each for what she may see now', async () => {
    const { admin, owner, participant, anonymous } = setting.people;
    const asOf = { number: '5' };
    const room = `session(id: "${setting.sessionId}", asOf: $asOf) { id }`;
    for (const client of [owner, participant]) assert.equal(await refused(client, room, asOf), 'ACCESS_DENIED');
    assert.equal(await refused(anonymous, room, asOf), 'ACCESS_SIGN_IN_REQUIRED');
    assert.equal(await refused(auditor, 'accounts(asOf: $asOf) { totalCount }', asOf), 'ACCESS_DENIED');
    for (const list of ['sessions(asOf: $asOf) { totalCount }', 'accessSettings(asOf: $asOf) { limited }', room])
      for (const client of [admin, auditor]) assert.equal(await refused(client, list, asOf), undefined);
  });

  test('puts on the record who looked at what, as of which event', async () => {
    await auditor.data('{ sessions(asOf: {number: "7"}) { totalCount } }');
    await eventually('the reading', async () => {
      const text = `{ events(filter: {types: ["PastRead"], actorId: "${setting.people.securityAdmin.accountId}"}) {
        edges { node { data } } } }`;
      type Answer = { events: { edges: { node: { data: Record<string, unknown> } }[] } };
      const { events } = await setting.people.admin.data<Answer>(text);
      return events.edges.some(({ node: { data } }) => data['what'] === 'sessions' && data['number'] === '7');
    });
  });
});
