import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ApiClient, type Args, apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';

const signInAnswer = async (client: ApiClient, login: string, password: string, commandId: string = randomUUID()) => {
  const { signIn } = await client.data<{ signIn: { __typename: string; code?: string; details?: object } }>(
    `mutation ($c: CommandInput!, $l: String!, $p: String!) {
      signIn(command: $c, login: $l, password: $p) { __typename ... on Refusal { code details } }
    }`,
    { c: { commandId }, l: login, p: password },
  );
  return signIn;
};

const newAccount = (login: string, accountId: string = randomUUID()): Args => ({
  accountId: ['ID!', accountId],
  login: ['String!', login],
  password: ['String!', 'a long password'],
  profile: ['ProfileInput!', {}],
});

const viewerOf = async (client: ApiClient) =>
  (await client.data<{ viewer: { account: { login: string } } | null }>('{ viewer { account { login } } }')).viewer;

describe('accounts over the API', () => {
  let stack: Stack;
  let root: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    root = await stack.client();
  });
  afterAll(() => stack.stop());

  test('a server that has an administrator is not set up again, and a wrong link never works', async () => {
    const text = `mutation ($c: CommandInput!, $t: String!, $a: ID!) {
      setUpServer(command: $c, token: $t, accountId: $a, login: "evil", password: "long enough") {
        __typename ... on Refusal { code }
      }
    }`;
    const { setUpServer } = await apiClient(stack.url).data<{ setUpServer: { code: string } }>(text, {
      c: { commandId: randomUUID() },
      t: 'guess',
      a: randomUUID(),
    });
    assert.equal(setUpServer.code, 'SETUP_ALREADY_DONE');
  });

  test('a wrong password and an unknown login are refused alike', async () => {
    const client = apiClient(stack.url);
    assert.equal((await signInAnswer(client, admin.login, 'wrong')).code, 'SIGN_IN_FAILED');
    assert.equal((await signInAnswer(client, 'nobody', 'wrong')).code, 'SIGN_IN_FAILED');
  });

  test('parallel guesses are all counted, and the lock does not spare the right password', async () => {
    await accountIn(stack, root, 'guessed');
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => signInAnswer(apiClient(stack.url), 'guessed', 'wrong')),
    );
    const codes = guesses.map(({ code }) => code);
    assert.equal(codes.filter((code) => code === 'SIGN_IN_FAILED').length, 10);
    assert.equal(codes.filter((code) => code === 'SIGN_IN_TOO_MANY_ATTEMPTS').length, 30);
    const right = await signInAnswer(apiClient(stack.url), 'guessed', 'password of guessed');
    assert.equal(right.code, 'SIGN_IN_TOO_MANY_ATTEMPTS');
    assert.ok(Number((right.details as { retryAfterSeconds: number }).retryAfterSeconds) > 0);
  });

  test('of fifty who want one login exactly one gets it, and the others leave nothing behind', async () => {
    const ids = Array.from({ length: 50 }, () => randomUUID());
    const answers = await Promise.all(ids.map((id) => root.command('createAccount', newAccount('contested', id))));
    const winners = answers.filter(({ __typename }) => __typename === 'Accepted');
    assert.equal(winners.length, 1);
    assert.deepEqual(new Set(answers.flatMap(({ code }) => (code ? [code] : []))), new Set(['ACCOUNT_LOGIN_TAKEN']));
    const { accounts } = await root.data<{ accounts: { totalCount: number } }>(
      'query ($at: Position) { accounts(search: "contested", minPosition: $at) { totalCount } }',
      { at: winners[0]?.position },
    );
    assert.equal(accounts.totalCount, 1);
  });

  test('a command sent again answers as the first time, and its id serves nothing else', async () => {
    const commandId = randomUUID();
    const args = newAccount('repeated');
    const first = await root.command('createAccount', args, { commandId });
    assert.deepEqual(await root.command('createAccount', args, { commandId }), first);
    const other = await root.command(
      'createAccount',
      { ...args, profile: ['ProfileInput!', { company: 'X' }] },
      { commandId },
    );
    assert.equal(other.code, 'COMMAND_ID_REUSED');
    const { accountId } = args;
    const stranger = await root.command(
      'editAccount',
      { accountId: accountId as [string, unknown], profile: ['ProfileInput!', { company: 'Y' }] },
      { commandId },
    );
    assert.equal(stranger.code, 'COMMAND_ID_REUSED');
  });

  test('an edit of what somebody else has changed conflicts', async () => {
    const { accountId } = await accountIn(stack, root, 'edited');
    const edit = (company: string, expectedRevision: number) =>
      root.command(
        'editAccount',
        { accountId: ['ID!', accountId], profile: ['ProfileInput!', { company }] },
        { expectedRevision },
      );
    assert.equal((await edit('One', 1)).__typename, 'Accepted');
    const late = await edit('Two', 1);
    assert.equal(late.code, 'COMMAND_CONFLICT');
    assert.deepEqual(late.details, { revision: 2 });
  });

  test('a dry run says what would be recorded, and records nothing', async () => {
    const args = newAccount('dry');
    const answer = await root.command('createAccount', args, { dryRun: true });
    assert.deepEqual(
      answer.events?.map(({ type }) => type),
      ['AccountCreated', 'AccountPasswordSet'],
    );
    assert.equal((await root.command('createAccount', args)).__typename, 'Accepted');
  });

  test('deactivating signs every device out; activating lets the person in again', async () => {
    const person = await accountIn(stack, root, 'switched');
    assert.equal((await viewerOf(person))?.account.login, 'switched');
    await root.accepted('deactivateAccount', { accountId: ['ID!', person.accountId] });
    assert.equal(await viewerOf(person), null);
    const refused = await signInAnswer(apiClient(stack.url), 'switched', 'password of switched');
    assert.equal(refused.code, 'SIGN_IN_ACCOUNT_INACTIVE');
    await root.accepted('activateAccount', { accountId: ['ID!', person.accountId] });
    assert.equal((await signInAnswer(apiClient(stack.url), 'switched', 'password of switched')).__typename, 'SignedIn');
  });

  test('a new password signs the other devices out and keeps this one', async () => {
    const here = await accountIn(stack, root, 'changed');
    const there = await stack.client('changed', 'password of changed');
    await here.accepted('setPassword', {
      accountId: ['ID!', here.accountId],
      password: ['String!', 'another password'],
    });
    await eventually('the other device to be out', async () => (await viewerOf(there)) === null);
    assert.equal((await viewerOf(here))?.account.login, 'changed');
    assert.equal((await signInAnswer(apiClient(stack.url), 'changed', 'password of changed')).code, 'SIGN_IN_FAILED');
    assert.equal((await signInAnswer(apiClient(stack.url), 'changed', 'another password')).__typename, 'SignedIn');
  });

  test('disconnecting devices ends subscriptions within a second', async () => {
    const person = await accountIn(stack, root, 'cut');
    const subscription = person.subscribe('subscription { conferencesChanged }', {}, () => undefined);
    const begun = performance.now();
    await root.accepted('disconnectDevices', { accountId: ['ID!', person.accountId] });
    await subscription.ended;
    assert.ok(performance.now() - begun < 5_000);
    assert.equal(await viewerOf(person), null);
  });

  test('the last administrator stays, and an administrator is dismissed before being deleted', async () => {
    const { viewer } = await root.data<{ viewer: { account: { id: string } } }>('{ viewer { account { id } } }');
    const me: Args = { accountId: ['ID!', viewer.account.id] };
    assert.equal((await root.command('dismissAdministrator', me)).code, 'ACCOUNT_LAST_ADMINISTRATOR');
    assert.equal((await root.command('deleteAccount', me)).code, 'ACCOUNT_IS_ADMINISTRATOR');
  });

  test('a deleted account is gone, and its login stays blocked', async () => {
    const person = await accountIn(stack, root, 'leaver');
    const position = await root.accepted('deleteAccount', { accountId: ['ID!', person.accountId] });
    const { account } = await root.data<{ account: unknown }>(
      'query ($id: ID!, $at: Position) { account(id: $id, minPosition: $at) { id } }',
      { id: person.accountId, at: position },
    );
    assert.equal(account, null);
    assert.equal((await root.command('createAccount', newAccount('leaver'))).code, 'ACCOUNT_LOGIN_TAKEN');
    assert.equal((await signInAnswer(apiClient(stack.url), 'leaver', 'password of leaver')).code, 'SIGN_IN_FAILED');
  });

  test('the session cookie is out of reach of scripts, and comes back over the plain HTTP of this machine', async () => {
    const cookieOver = async (headers: Record<string, string>): Promise<string> => {
      const response = await fetch(`${stack.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hansard': '1', ...headers },
        body: JSON.stringify({
          query: `mutation ($c: CommandInput!, $l: String!, $p: String!) {
            signIn(command: $c, login: $l, password: $p) { __typename }
          }`,
          variables: { c: { commandId: randomUUID() }, l: admin.login, p: admin.password },
        }),
      });
      return response.headers.get('set-cookie') ?? '';
    };
    const plain = await cookieOver({});
    assert.match(plain, /^hansard_session=[\w-]{43}; .*HttpOnly; SameSite=Lax$/);
    // A stranger's word on how the browser came is not believed.
    assert.doesNotMatch(await cookieOver({ 'x-forwarded-proto': 'https' }), /Secure/);
  });

  test('requests without our header, which other sites cannot send, are refused', async () => {
    const response = await fetch(`${stack.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: root.cookie() },
      body: JSON.stringify({ query: '{ viewer { signInId } }' }),
    });
    assert.equal(response.status, 403);
  });

  test('a sign-out sent again answers as the first time, and its cookie is good for nothing else', async () => {
    const client = await accountIn(stack, root, 'leaving');
    const cookie = client.cookie();
    /** As a browser does that never saw the first answer, and so still has its cookie. */
    const send = async (query: string, commandId: string) => {
      const response = await fetch(`${stack.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hansard': '1', cookie },
        body: JSON.stringify({ query, variables: { command: { commandId } } }),
      });
      return ((await response.json()) as { data: { answer: Record<string, unknown> | null } }).data.answer;
    };
    const signOut = `mutation ($command: CommandInput!) {
      answer: signOut(command: $command) { __typename ... on Accepted { commandId position } ... on Refusal { code } }
    }`;
    const commandId = randomUUID();
    const first = await send(signOut, commandId);
    assert.equal(first?.['__typename'], 'Accepted');
    const standing = "select position from read.checkpoint where name = 'processes'";
    await eventually('the processes to have heard of it', async () => {
      const [row] = await runSql(stack.connection, standing);
      return String(row?.['position']) >= String(first['position']);
    });
    assert.deepEqual(await send(signOut, commandId), first);
    assert.equal((await send(signOut, randomUUID()))?.['code'], 'ACCESS_SIGN_IN_REQUIRED');
    assert.equal(await send('{ answer: viewer { signInId } }', commandId), null);
  });
});
