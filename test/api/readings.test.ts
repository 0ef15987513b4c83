import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Event = { type: string; actorName: string; source: string; data: Record<string, unknown> };

describe('what auditors read', () => {
  let stack: Stack;
  let setting: Setting;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
  });
  afterAll(() => stack.stop());

  /** Readings of everybody but whoever asks here. */
  const readings = async (): Promise<Event[]> => {
    const text = `query ($filter: EventFilter) {
      events(filter: $filter, first: 200, sort: {by: NUMBER, direction: ASCENDING}) {
        edges { node { type actorName source data } } } }`;
    const filter = { objectTypes: ['reading'], actorId: setting.people.securityAdmin.accountId };
    type Answer = { events: { edges: { node: Event }[] } };
    return (await setting.people.admin.data<Answer>(text, { filter })).events.edges.map(({ node }) => node);
  };
  const search = (who: ApiClient, filter: object, more = '') =>
    who.data(`query ($filter: EventFilter) { events(filter: $filter ${more}) { totalCount } }`, { filter });

  test('is on the record, once for each act', async () => {
    const { securityAdmin, stranger } = setting.people;
    for (const page of [', first: 5', ', first: 10', '']) await search(securityAdmin, { search: 'stranger' }, page);
    await search(securityAdmin, { severities: ['HIGH'] });
    const object = { id: stranger.accountId };
    const history = `query ($id: ID!) { history(objectType: "account", objectId: $id) { totalCount } }`;
    for (let times = 0; times < 3; times += 1) await securityAdmin.data(history, object);
    await securityAdmin.data(`query ($id: ID!) { stateOf(objectType: "account", objectId: $id) { revision } }`, object);
    await securityAdmin.data('{ calls { totalCount } chatReport { totalCount } endpoints { totalCount } }');
    for (const first of [5, 10]) {
      await securityAdmin.data(
        'query ($first: Int) { configurationChanges(first: $first, filter: { search: "room" }) { totalCount } }',
        { first },
      );
    }
    const chat = 'query ($id: ID!) { chatMessages(sessionId: $id) { id } }';
    await securityAdmin.data(chat, { id: setting.sessionId });
    await eventually('all acts', async () => (await readings()).length >= 8);
    const told = (await readings()).map(({ type, data }) =>
      type === 'HistoryRead' ? [type, data['objectId']] : [data['report'] ?? type, data['asked']],
    );
    const asked = (filter: object) => ({ filter });
    assert.deepEqual(told, [
      ['events', asked({ search: 'stranger' })],
      ['events', asked({ severities: ['high'] })],
      ['HistoryRead', stranger.accountId],
      ['calls', asked({})],
      ['chat', asked({})],
      ['endpoints', asked({})],
      ['ChangesSearched', asked({ search: 'room' })],
      ['chat', asked({ sessionId: setting.sessionId })],
    ]);
    const [first] = await readings();
    assert.deepEqual([first?.actorName, first?.source], ['security', 'ADMINISTRATOR']);
  });

  test('is not what people read of their own meetings, nor what was refused', async () => {
    const { owner, participant, stranger, admin } = setting.people;
    await owner.data('query ($id: ID!) { chatMessages(sessionId: $id) { id } }', { id: setting.sessionId });
    await participant.data('{ myCalls { totalCount } }');
    await stranger.query('{ events { totalCount } }');
    await search(admin, { types: ['ReportSearched', 'HistoryRead'] });
    await eventually('the last of these', async () => {
      const text = `query ($filter: EventFilter) { events(filter: $filter) { edges { node { actorId: actorName } } } }`;
      type Answer = { events: { edges: { node: { actorId: string } }[] } };
      const { events } = await admin.data<Answer>(text, { filter: { types: ['ReportSearched', 'HistoryRead'] } });
      const names = new Set(events.edges.map(({ node }) => node.actorId));
      return names.size === 2 && names.has('security') && names.has('admin');
    });
  });

  test('is noted by those who follow a report, too', async () => {
    const { securityAdmin } = setting.people;
    const { stop } = securityAdmin.subscribe(
      'subscription ($filter: EventFilter) { events(filter: $filter) { number } }',
      { filter: { search: 'followed' } },
      () => undefined,
    );
    await eventually('the act', async () => JSON.stringify(await readings()).includes('followed'));
    stop();
  });
});
