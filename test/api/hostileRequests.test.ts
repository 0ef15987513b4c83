import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient, Args } from '../support/apiClient.ts';
import { runSql } from '../support/postgres.ts';
import { askedFor } from '../support/record.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

const nul = '\u0000';
const cursorOf = (...keys: unknown[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url');

describe('hostile requests', () => {
  let stack: Stack;
  let setting: Setting;
  let admin: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    admin = setting.people.admin;
  });
  afterAll(() => stack.stop());

  const codeOf = async (query: string, variables?: Record<string, unknown>, client = admin) =>
    (await client.query(query, variables)).errors?.[0]?.extensions?.code;
  const recorded = async () =>
    (await runSql(stack.connection, `select count(*)::int n from log.events where ${askedFor}`))[0]?.['n'];

  const post = (body: string | ReadableStream, headers: Record<string, string> = {}) =>
    fetch(`${stack.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hansard': '1', cookie: admin.cookie(), ...headers },
      body,
      ...(typeof body === 'string' ? {} : { duplex: 'half' as const }),
    });

  test('what looks dangerous but is text stays as it was written', async () => {
    const title = `<script>alert("1")</script> '; drop table log.events; -- 🙂 👩‍👩‍👧 {{7*7}} ${'ü'.repeat(50)}`;
    const conferenceId = randomUUID();
    const position = await admin.accepted(
      'createConference',
      {
        conferenceId: ['ID!', conferenceId],
        kind: ['ConferenceKind!', 'AD_HOC'],
        title: ['String!', title],
        description: ['String', `two\nlines\t${title}`],
      },
      { reason: title },
    );
    const { conference } = await admin.data<{ conference: { title: string; description: string } }>(
      'query ($id: ID!, $at: Position) { conference(id: $id, minPosition: $at) { title description } }',
      { id: conferenceId, at: position },
    );
    assert.deepEqual(conference, { title, description: `two\nlines\t${title}` });
    const { events } = await admin.data<{ events: { edges: { node: { reason: string } }[] } }>(
      `query ($id: ID!, $at: Position) {
        events(filter: { objectId: $id, search: "drop table" }, minPosition: $at) { edges { node { reason } } }
      }`,
      { id: conferenceId, at: position },
    );
    assert.equal(events.edges[0]?.node.reason, title);
  });

  test('an id in capitals names the same thing, an unknown one nothing', async () => {
    const { stranger, participant } = setting.people;
    const invite = (accountId: string, conferenceId = setting.conferenceId): Args => ({
      conferenceId: ['ID!', conferenceId],
      accountId: ['ID!', accountId],
    });
    const again = invite(participant.accountId.toUpperCase(), setting.conferenceId.toUpperCase());
    const before = await recorded();
    await admin.accepted('inviteMember', again); // Is a member already: nothing to record.
    assert.equal(await recorded(), before);
    const codes = await Promise.all([
      admin.command('inviteMember', invite(randomUUID())),
      admin.command('inviteMember', invite(stranger.accountId, randomUUID())),
      admin.command('deleteAccount', { accountId: ['ID!', randomUUID()] }),
      admin.command('endSession', { sessionId: ['ID!', randomUUID()] }),
      admin.command('endSignIn', { signInId: ['ID!', randomUUID()] }),
    ]);
    assert.deepEqual(
      codes.map(({ code }) => code),
      ['ACCOUNT_NOT_FOUND', 'CONFERENCE_NOT_FOUND', 'ACCOUNT_NOT_FOUND', 'SESSION_NOT_FOUND', 'SIGN_IN_NOT_FOUND'],
    );
    assert.equal((await admin.join(randomUUID()))['code'], 'CONFERENCE_NOT_FOUND');
    for (const id of [randomUUID(), 'x', nul, 'a'.repeat(10_000)]) {
      const found = await admin.data(
        `query ($id: ID!) {
          account(id: $id) { id } conference(id: $id) { id } session(id: $id) { id } node(id: $id) { id }
          stateOf(objectType: "account", objectId: $id) { revision }
        }`,
        { id },
      );
      assert.ok(
        Object.values(found).every((value) => value === null),
        id.slice(0, 40),
      );
    }
    const { stateOf } = await admin.data<{ stateOf: { revision: number } | null }>(
      'query ($id: ID!) { stateOf(objectType: "account", objectId: $id) { revision } }',
      { id: stranger.accountId.toUpperCase() },
    );
    assert.ok(stateOf);
  });

  test('what was never there cannot be expected: nothing is recorded, no name is taken', async () => {
    const before = await recorded();
    const [login, cid] = [`l-${randomUUID()}`, `c-${randomUUID()}`];
    const account = (accountId: string): Args => ({
      accountId: ['ID!', accountId],
      login: ['String!', login],
      password: ['String!', 'long enough'],
      profile: ['ProfileInput!', {}],
    });
    const conference = (conferenceId: string): Args => ({
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'AD_HOC'],
      title: ['String!', 'X'],
      cid: ['String', cid],
    });
    const impossible = { expectedRevision: 7 };
    const answers = [
      await admin.command('createAccount', account(randomUUID()), impossible),
      await admin.command('createAccount', account(setting.people.stranger.accountId)),
      await admin.command('createConference', conference(randomUUID()), impossible),
      await admin.command('createConference', conference(setting.conferenceId)),
      await admin.command(
        'reassignConferenceId',
        { conferenceId: ['ID!', setting.conferenceId], cid: ['String!', cid] },
        { expectedRevision: 9_999 },
      ),
    ];
    assert.deepEqual(
      answers.map(({ code }) => code),
      ['COMMAND_CONFLICT', 'ACCOUNT_EXISTS', 'COMMAND_CONFLICT', 'CONFERENCE_EXISTS', 'COMMAND_CONFLICT'],
    );
    assert.equal(await recorded(), before);
    await admin.accepted('createAccount', account(randomUUID()));
    await admin.accepted('createConference', conference(randomUUID()));
  });

  test('cursors that are damaged or belong elsewhere are refused as such', async () => {
    const lists = ['accounts', 'conferences', 'myConferences', 'events', 'sessions'];
    const { accounts } = await admin.data<{ accounts: { edges: { cursor: string }[] } }>(
      '{ accounts { edges { cursor } } }',
    );
    const foreign = accounts.edges[0]?.cursor ?? '';
    const damaged = ['', 'x', '%%%', nul, foreign.slice(3), cursorOf(), cursorOf('accounts'), 'a'.repeat(20_000)];
    for (const list of lists) {
      const wrong = [...damaged, cursorOf(list, {}, []), cursorOf(list, 'NaN', 'x'), cursorOf(list, nul, nul)];
      if (list !== 'accounts') wrong.push(foreign);
      for (const one of list === 'events'
        ? [...wrong, cursorOf('events', '9'.repeat(30)), cursorOf('events', 'x')]
        : wrong) {
        const code = await codeOf(`query ($after: String) { ${list}(after: $after) { totalCount } }`, { after: one });
        assert.equal(code, 'BAD_CURSOR', `${list} ${one.slice(0, 60)}`);
      }
    }
  });

  test('absurd sizes, texts and times are bounded or refused by name', async () => {
    const { edges } = (
      await admin.data<{ events: { edges: unknown[] } }>('{ events(first: 2000000000) { edges { cursor } } }')
    ).events;
    assert.ok(edges.length > 0 && edges.length <= 200);
    for (const first of [-5, 0]) {
      const found = await admin.data<{ people: unknown[] }>(
        'query ($first: Int) { people(search: "", first: $first) { id } }',
        { first },
      );
      assert.equal(found.people.length, 1);
    }
    const texts = `query ($text: String!, $id: ID!) {
      people(search: $text) { id } accounts(search: $text) { totalCount } conferences(search: $text) { totalCount }
      conferencePage(cid: $text) { id } history(objectType: $text, objectId: $id) { totalCount }
    }`;
    const filters = `query ($text: String!, $id: ID!) {
      events(filter: { search: $text, types: [$text], objectTypes: [$text], actorId: $id, objectId: $id }) {
        totalCount
      }
    }`;
    for (const text of [nul, `a${nul}b`]) assert.equal(await codeOf(texts, { text, id: text }), 'INPUT_INVALID');
    for (const text of ['\ud800', '%', '\\', "'", '(((', 'x'.repeat(50_000)])
      assert.equal(await codeOf(texts, { text, id: text }), undefined, text.slice(0, 20));
    for (const text of ['%', '\\', "'", '((('])
      assert.equal(await codeOf(filters, { text, id: text }), undefined, text.slice(0, 20));
    for (const text of [nul, '\ud800', 'x'.repeat(50_000)])
      assert.equal(await codeOf(filters, { text, id: text }), 'INPUT_INVALID', text.slice(0, 20));
    const between = `query ($from: DateTime, $to: DateTime) { events(filter: { from: $from, to: $to }) { totalCount } }`;
    const reversed = { from: '2030-01-01T00:00:00Z', to: '2020-01-01T00:00:00Z' };
    assert.equal(await codeOf(between, reversed), 'INPUT_INVALID');
    for (const from of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
      assert.equal(await codeOf(between, { from }), undefined);
    for (const from of ['yesterday', '2026-13-45T99:00:00Z', 1e18, nul, '2026-01-01'])
      assert.ok((await admin.query(between, { from })).errors?.length);
    for (const minPosition of ['x', '9'.repeat(19)])
      assert.equal(
        await codeOf('query ($at: Position) { accounts(minPosition: $at) { totalCount } }', { at: minPosition }),
        'READ_MODEL_BEHIND',
      );
    for (const after of ['-1', 'x', '9'.repeat(40)]) {
      const { errors } = await admin.query(
        'query ($id: ID!, $after: EventNumber) { chatMessages(sessionId: $id, after: $after) { id } }',
        { id: setting.sessionId, after },
      );
      assert.ok(errors?.length);
    }
  });

  test('bombs are refused before they go off', async () => {
    const aliases = Array.from({ length: 50 }, (_, index) => `a${index}: serverInfo { version }`).join(' ');
    const signIns = Array.from(
      { length: 20 },
      (_, index) =>
        `s${index}: signIn(command: { commandId: "${randomUUID()}" }, login: "a", password: "b") { __typename }`,
    ).join(' ');
    const circle = `query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }`;
    const wide = `{ ${Array.from(
      { length: 12 },
      (_, i) => `c${i}: conferences(first: 200) { edges { node { members { id }
      moderators { id } running { participants { legs { id } } } } } }`,
    ).join(' ')} }`;
    const nested = `{ ${'conferences { edges { node { owner { '.repeat(8)} id ${'} } } }'.repeat(8)} }`;
    const tokens = `{ serverInfo { ${'version '.repeat(3_000)} } }`;
    const lists = `{ a: events(filter: { types: [${'"a" '.repeat(3_000)}] }) { totalCount } }`;
    for (const bomb of [`{ ${aliases} }`, `mutation { ${signIns} }`, circle, wide, nested, tokens, lists]) {
      const { data, errors } = await admin.query(bomb);
      assert.ok(errors?.length && !data, bomb.slice(0, 80));
      assert.notEqual(errors[0]?.extensions?.code, 'INTERNAL');
    }
    assert.equal(
      (await post(JSON.stringify({ query: `{ serverInfo { version } } # ${'x'.repeat(300_000)}` }))).status,
      413,
    );
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(64_000))),
    });
    const answer = await post(endless).catch(() => null); // Cut off while it was still sending, or answered.
    assert.ok(answer === null || answer.status === 411);
  });

  test('only single POSTs of JSON are taken', async () => {
    const asked = JSON.stringify({ query: '{ serverInfo { version } }' });
    assert.equal((await post(asked)).status, 200);
    assert.notEqual((await post(`[${asked},${asked}]`)).status, 200);
    for (const body of [
      '',
      '{',
      'null',
      '5',
      '"x"',
      '{"query":5}',
      '{"query":null}',
      '{"query":"{"}',
      `{"query":"${'{'.repeat(500)}"}`,
    ]) {
      const response = await post(body);
      assert.ok(response.status >= 400 || ((await response.json()) as { errors?: unknown[] }).errors?.length, body);
      assert.ok(response.status < 500, body);
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'image/png',
    ])
      assert.ok([400, 415].includes((await post(asked, { 'content-type': type })).status), type);
    const query = encodeURIComponent('{ serverInfo { version } }');
    for (const path of ['/graphql', '/graphql/stream'])
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        const { status } = await fetch(`${stack.url}${path}?query=${query}`, {
          method,
          headers: { 'x-hansard': '1', accept: 'application/json, text/event-stream' },
        });
        assert.ok(status >= 400 && status < 500, `${method} ${path}: ${status}`);
      }
    const bare = await fetch(`${stack.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: asked,
    });
    assert.equal(bare.status, 403);
    for (const cookie of [
      'hansard_session=x',
      `hansard_session=${'x'.repeat(4_000)}`,
      'hansard_session=%00',
      'a=b; =; ;;',
    ])
      assert.equal((await post(asked, { cookie })).status, 200);
  });

  test('and after all that the server is whole', async () => {
    const { summary } = await admin.data<{ summary: { projections: { name: string; haltedAt: string | null }[] } }>(
      '{ summary { projections { name haltedAt } } }',
    );
    assert.deepEqual(
      summary.projections.filter(({ haltedAt }) => haltedAt !== null),
      [],
    );
    assert.doesNotMatch(stack.logs(), /request failed|projection (halted|interrupted)/);
  });
});
