import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { apiClient } from '../support/apiClient.ts';
import { runSql } from '../support/postgres.ts';
import { askedFor } from '../support/record.ts';
import { type Stack, startStack } from '../support/stack.ts';

const document = `mutation (
  $command: CommandInput!, $token: String!, $accountId: ID!, $login: String!, $password: String! = "long enough"
) {
  setUpServer(command: $command, token: $token, accountId: $accountId, login: $login, password: $password) {
    __typename ... on SignedIn { viewer { role account { id login } } } ... on Refusal { code }
  }
}`;

describe('a fresh server', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ media: false, administrator: false });
  });
  afterAll(() => stack.stop());

  const setUp = async (token: string, accountId: string = randomUUID(), login = 'first') => {
    const client = apiClient(stack.url);
    const { setUpServer } = await client.data<{ setUpServer: Record<string, unknown> }>(document, {
      command: { commandId: randomUUID() },
      token,
      accountId,
      login,
    });
    return { client, answer: setUpServer };
  };
  const recorded = async () =>
    (await runSql(stack.connection, `select count(*)::int n from log.events where ${askedFor}`))[0]?.['n'];

  test('is set up by nobody who does not hold the token it prints', async () => {
    const before = await recorded();
    const token = /setup\?token=([\w-]+)/.exec(stack.logs())?.[1] ?? '';
    assert.equal(token.length, 43);
    for (const wrong of ['', 'x', token.slice(1), `${token}x`, token.toLowerCase(), '\u0000', 'x'.repeat(10_000)]) {
      assert.equal((await setUp(wrong)).answer['code'], 'SETUP_LINK_INVALID');
    }
    assert.equal(await recorded(), before);
    const { serverInfo } = await apiClient(stack.url).data<{ serverInfo: { setUp: boolean } }>(
      '{ serverInfo { setUp } }',
    );
    assert.equal(serverInfo.setUp, false);
  });

  test('is set up once by who does, even where ten try at the same time', async () => {
    const token = /setup\?token=([\w-]+)/.exec(stack.logs())?.[1] ?? '';
    const tries = await Promise.all(
      Array.from({ length: 10 }, (_, index) => setUp(token, randomUUID().toUpperCase(), `first${index}`)),
    );
    const winners = tries.filter(({ answer }) => answer['__typename'] === 'SignedIn');
    assert.equal(winners.length, 1);
    for (const { answer } of tries)
      assert.ok(answer['__typename'] === 'SignedIn' || answer['code'] === 'SETUP_ALREADY_DONE', JSON.stringify(answer));
    const [{ client } = { client: apiClient(stack.url) }] = winners;
    const { viewer } = await client.data<{ viewer: { role: string } | null }>('{ viewer { role } }');
    assert.equal(viewer?.role, 'ADMIN');
    const { accounts } = await client.data<{ accounts: { totalCount: number } }>('{ accounts { totalCount } }');
    assert.equal(accounts.totalCount, 1);
    assert.equal((await setUp(token)).answer['code'], 'SETUP_ALREADY_DONE');
  });

  test('answers the command that set it up as the first time, and nobody who only knows its id', async () => {
    const fresh = await startStack({ media: false, administrator: false });
    try {
      const token = /setup\?token=([\w-]+)/.exec(fresh.logs())?.[1] ?? '';
      const command = { commandId: randomUUID() };
      const accountId = randomUUID();
      const ask = async (more: object = {}) => {
        const client = apiClient(fresh.url);
        const asked = { command, token, accountId, login: 'first', ...more };
        const { setUpServer } = await client.data<{ setUpServer: Record<string, unknown> }>(document, asked);
        return { client, answer: setUpServer };
      };
      const first = await ask();
      const events = async () =>
        (await runSql(fresh.connection, `select count(*)::int n from log.events where ${askedFor}`))[0]?.['n'];
      const before = await events();
      const again = await ask();
      assert.deepEqual(again.answer, first.answer);
      const { viewer } = await again.client.data<{ viewer: { signInId: string } | null }>('{ viewer { signInId } }');
      const { viewer: firstViewer } = await first.client.data<{ viewer: { signInId: string } | null }>(
        '{ viewer { signInId } }',
      );
      assert.equal(viewer?.signInId, firstViewer?.signInId);
      assert.equal((await ask({ token: 'guess' })).answer['code'], 'SETUP_ALREADY_DONE');
      assert.equal((await ask({ password: 'something else' })).answer['code'], 'COMMAND_ID_REUSED');
      assert.equal((await ask({ login: 'second' })).answer['code'], 'COMMAND_ID_REUSED');
      assert.equal((await ask({ command: { commandId: randomUUID() } })).answer['code'], 'SETUP_ALREADY_DONE');
      assert.equal(await events(), before);
      await again.client.accepted('setPassword', {
        accountId: ['ID!', accountId],
        password: ['String!', 'another password'],
      });
      assert.equal((await ask()).answer['code'], 'SETUP_ALREADY_DONE');
    } finally {
      await fresh.stop();
    }
  });
});
