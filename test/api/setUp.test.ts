import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { apiClient } from '../support/apiClient.ts';
import { runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';

const document = `mutation ($command: CommandInput!, $token: String!, $accountId: ID!, $login: String!) {
  setUpServer(command: $command, token: $token, accountId: $accountId, login: $login, password: "long enough") {
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
  const recorded = async () => (await runSql(stack.connection, 'select count(*)::int n from log.events'))[0]?.['n'];

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
});
