import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Edges<Node> = { totalCount: number; edges: { node: Node }[] };

describe('deleting rows of reports', () => {
  let stack: Stack;
  let setting: Setting;
  let over: string;
  const { now } = Date;

  const post = (who: ApiClient, sessionId: string, text: string): Promise<string> =>
    who.accepted('postChatMessage', {
      sessionId: ['ID!', sessionId],
      messageId: ['ID!', randomUUID()],
      text: ['String!', text],
    });

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    const { owner, moderator } = setting.people;
    await post(owner, setting.sessionId, 'in the running call');
    const conferenceId = randomUUID();
    await moderator.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Finished'],
    });
    over = String((await moderator.join(conferenceId))['sessionId']);
    await post(moderator, over, 'one');
    await post(moderator, over, 'two');
    await moderator.accepted('endSession', { sessionId: ['ID!', over] });
  });
  afterAll(() => stack.stop());

  const remove = (selection: object, who: ApiClient = setting.people.admin, more: object = {}) =>
    who.command(
      'deleteReportRows',
      { deletionId: ['ID!', randomUUID()], selection: ['ReportSelection!', selection] },
      more as Record<string, unknown>,
    );
  const calls = async (at?: string | null): Promise<string[]> => {
    const text = 'query ($at: Position) { calls(minPosition: $at) { edges { node { title } } } }';
    const answer = await setting.people.admin.data<{ calls: Edges<{ title: string }> }>(text, { at });
    return answer.calls.edges.map(({ node }) => node.title);
  };
  const messages = async (): Promise<string[]> => {
    const text = '{ chatReport { edges { node { text } } } }';
    const answer = await setting.people.admin.data<{ chatReport: Edges<{ text: string }> }>(text);
    return answer.chatReport.edges.map(({ node }) => node.text);
  };
  const events = async (filter: object): Promise<{ type: string; data: Record<string, unknown> }[]> => {
    const text = `query ($filter: EventFilter) { events(filter: $filter, first: 200) { edges { node { type data } } } }`;
    type Answer = { events: Edges<{ type: string; data: Record<string, unknown> }> };
    return (await setting.people.admin.data<Answer>(text, { filter })).events.edges.map(({ node }) => node);
  };

  test('says beforehand what it would take', async () => {
    const { events: planned } = await remove({ calls: {} }, setting.people.admin, { dryRun: true });
    assert.equal(planned?.[0]?.type, 'ReportRowsDeleted');
    const { rows, chatMessages } = planned[0].data;
    assert.deepEqual([rows, chatMessages], [1, 2], 'the running call stays');
    assert.deepEqual(await calls(), ['Finished', 'Board']);
  });

  test('takes calls that are over, and their messages; running calls stay, also once they end', async () => {
    const { position } = await remove({ calls: {} });
    assert.deepEqual(await calls(position), ['Board']);
    await eventually('the messages to be gone', async () => (await messages()).length === 1);
    assert.deepEqual(await messages(), ['in the running call']);
    const one = await setting.people.admin.data<{ call: unknown }>('query ($id: ID!) { call(id: $id) { id } }', {
      id: over,
    });
    assert.equal(one.call, null);
    assert.equal((await remove({ calls: {} })).code, 'REPORT_NOTHING_TO_DELETE');
    const ended = await setting.people.owner.accepted('endSession', { sessionId: ['ID!', setting.sessionId] });
    assert.deepEqual(await calls(ended), ['Board']);
    // The log kept it all.
    const kept = await runSql(
      stack.connection,
      `select count(*)::int n from log.events where stream = 'session-${over}'`,
    );
    assert.ok(Number(kept[0]?.['n']) >= 2);
  });

  test('takes messages by their filter, and none that come later', async () => {
    const { position } = await remove({ chat: { search: 'RUNNING' } });
    assert.ok(position);
    await eventually('the message to be gone', async () => (await messages()).length === 0);
    const { owner } = setting.people;
    const { sessionId } = await owner.join(setting.conferenceId);
    await post(owner, String(sessionId), 'running again');
    await eventually('the new message', async () => (await messages()).length === 1);
    assert.deepEqual(await messages(), ['running again']);
  });

  test('takes events by their filter and says so in the report itself', async () => {
    const before = await events({ types: ['ConferenceCreated'] });
    assert.equal(before.length, 2);
    const accepted = await remove({ events: { types: ['ConferenceCreated'] } });
    assert.equal(accepted.__typename, 'Accepted');
    await eventually(
      'the events to be gone',
      async () => (await events({ types: ['ConferenceCreated'] })).length === 0,
    );
    const [told] = await events({ types: ['ReportRowsDeleted'] });
    assert.deepEqual(
      [told?.data['report'], told?.data['rows'], told?.data['filter']],
      ['events', 2, { types: ['ConferenceCreated'] }],
    );
    await setting.people.owner.accepted('createConference', {
      conferenceId: ['ID!', randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Later'],
    });
    await eventually('the new event', async () => (await events({ types: ['ConferenceCreated'] })).length === 1);
  });

  test('keeps to the ids that a name stood for', async () => {
    const { admin, stranger } = setting.people;
    const about = async (): Promise<number> => (await events({ objectId: stranger.accountId })).length;
    const before = await about();
    await remove({ events: { objectName: 'stranger' } });
    await eventually('the events to be gone', async () => (await about()) === 0);
    // Renamed, the person would not be found under that name any more.
    await admin.accepted('editAccount', {
      accountId: ['ID!', stranger.accountId],
      profile: ['ProfileInput!', { displayName: 'Somebody' }],
    });
    await eventually('the new event', async () => (await about()) === 1);
    assert.ok(before > 1);
  });

  test('takes devices that were not heard of since a moment', async () => {
    const count = async (): Promise<number> =>
      (await setting.people.admin.data<{ endpoints: Edges<unknown> }>('{ endpoints { totalCount } }')).endpoints
        .totalCount;
    assert.ok((await count()) > 3);
    const longAgo = new Date(now() - 180 * 86_400_000).toISOString();
    assert.equal((await remove({ endpoints: { seenBefore: longAgo } })).code, 'REPORT_NOTHING_TO_DELETE');
    await remove({ endpoints: { seenBefore: new Date(now()).toISOString() } });
    await eventually('the devices to be gone', async () => (await count()) === 0);
    await stack.client();
    await eventually('a device to be heard of again', async () => (await count()) === 1);
  });

  test('is for administrators of the whole server', async () => {
    for (const who of [setting.people.securityAdmin, setting.people.owner]) {
      assert.equal((await remove({ events: {} }, who)).code, 'ACCESS_DENIED');
    }
  });

  test('shows the same after all read models were made anew', async () => {
    const [before, chat, board] = [await events({ types: ['ConferenceCreated'] }), await messages(), await calls()];
    assert.deepEqual([before.length, chat, board], [1, ['running again'], ['Board', 'Board']]);
    const node = 'api,projections,jobs';
    await stack.kill(node, 'SIGTERM');
    await runSql(stack.connection, 'drop schema read cascade');
    await stack.start(node);
    const admin = await stack.client();
    setting.people.admin = { ...setting.people.admin, ...admin };
    await eventually('the read models', async () => (await calls()).length === 2, 20_000);
    await eventually('the events', async () => (await events({ types: ['ConferenceCreated'] })).length > 0, 20_000);
    assert.deepEqual(await calls(), board);
    await eventually('the messages', async () => (await messages()).length > 0, 20_000);
    assert.deepEqual(await messages(), chat);
    assert.deepEqual(await events({ types: ['ConferenceCreated'] }), before);
  });
});
