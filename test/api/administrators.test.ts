// Administrators of both roles: appointed, changed, dismissed, and never the last one gone.
import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

describe('administrators', () => {
  let stack: Stack;
  let root: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    root = await stack.client();
  });
  afterAll(() => stack.stop());

  const appoint = (by: ApiClient, accountId: string, role: string) =>
    by.command('appointAdministrator', { accountId: ['ID!', accountId], role: ['AdministratorRole!', role] });
  const dismiss = (by: ApiClient, accountId: string) =>
    by.command('dismissAdministrator', { accountId: ['ID!', accountId] });
  const listed = async (by: ApiClient, at?: string | null) => {
    const { administrators } = await by.data<{ administrators: { id: string; login: string; role: string }[] }>(
      'query ($at: Position) { administrators(minPosition: $at) { id login role } }',
      { at },
    );
    return administrators;
  };

  test('are listed with their role, as soon as it is given, changed or taken', async () => {
    const { accountId } = await accountIn(stack, root, 'anna');
    const roleOf = async (at: string | null | undefined) =>
      (await listed(root, at)).find(({ login }) => login === 'anna')?.role ?? null;
    assert.equal(await roleOf((await appoint(root, accountId, 'SECURITY_ADMIN')).position), 'SECURITY_ADMIN');
    assert.equal(await roleOf((await appoint(root, accountId, 'ADMIN')).position), 'ADMIN');
    assert.equal(await roleOf((await dismiss(root, accountId)).position), null);
  });

  test('lose their rights with the request after the one that took them', async () => {
    const second = await accountIn(stack, root, 'boris');
    const { position } = await appoint(root, second.accountId, 'ADMIN');
    assert.ok((await listed(second, position)).length >= 2);
    await appoint(root, second.accountId, 'SECURITY_ADMIN');
    const { errors } = await second.query('{ administrators { id } }');
    assert.equal(errors?.[0]?.extensions?.code, 'ACCESS_DENIED');
    assert.ok((await second.query('{ events { totalCount } }')).data);
    await dismiss(root, second.accountId);
    assert.equal((await second.query('{ events { totalCount } }')).errors?.[0]?.extensions?.code, 'ACCESS_DENIED');
  });

  test('never all go, whoever dismisses or demotes whom at the same moment', async () => {
    const others: (ApiClient & { accountId: string })[] = [];
    for (const login of ['first', 'second', 'third']) {
      others.push(await accountIn(stack, root, login));
    }
    const { viewer } = await root.data<{ viewer: { account: { id: string } } }>('{ viewer { account { id } } }');
    for (let round = 0; round < 5; round += 1) {
      for (const { accountId } of others) await appoint(root, accountId, 'ADMIN');
      const everybody = [...others, { ...root, accountId: viewer.account.id }];
      // Each takes the role of each, herself included: sixteen requests for four administrators.
      const asked = everybody.flatMap((by) =>
        everybody.map(({ accountId }, index) =>
          index % 2 === 0 ? dismiss(by, accountId) : appoint(by, accountId, 'SECURITY_ADMIN'),
        ),
      );
      const answers = await Promise.all(asked);
      const codes = new Set(answers.map(({ __typename, code }) => code ?? __typename));
      for (const code of codes) {
        assert.ok(['Accepted', 'ACCOUNT_LAST_ADMINISTRATOR', 'ACCESS_DENIED'].includes(code), code);
      }
      const rights = await Promise.all(
        everybody.map(async (one) => ({ one, answer: await one.query('{ administrators { id role } }') })),
      );
      const left = rights.filter(({ answer }) => answer.data !== null);
      assert.equal(left.length, 1, JSON.stringify(rights.map(({ answer }) => answer)));
      // Whoever is left gives the role back to the first, for the next round.
      await appoint(left[0]?.one ?? root, viewer.account.id, 'ADMIN');
    }
  });
});
