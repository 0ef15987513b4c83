import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

type Told = { type: string; stream: string; data: { previousStatus: number; status: number } };
const history = `query ($id: ID!) {
  history(objectType: "account", objectId: $id, first: 200) { edges { node { type stream data } } }
}`;

describe('the live status of accounts', () => {
  let stack: Stack;
  let root: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    root = await stack.client();
  });
  afterAll(() => stack.stop());

  /** The changes of status in the account's history: from, to. */
  const changesOf = async (id: string): Promise<[number, number][]> => {
    const answer = await root.data<{ history: { edges: { node: Told }[] } }>(history, { id });
    return answer.history.edges
      .map(({ node }) => node)
      .filter(({ type }) => type === 'AccountStatusSettled')
      .map(({ stream, data }) => {
        assert.equal(stream, `accountStatus-${id}`);
        return [data.previousStatus, data.status];
      });
  };

  test('is on the record with the codes of the catalogue once it has lasted', { timeout: 120_000 }, async () => {
    const [online, owner, guest] = [
      await accountIn(stack, root, 'online'),
      await accountIn(stack, root, 'owner'),
      await accountIn(stack, root, 'guest'),
    ];
    await online.data('{ viewer { signInId } }');
    const inactive = randomUUID();
    await root.accepted('createAccount', {
      accountId: ['ID!', inactive],
      login: ['String!', 'inactive'],
      password: ['String!', 'long enough'],
      profile: ['ProfileInput!', {}],
    });
    await root.accepted('deactivateAccount', { accountId: ['ID!', inactive] });
    const conferenceId = randomUUID();
    await owner.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'AD_HOC'],
      title: ['String!', 'Status'],
    });
    assert.equal((await owner.join(conferenceId))['__typename'], 'JoinTicket');
    assert.equal((await guest.join(conferenceId))['__typename'], 'JoinTicket');
    // Nothing has lasted for ten seconds yet.
    assert.deepEqual(await changesOf(online.accountId), []);

    const settled = (id: string, status: number) =>
      eventually(`status ${status}`, async () => (await changesOf(id)).at(-1)?.[1] === status, 40_000);
    await Promise.all([
      settled(online.accountId, 1),
      settled(owner.accountId, 5),
      settled(guest.accountId, 2),
      settled(inactive, -2),
    ]);
    assert.deepEqual(await changesOf(inactive), [[0, -2]]);
    assert.deepEqual(await changesOf(online.accountId), [[0, 1]]);

    await root.accepted('deactivateAccount', { accountId: ['ID!', online.accountId] });
    await settled(online.accountId, -2);
    assert.deepEqual(await changesOf(online.accountId), [
      [0, 1],
      [1, -2],
    ]);
  });
});
