import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { freeze } from '../support/faults.ts';
import { killPostgres, runSql, testPostgres } from '../support/postgres.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

const answeredMsMax = 5_000;
const recoveredMsMax = 25_000;
const outageMsMin = 4_000;
const downCodes = ['EVENT_STORE_UNAVAILABLE', 'COMMAND_OUTCOME_UNKNOWN', 'READ_MODEL_UNAVAILABLE'];

type Seen = { number: string; type: string; objectId: string };
const eventsAfter = `subscription ($after: EventNumber) { events(after: $after) { number type objectId } }`;
const messagesAfter = `subscription ($id: ID!, $after: EventNumber) {
  chatMessages(sessionId: $id, after: $after) { number id }
}`;

describe('outages', () => {
  let stack: Stack;
  let admin: ApiClient;
  let conferenceId: string;
  let sessionId: string;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    admin = await stack.client();
    conferenceId = randomUUID();
    await admin.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Room'],
    });
    sessionId = String((await admin.join(conferenceId))['sessionId']);
  });
  afterAll(() => stack.stop());

  const post = (client: ApiClient, messageId: string = randomUUID(), commandId: string = randomUUID()) =>
    client.command(
      'postChatMessage',
      { sessionId: ['ID!', sessionId], messageId: ['ID!', messageId], text: ['String!', 'Hello'] },
      { commandId },
    );

  /** The code of what came back, and how long that took. */
  const timed = async (ask: () => Promise<{ code?: string | undefined }>) => {
    const from = performance.now();
    const { code } = await ask();
    return { code: code ?? 'none', tookMs: performance.now() - from };
  };
  const codeOfQuery = async (query: string, variables = {}) => ({
    code: (await admin.query(query, variables)).errors?.[0]?.extensions?.code,
  });
  /** A refused command, whether as a member of its union or, where not even the caller is known, as an error. */
  const codeOfCommand = (commandId: string, messageId: string) =>
    codeOfQuery(
      `mutation ($command: CommandInput!, $s: ID!, $m: ID!) {
        postChatMessage(command: $command, sessionId: $s, messageId: $m, text: "Hello") { __typename }
      }`,
      { command: { commandId }, s: sessionId, m: messageId },
    );

  /** Pushed to while `run` lasts. */
  const following = (client: ApiClient, query: string, variables: Record<string, unknown>, field: string) => {
    const seen: Seen[] = [];
    const subscription = client.subscribe(query, variables, (data) => seen.push(...(data[field] as Seen[])));
    return { seen, ...subscription };
  };

  const survives = async (cut: () => Promise<() => Promise<void> | void>) => {
    const pid = stack.pidOf('api,projections,jobs');
    const events = following(admin, eventsAfter, { after: null }, 'events');
    const chat = following(admin, messagesAfter, { id: sessionId, after: null }, 'chatMessages');
    let pushed = 0;
    const summary = admin.subscribe('subscription { summary { accounts } }', {}, () => (pushed += 1));
    let writing = true;
    const writers = Array.from({ length: 4 }, async () => {
      while (writing) await post(admin).catch(() => undefined);
    });
    await eventually('the first pushes', () => events.seen.length > 50 && chat.seen.length > 50 && pushed > 0);

    // In the middle of appends, and of transactions of the projections.
    const heal = await cut();
    const [messageId, commandId] = [randomUUID(), randomUUID()];
    const cutAt = performance.now();
    // Long enough for every timer of the server to meet the outage.
    for (let round = 0; round < 3 || performance.now() - cutAt < outageMsMin; round += 1) {
      const answers = await Promise.all([
        timed(() => codeOfCommand(commandId, messageId)),
        timed(() => codeOfQuery('{ viewer { signInId } }')),
        timed(() => codeOfQuery('{ accounts { totalCount } summary { accounts } }')),
        timed(() => codeOfQuery('{ serverInfo { setUp } }')),
      ]);
      for (const { code, tookMs } of answers) {
        assert.ok(downCodes.includes(code), code);
        assert.ok(tookMs < answeredMsMax, `${tookMs} ms`);
      }
    }
    assert.equal((await fetch(`${stack.url}/livez`)).status, 200);
    assert.equal((await fetch(`${stack.url}/readyz`)).status, 503);

    const [eventsBefore, pushedBefore] = [events.seen.length, pushed];
    await heal();
    const from = performance.now();
    await eventually('commands', async () => !(await codeOfCommand(commandId, messageId)).code, recoveredMsMax);
    await eventually(
      'the push of it',
      () => chat.seen.some((one) => 'id' in one && one.id === messageId),
      recoveredMsMax,
    );
    await eventually('new events', () => events.seen.length > eventsBefore + 20, recoveredMsMax);
    await eventually('the summary', () => pushed > pushedBefore + 1, recoveredMsMax);
    writing = false;
    await Promise.all(writers);
    await eventually(
      'reads',
      async () => !(await codeOfQuery('{ accounts { totalCount } summary { accounts } }')).code,
      recoveredMsMax,
    );
    const position = await admin.accepted('editConference', {
      conferenceId: ['ID!', conferenceId],
      joinWithoutInvitation: ['Boolean', true],
    });
    await eventually(
      'the read models',
      async () =>
        !(await codeOfQuery('query ($at: Position) { accounts(minPosition: $at) { totalCount } }', { at: position }))
          .code,
      recoveredMsMax,
    );
    assert.ok(performance.now() - from < recoveredMsMax);
    assert.equal(stack.pidOf('api,projections,jobs'), pid);
    process.kill(pid, 0); // Throws if the process is gone.
    const [row] = await runSql(
      stack.connection,
      `select count(*)::int n from read.chat_message where id = '${messageId}'`,
    );
    assert.equal(row?.['n'], 1);
    const numbers = events.seen.map(({ number }) => Number(number));
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => (numbers[0] ?? 0) + index),
    );
    for (const { stop } of [events, chat, summary]) stop();
  };

  test('of a PostgreSQL that was killed are survived', () => survives(killPostgres));

  test('of a PostgreSQL that hangs are survived', () => survives(async () => freeze((await testPostgres()).pid)));

  test('of the API leave no gap and no duplicate to who reconnects where she was', async () => {
    const participant = await accountIn(stack, admin, 'follower');
    await participant.join(conferenceId);
    // A stream opened before the read models know that she is inside is refused, and ends.
    const mayRead = 'query ($id: ID!) { session(id: $id) { id } }';
    await eventually(
      'her place in the read models',
      async () => (await participant.query(mayRead, { id: sessionId })).data?.['session'],
      30_000,
    );
    const seen: { events: Seen[]; chat: Seen[] } = { events: [], chat: [] };
    const [{ number } = { number: '-1' }] = await newest(admin);
    const follow = () => {
      const events = admin.subscribe(eventsAfter, { after: seen.events.at(-1)?.number ?? number }, (data) =>
        seen.events.push(...(data['events'] as Seen[])),
      );
      const chat = participant.subscribe(
        messagesAfter,
        { id: sessionId, after: seen.chat.at(-1)?.number ?? number },
        (data) => seen.chat.push(...(data['chatMessages'] as Seen[])),
      );
      return [events, chat].map(({ stop, ended }) => ({ stop, ended: ended.catch(() => undefined) }));
    };
    let posting = true;
    const accepted: string[] = [];
    const writer = (async () => {
      while (posting) {
        const [messageId, commandId] = [randomUUID(), randomUUID()];
        await eventually(
          'an answer',
          async () => (await post(admin, messageId, commandId).catch(() => null))?.__typename === 'Accepted',
          30_000,
        );
        accepted.push(messageId);
      }
    })();
    for (let round = 0; round < 2; round += 1) {
      const streams = follow();
      const goal = accepted.length + 20;
      await eventually('some pushes', () => accepted.length > goal && seen.chat.length > 0, 30_000);
      await stack.kill('api,projections,jobs', 'SIGKILL');
      await Promise.all(streams.map(({ ended }) => ended));
      await stack.start('api,projections,jobs');
    }
    posting = false;
    await writer;
    // More than one batch behind: nobody writes any more, and yet everything comes.
    const missed = Array.from({ length: 250 }, () => randomUUID());
    for (let at = 0; at < missed.length; at += 10)
      await Promise.all(missed.slice(at, at + 10).map((messageId) => post(admin, messageId)));
    const all = [...accepted, ...missed];
    const streams = follow();
    await eventually('all messages', () => seen.chat.length >= all.length, 20_000);
    const last = Number((await newest(admin))[0]?.number);
    // More may come meanwhile: that people are gone gets on the record some time after they are.
    await eventually('all events', () => Number(seen.events.at(-1)?.number) >= last, 20_000);
    for (const { stop } of streams) stop();
    const ids = seen.chat.map((one) => ('id' in one ? String(one.id) : ''));
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(ids.toSorted(), all.toSorted());
    assert.deepEqual(
      seen.events.map((one) => one.number),
      seen.events.map((_, index) => String(Number(number) + 1 + index)),
    );
  });
});

const newest = async (client: ApiClient): Promise<{ number: string }[]> =>
  (
    await client.data<{ events: { edges: { node: { number: string } }[] } }>(
      '{ events(first: 1) { edges { node { number } } } }',
    )
  ).events.edges.map(({ node }) => node);
