import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Why = {
  allowed: boolean;
  rule: string;
  ground: string | null;
  role: string | null;
  event: { type: string; number: string; objectId: string } | null;
} | null;

describe('why something is allowed', () => {
  let stack: Stack;
  let setting: Setting;
  let auditor: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    auditor = setting.people.securityAdmin;
  });
  afterAll(() => stack.stop());

  const ask = async (accountId: string, action: string, objectId?: string, number?: string): Promise<Why> => {
    const text = `query ($accountId: ID!, $action: Action!, $objectId: ID, $asOf: AsOf) {
      why(accountId: $accountId, action: $action, objectId: $objectId, asOf: $asOf) {
        allowed rule ground role event { type number objectId } } }`;
    const asOf = number === undefined ? null : { number };
    return (await auditor.data<{ why: Why }>(text, { accountId, action, objectId: objectId ?? null, asOf })).why;
  };
  const told = (why: Why) => [why?.allowed, why?.rule, why?.ground, why?.event?.type ?? null];
  const number = async (minPosition: string): Promise<string> => {
    const text = `query ($at: Position) { events(first: 1, minPosition: $at) { edges { node { number } } } }`;
    type Answer = { events: { edges: { node: { number: string } }[] } };
    return (await auditor.data<Answer>(text, { at: minPosition })).events.edges[0]?.node.number ?? assert.fail();
  };

  test('names the rule, the grant and the event that gave it', async () => {
    const { admin, owner, moderator, participant, stranger, securityAdmin } = setting.people;
    const { conferenceId, sessionId } = setting;
    const cases: [who: { accountId: string }, action: string, object: string | undefined, told: unknown[]][] = [
      [admin, 'createAccount', undefined, [true, 'ADMIN', 'ROLE', 'AdministratorAppointed']],
      [securityAdmin, 'createAccount', undefined, [false, 'ADMIN', null, null]],
      [securityAdmin, 'readEvents', undefined, [true, 'ADMINISTRATORS', 'ROLE', 'AdministratorAppointed']],
      [owner, 'editConference', conferenceId, [true, 'MODERATOR', 'MODERATES', 'ConferenceCreated']],
      [moderator, 'editConference', conferenceId, [true, 'MODERATOR', 'MODERATES', 'ModeratorAppointed']],
      [moderator, 'removeParticipant', sessionId, [true, 'MODERATOR', 'MODERATES', 'ModeratorAppointed']],
      [participant, 'removeParticipant', sessionId, [false, 'MODERATOR', null, null]],
      [participant, 'postChatMessage', sessionId, [true, 'INSIDE', 'INSIDE', 'ParticipantJoined']],
      [participant, 'readConference', conferenceId, [true, 'MAY_SEE', 'MAY_SEE', 'ConferenceMemberInvited']],
      [stranger, 'readConference', conferenceId, [false, 'MAY_SEE', null, null]],
      [stranger, 'editAccount', stranger.accountId, [true, 'SELF_OR_ADMIN', 'SELF', 'AccountCreated']],
      [stranger, 'editAccount', owner.accountId, [false, 'SELF_OR_ADMIN', null, null]],
      [stranger, 'createConference', undefined, [true, 'SIGNED_IN', 'SIGNED_IN', 'AccountCreated']],
      [stranger, 'readServerInfo', undefined, [true, 'ANYONE', 'ANYONE', null]],
    ];
    for (const [{ accountId }, action, object, expected] of cases)
      assert.deepEqual(told(await ask(accountId, action, object)), expected, action);
    assert.equal(await ask(randomUUID(), 'createConference'), null);
  });

  test('tells as of an event what was allowed then, and now what took it away', async () => {
    const { admin, owner, participant, stranger } = setting.people;
    const conference: [string, unknown] = ['ID!', setting.conferenceId];
    const appointed = await owner.accepted('appointModerator', {
      conferenceId: conference,
      accountId: ['ID!', stranger.accountId],
    });
    const then = await number(appointed);
    await owner.accepted('dismissModerator', { conferenceId: conference, accountId: ['ID!', stranger.accountId] });
    const removed = await owner.accepted('removeParticipant', {
      sessionId: ['ID!', setting.sessionId],
      participantId: ['ID!', participant.accountId],
      mayRejoin: ['Boolean!', false],
    });
    await number(removed);
    const before = await ask(stranger.accountId, 'editConference', setting.conferenceId, then);
    assert.deepEqual(told(before), [true, 'MODERATOR', 'MODERATES', 'ModeratorAppointed']);
    assert.ok(Number(before?.event?.number) <= Number(then));
    const now = await ask(stranger.accountId, 'editConference', setting.conferenceId);
    assert.deepEqual(told(now), [false, 'MODERATOR', null, 'ModeratorDismissed']);
    assert.deepEqual(told(await ask(participant.accountId, 'postChatMessage', setting.sessionId, then)), [
      ...[true, 'INSIDE', 'INSIDE', 'ParticipantJoined'],
    ]);
    const gone = told(await ask(participant.accountId, 'readSession', setting.sessionId));
    assert.deepEqual(gone.slice(0, 3), [false, 'MAY_SEE', null]);
    const off = await admin.accepted('deactivateAccount', { accountId: ['ID!', stranger.accountId] });
    await number(off);
    assert.deepEqual(told(await ask(stranger.accountId, 'createConference')), [
      ...[false, 'SIGNED_IN', null, 'AccountDeactivated'],
    ]);
    assert.equal((await ask(stranger.accountId, 'createConference', undefined, then))?.allowed, true);
    assert.equal(await ask(stranger.accountId, 'createConference', undefined, '3'), null);
  });
});
