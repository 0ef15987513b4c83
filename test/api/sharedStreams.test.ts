// One connection that carries many subscriptions, as our pages use it.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { presence } from '../../src/api/presence.ts';
import { type Follower, subscribed } from '../../src/api/subscribed.ts';
import type { Caller } from '../../src/commands/access.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

type Said = { event: string; stream?: string; id?: string; payload?: { data?: Record<string, unknown> | null } };
type Started = { id: string; query: string; variables?: Record<string, unknown> };

const events = 'subscription ($after: EventNumber) { events(after: $after) { number } }';
const changes = 'subscription { conferencesChanged }';
const figures = 'subscription { summary { accounts } }';

describe('a shared stream', () => {
  let stack: Stack;
  let admin: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    admin = await stack.client();
  });
  afterAll(() => stack.stop());

  const post = (client: ApiClient, body: unknown, signal?: AbortSignal): Promise<Response> =>
    fetch(`${stack.url}/graphql/shared`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hansard': '1', cookie: client.cookie() },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });

  const open = async (client: ApiClient, start: Started[]) => {
    const aborting = new AbortController();
    const { status, body } = await post(client, { start }, aborting.signal);
    assert.equal(status, 200);
    assert.ok(body);
    const said: Said[] = [];
    const read = async (): Promise<void> => {
      let text = '';
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        const whole = (text + chunk).split('\n\n');
        text = whole.pop() ?? '';
        for (const one of whole) {
          const [, event = '', data = '{}'] = /^event: (\w+)\ndata: (.*)$/.exec(one) ?? [];
          if (event) said.push({ event, ...(JSON.parse(data) as object) });
        }
      }
    };
    const ended = read().catch(() => undefined); // Cut off by the test itself.
    const name = await eventually('its name', () => said.find(({ event }) => event === 'open')?.stream);
    const heard = (id: string, event = 'next') => said.filter((one) => one.id === id && one.event === event);
    return { name, said, heard, ended, close: () => aborting.abort() };
  };

  test('carries what was asked at its opening and what is asked later', async () => {
    const stream = await open(admin, [{ id: 'a', query: figures }]);
    await eventually('figures', () => stream.heard('a').length > 0);
    const { status } = await post(admin, { stream: stream.name, start: [{ id: 'b', query: events }] });
    assert.equal(status, 202);
    await accountIn(stack, admin, `shared-${randomUUID().slice(0, 8)}`);
    await eventually('events', () => stream.heard('b').length > 0);
    stream.close();
  });

  test('says that changes are followed before there is one', async () => {
    const stream = await open(admin, [{ id: 'a', query: changes }]);
    const told = () => stream.heard('a').map(({ payload }) => payload?.data?.['conferencesChanged']);
    await eventually('the beginning', () => told().length > 0);
    const conferenceId = randomUUID();
    await admin.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'New'],
    });
    await eventually('the change', () => told().length > 1);
    assert.deepEqual(told(), [[], [conferenceId]]);
    stream.close();
  });

  test('stops one operation and goes on with the others', async () => {
    const stream = await open(admin, [
      { id: 'a', query: figures },
      { id: 'b', query: figures },
    ]);
    await eventually('both', () => stream.heard('a').length > 0 && stream.heard('b').length > 0);
    await post(admin, { stream: stream.name, stop: ['a'] });
    const [stopped, running] = [stream.heard('a').length, stream.heard('b').length];
    await eventually('more of the other', () => stream.heard('b').length > running + 1, 15_000);
    assert.ok(stream.heard('a').length <= stopped + 1);
    stream.close();
  });

  test('goes on after what was seen last, without a gap and without a repeat', async () => {
    const first = await open(admin, [{ id: 'a', query: events }]);
    await accountIn(stack, admin, 'before-the-break');
    const numbers = (stream: typeof first) =>
      stream
        .heard('a')
        .flatMap(({ payload }) => payload?.data?.['events'] as { number: string }[])
        .map(({ number }) => Number(number));
    await eventually('events', () => numbers(first).length > 0);
    first.close();
    await accountIn(stack, admin, 'in-the-break');
    const last = numbers(first).at(-1) ?? 0;
    const second = await open(admin, [{ id: 'a', query: events, variables: { after: String(last) } }]);
    await eventually('what came in between', () => numbers(second).length >= 3);
    const seen = [...numbers(first), ...numbers(second)];
    const [from = 0] = seen;
    assert.deepEqual(
      seen,
      seen.map((_, index) => from + index),
    );
    second.close();
  });

  test('ends every operation when the sign-in ends, and then itself', async () => {
    const person = await accountIn(stack, admin, 'signed-out');
    const stream = await open(person, [
      { id: 'a', query: changes },
      { id: 'b', query: changes },
    ]);
    const begun = performance.now();
    await admin.accepted('disconnectDevices', { accountId: ['ID!', person.accountId] });
    await eventually(
      'the end',
      () => stream.heard('a', 'complete').length + stream.heard('b', 'complete').length === 2,
    );
    assert.ok(performance.now() - begun < 5_000);
    await stream.ended;
  });

  test('is nobody else’s, and holds only so much', async () => {
    const other = await accountIn(stack, admin, 'curious');
    const stream = await open(admin, []);
    const start = [{ id: 'a', query: figures }];
    assert.equal((await post(other, { stream: stream.name, start })).status, 404);
    assert.equal((await post(admin, { stream: 'guess', start })).status, 404);
    const many = (count: number, from: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `${from + index}`, query: changes }));
    assert.equal((await post(admin, { stream: stream.name, start: many(50, 0) })).status, 202);
    assert.equal((await post(admin, { stream: stream.name, start })).status, 409);
    assert.equal((await post(admin, { start: many(51, 0) })).status, 400);
    for (const hostile of [
      [],
      'x',
      { stream: 5 },
      { start: [{}] },
      { start: [{ id: '', query: '' }] },
      { stop: [1] },
    ]) {
      assert.equal((await post(admin, hostile)).status, 400, JSON.stringify(hostile));
    }
    assert.equal(stream.said.filter(({ event }) => event !== 'next').length, 1);
    stream.close();
  });

  test('refuses each operation by itself', async () => {
    const person = await accountIn(stack, admin, 'no-admin');
    const stream = await open(person, [
      { id: 'denied', query: figures },
      { id: 'nonsense', query: 'subscription {' },
      { id: 'unknown', query: 'subscription { secrets }' },
      { id: 'mutation', query: 'mutation { signOut(command: {commandId: "x"}) { __typename } }' },
      { id: 'fine', query: changes },
    ]);
    for (const id of ['denied', 'nonsense', 'unknown', 'mutation']) {
      await eventually(`the end of ${id}`, () => stream.heard(id, 'complete').length === 1);
      assert.ok(!stream.heard(id).some(({ payload }) => payload?.data), id);
    }
    assert.equal(stream.heard('fine', 'complete').length, 0);
    stream.close();
  });
});

describe('a subscription', () => {
  test('is over once nobody listens, also when nothing happens', async () => {
    const closing = new AbortController();
    const here = presence(() => new Date(120_000));
    let followed = 0;
    const origin = { displayName: 'Ada', ip: '127.0.0.1', userAgent: 'a test' };
    const caller: Caller = { actor: { kind: 'account', id: 'ada' }, role: null, signInId: 'hers', origin };
    const follower: Follower = {
      caller,
      presence: here,
      closed: closing.signal,
      watch: {
        onChange: () => {
          followed += 1;
          return () => (followed -= 1);
        },
      },
      reauthenticate: () => Promise.resolve(caller),
    };
    const stream = subscribed(follower, { wakes: () => false, allowed: () => true, produce: () => Promise.resolve(1) });
    const next = stream.next();
    await eventually('it to follow', () => followed === 1);
    closing.abort();
    assert.equal((await next).done, true);
    assert.equal(followed, 0);
  });
});
