import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

type Event = { number: string; type: string; severity: string; source: string; actorRole: string | null };
type Events = {
  events: { totalCount: number; pageInfo: { endCursor: string }; edges: { node: Event & { objectName: string } }[] };
};

const ask = `query ($filter: EventFilter, $sort: EventSort, $first: Int, $after: String, $at: Position) {
  events(filter: $filter, sort: $sort, first: $first, after: $after, minPosition: $at) {
    totalCount pageInfo { endCursor } edges { node { number type severity source actorRole objectName } } } }`;

describe('the Events report', () => {
  let stack: Stack;
  let admin: ApiClient;
  let at: string;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    admin = await stack.client();
    const anna = await accountIn(stack, admin, 'anna');
    for (const title of ['Стратегия Müller 100%', 'Planning']) {
      at = await anna.accepted('createConference', {
        conferenceId: ['ID!', randomUUID()],
        kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
        title: ['String!', title],
      });
    }
    at = await admin.accepted('deactivateAccount', { accountId: ['ID!', anna.accountId] }, { reason: 'Left us' });
  });
  afterAll(() => stack.stop());

  const found = async (filter: object, more: object = {}): Promise<(Event & { objectName: string })[]> =>
    (await admin.data<Events>(ask, { filter, at, ...more })).events.edges.map(({ node }) => node);
  const types = async (filter: object, more?: object) => (await found(filter, more)).map(({ type }) => type);
  const codeOf = async (filter: object, more: object = {}) => {
    const { errors } = await admin.query(ask, { filter, ...more });
    const problems = errors?.[0]?.extensions?.details?.['problems'] as { path: string; code: string }[] | undefined;
    return [errors?.[0]?.extensions?.code, problems?.[0]?.path, problems?.[0]?.code];
  };

  test('finds all words, in any case, script and order', async () => {
    assert.deepEqual(await types({ search: 'СТРАТЕГИЯ müller' }), ['ConferenceCreated']);
    assert.deepEqual(await types({ search: '100% conferencecreated' }), ['ConferenceCreated']);
    assert.deepEqual(await types({ search: 'стратегия planning' }), []);
    // Taken literally, and not as letters that the index takes for each other.
    assert.deepEqual(await types({ search: '100_' }), []);
    assert.deepEqual(await types({ search: 'strategia' }), []);
    assert.deepEqual(await types({ search: 'left us' }), ['AccountDeactivated']);
  });

  test('combines filters, and tells where an event comes from', async () => {
    const acts = await found({ objectName: 'anna', severities: ['MEDIUM'], sources: ['ADMINISTRATOR'] });
    assert.deepEqual(
      acts.map(({ type, source, actorRole }) => [type, source, actorRole]),
      ['AccountDeactivated', 'AccountPasswordSet', 'AccountCreated'].map((type) => [type, 'ADMINISTRATOR', 'ADMIN']),
    );
    const own = await found({ types: ['ConferenceCreated'], sources: ['USER'] });
    assert.deepEqual(own.map(({ objectName }) => objectName).toSorted(), ['Planning', 'Стратегия Müller 100%']);
    assert.ok((await types({ sources: ['SERVER'] })).includes('ServerStarted'));
    assert.equal((await found({ ip: '127.0.0', types: ['ConferenceCreated'] })).length, 2);
    assert.deepEqual(await types({ ip: '10.9.9' }), []);
  });

  test('is sorted by the server, page by page', async () => {
    const whole = await found({}, { sort: { by: 'SEVERITY', direction: 'DESCENDING' }, first: 200 });
    const order = ['INFO', 'LOW', 'MEDIUM', 'HIGH'];
    const ranks = whole.map(({ severity }) => order.indexOf(severity));
    assert.deepEqual(
      ranks,
      [...ranks].sort((a, b) => b - a),
    );
    assert.ok(new Set(ranks).size > 2);
    const sort = { by: 'TYPE', direction: 'ASCENDING' };
    const expected = (await found({}, { sort, first: 200 })).map(({ number }) => number);
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const page: Events = await admin.data<Events>(ask, { filter: {}, sort, first: 7, after, at });
      paged.push(...page.events.edges.map(({ node }) => node.number));
      after = page.events.pageInfo.endCursor;
    } while (paged.length < expected.length);
    assert.deepEqual(paged, expected);
  });

  test('refuses what cannot be asked, by its field', async () => {
    const from = '2026-03-02T00:00:00Z';
    assert.deepEqual(await codeOf({ from, to: '2026-03-01T00:00:00Z' }), [
      'INPUT_INVALID',
      'filter.to',
      'period_reversed',
    ]);
    assert.deepEqual(await codeOf({ search: 'x'.repeat(201) }), ['INPUT_INVALID', 'filter.search', 'too_long']);
    assert.deepEqual(await codeOf({ search: 'a '.repeat(11) }), ['INPUT_INVALID', 'filter.search', 'too_many_words']);
    assert.deepEqual(await codeOf({ search: 'a\u0000' }), ['INPUT_INVALID', 'filter.search', 'control_characters']);
    assert.deepEqual(await codeOf({ types: Array.from({ length: 101 }, () => 'x') }), [
      'INPUT_INVALID',
      'filter.types',
      'too_many_values',
    ]);
    const { events } = await admin.data<Events>(ask, { first: 1 });
    const after = events.pageInfo.endCursor;
    const sort = { by: 'TYPE', direction: 'ASCENDING' };
    assert.deepEqual(await codeOf({}, { after, sort }), ['BAD_CURSOR', undefined, undefined]);
    const impossible = Buffer.from('["events by number desc","9999999999999999999999"]').toString('base64url');
    assert.deepEqual(await codeOf({}, { after: impossible }), ['BAD_CURSOR', undefined, undefined]);
    // A text of signs that patterns are made of ends soon, and finds nothing.
    const begun = performance.now();
    assert.deepEqual(await types({ search: '(a+)+$ %_\\ .*{1000}' }), []);
    assert.ok(performance.now() - begun < 2_000);
  });
});
