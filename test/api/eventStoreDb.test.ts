// The server as it really runs, with its log in EventStoreDB.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { RawClient } from '../media/rawClient.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { recordOf } from '../support/record.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

type Node = { type: string; number: string; stream: string; actorName: string };
type History = { events: { edges: { node: Node }[] } };

describe('with its log in EventStoreDB, the server', () => {
  let stack: Stack;
  let admin: ApiClient;
  let ada: ApiClient & { accountId: string };
  let conferenceId: string;
  let sessionId: string;
  let media: RawClient;

  beforeAll(async () => {
    stack = await startStack({ eventStoreDb: true });
    admin = await stack.client();
  });
  afterAll(async () => {
    media.close();
    await stack.stop();
  });

  test('signs in, makes accounts and conferences, and lets people in', async () => {
    ada = await accountIn(stack, admin, 'ada');
    conferenceId = randomUUID();
    await ada.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Analytical engine'],
      cid: ['String', 'engine'],
      joinWithoutInvitation: ['Boolean', true],
    });
    const taken = await admin.command('createConference', {
      conferenceId: ['ID!', randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Another'],
      cid: ['String', 'engine'],
    });
    assert.equal(taken.code, 'CONFERENCE_CID_TAKEN');
    const joined = await ada.join(conferenceId);
    assert.equal(joined['__typename'], 'JoinTicket');
    sessionId = String(joined['sessionId']);
    // The media process follows the same log: it knows the session, and reports the leg.
    media = await RawClient.open(Number(new URL(stack.url).port));
    await media.request('hello', { ticket: String(joined['ticket']) });
    await eventually('the leg on the record', async () =>
      (await recordOf(stack)).some(({ type, data }) => type === 'LegConnected' && data['legId'] === joined['legId']),
    );
  });

  test('lets them chat, and reads back what was said', async () => {
    const texts = ['One', 'Two', 'Three'];
    let position = '';
    for (const text of texts) {
      position = await ada.accepted('postChatMessage', {
        sessionId: ['ID!', sessionId],
        messageId: ['ID!', randomUUID()],
        text: ['String!', text],
      });
    }
    const said = await eventually('the messages', async () => {
      const { chatMessages } = await ada.data<{ chatMessages: { text: string }[] }>(
        'query ($id: ID!) { chatMessages(sessionId: $id) { text } }',
        { id: sessionId },
      );
      return chatMessages.length === texts.length ? chatMessages.map(({ text }) => text) : null;
    });
    assert.deepEqual(said, texts);
    const { events } = await admin.data<History>(
      'query ($at: Position) { events(first: 100, minPosition: $at) { edges { node { type number } } } }',
      { at: position },
    );
    const numbers = events.edges.map(({ node }) => Number(node.number));
    // The number of an event is its place in the record, whatever the store counts by.
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => (numbers[0] ?? 0) - index),
    );
    const types = new Set(events.edges.map(({ node }) => node.type));
    for (const type of ['AccountCreated', 'ConferenceCreated', 'ParticipantJoined', 'ChatMessagePosted']) {
      assert.ok(types.has(type), `${type} is not among ${[...types].join(' ')}`);
    }
  });

  test('keeps nothing of the log in PostgreSQL', async () => {
    const [row] = await runSql(stack.connection, `select to_regclass('log.events') is null as "none"`);
    assert.equal(row?.['none'], true);
    assert.ok((await recordOf(stack)).length > 10);
  });

  test('lists the record on the terminal', async () => {
    const { connection, dataDir, eventStoreDb } = stack;
    const env = {
      ...process.env,
      DATABASE_URL: `postgresql://${connection.user}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}`,
      ESDB_URL: eventStoreDb?.url(),
    };
    const list = (...args: string[]) =>
      promisify(execFile)(process.execPath, [main, 'events', '--data', dataDir, ...args], { env, timeout: 30_000 });
    const { stdout, stderr } = await list('--limit', '1000');
    const lines = stdout.trim().split('\n');
    assert.equal(stderr, '');
    const two = await list('--limit', '2');
    assert.deepEqual(two.stdout.trim().split('\n'), lines.slice(0, 2));
    const [, after = ''] = /^There are more: --after (\S+) goes on/.exec(two.stderr) ?? [];
    assert.equal((await list('--limit', '1', '--after', after)).stdout.trim(), lines[2]);
    assert.ok(lines.length >= 20, stdout);
    assert.match(stdout, / ChatMessagePosted channel-[\w-]+@\d+ by ada /);
  });

  test('names its store to who watches it', async () => {
    const { summary } = await admin.data<{ summary: { services: { name: string; detail: string }[] } }>(
      '{ summary { services { name detail } } }',
    );
    assert.equal(summary.services.find(({ name }) => name === 'event_store')?.detail, 'EventStoreDB');
    const figures = () => fetch(`${stack.url}/metrics`).then((answer) => answer.text());
    assert.match(await figures(), /^hansard_event_store_up\{store="EventStoreDB"\} 1$/m);
    await stack.eventStoreDb?.kill();
    const unready = await fetch(`${stack.url}/readyz`);
    assert.equal(unready.status, 503);
    assert.match(await unready.text(), /EventStoreDB\) does not answer/);
    assert.match(await figures(), /^hansard_event_store_up\{store="EventStoreDB"\} 0$/m);
    const { errors } = await ada.query(
      `mutation ($command: CommandInput!, $id: ID!) {
        endSession(command: $command, sessionId: $id) { __typename }
      }`,
      { command: { commandId: randomUUID() }, id: sessionId },
    );
    assert.equal(errors?.[0]?.extensions?.code, 'EVENT_STORE_UNAVAILABLE');
    await stack.eventStoreDb?.start();
    await eventually('readiness', async () => (await fetch(`${stack.url}/readyz`)).status === 200, 20_000);
  });
});
