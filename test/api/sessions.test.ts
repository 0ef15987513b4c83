import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient, Args } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Roster = {
  session: {
    endedAt: string | null;
    participants: { id: string; state: string; role: string; muted: string[] }[];
  } | null;
};
const roster = `query ($id: ID!, $at: Position) {
  session(id: $id, minPosition: $at) { endedAt participants { id state role muted } }
}`;

const conferenceArgs = (conferenceId: string, more: Args = {}): Args => ({
  conferenceId: ['ID!', conferenceId],
  kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
  title: ['String!', 'Room'],
  ...more,
});

describe('sessions over the API', () => {
  let stack: Stack;
  let setting: Setting;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
  });
  afterAll(() => stack.stop());

  const inSession = (who: { accountId: string }): Args => ({
    sessionId: ['ID!', setting.sessionId],
    participantId: ['ID!', who.accountId],
  });

  test('fifty who want one conference ID: exactly one gets it', async () => {
    const { owner } = setting.people;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        owner.command('createConference', conferenceArgs(randomUUID(), { cid: ['String', 'Contested'] })),
      ),
    );
    assert.equal(answers.filter(({ __typename }) => __typename === 'Accepted').length, 1);
    assert.ok(answers.every(({ code }) => code === undefined || code === 'CONFERENCE_CID_TAKEN'));
  });

  test('an ID that was given up can be taken by another conference', async () => {
    const { owner } = setting.people;
    const [first, second] = [randomUUID(), randomUUID()];
    await owner.accepted('createConference', conferenceArgs(first, { cid: ['String', 'moving'] }));
    await owner.accepted('reassignConferenceId', { conferenceId: ['ID!', first], cid: ['String!', 'moved'] });
    await owner.accepted('createConference', conferenceArgs(second, { cid: ['String', 'moving'] }));
  });

  test('two moderators who start at once meet in one session', async () => {
    const { owner, moderator } = setting.people;
    const conferenceId = randomUUID();
    await owner.accepted('createConference', conferenceArgs(conferenceId));
    await owner.accepted('appointModerator', {
      conferenceId: ['ID!', conferenceId],
      accountId: ['ID!', moderator.accountId],
    });
    const tickets = await Promise.all([
      owner.join(conferenceId),
      moderator.join(conferenceId),
      owner.join(conferenceId),
    ]);
    assert.deepEqual(
      tickets.map(({ __typename }) => __typename),
      ['JoinTicket', 'JoinTicket', 'JoinTicket'],
    );
    assert.equal(new Set(tickets.map(({ sessionId }) => sessionId)).size, 1);
  });

  test('nobody but a moderator starts a conference, and nobody uninvited comes in', async () => {
    const { owner, participant, stranger } = setting.people;
    const conferenceId = randomUUID();
    await owner.accepted('createConference', conferenceArgs(conferenceId));
    assert.equal((await participant.join(conferenceId))['code'], 'SESSION_NOT_STARTED');
    assert.equal((await stranger.join(setting.conferenceId))['code'], 'SESSION_NOT_INVITED');
    await owner.accepted('inviteToSession', {
      sessionId: ['ID!', setting.sessionId],
      accountId: ['ID!', stranger.accountId],
    });
    assert.equal((await stranger.join(setting.conferenceId))['__typename'], 'JoinTicket');
  });

  test('a join sent again answers the same leg', async () => {
    const commandId = randomUUID();
    const { participant } = setting.people;
    const [first, second] = [
      await participant.join(setting.conferenceId, commandId),
      await participant.join(setting.conferenceId, commandId),
    ];
    assert.equal(first['legId'], second['legId']);
    assert.equal(first['position'], second['position']);
  });

  test('a moderator mutes; the muted speaks again by herself', async () => {
    const { moderator, participant } = setting.people;
    const source: Args = { source: ['MediaSource!', 'MICROPHONE'] };
    const seen = async (client: ApiClient, at: string) => {
      const { session } = await client.data<Roster>(roster, { id: setting.sessionId, at });
      return session?.participants.find(({ id }) => id === participant.accountId)?.muted;
    };
    const muted = await moderator.accepted('muteParticipant', { ...inSession(participant), ...source });
    assert.deepEqual(await seen(participant, muted), ['MICROPHONE']);
    const unmuted = await participant.accepted('unmuteSelf', { sessionId: ['ID!', setting.sessionId], ...source });
    assert.deepEqual(await seen(participant, unmuted), []);
  });

  test('chat reaches who is inside, in order, and resumes without a gap', async () => {
    const { owner, participant, stranger } = setting.people;
    const post = (who: ApiClient, text: string) =>
      who.command('postChatMessage', {
        sessionId: ['ID!', setting.sessionId],
        messageId: ['ID!', randomUUID()],
        text: ['String!', text],
      });
    const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    const received: { number: string; text: string }[] = [];
    const follow = (after: string | null) =>
      participant.subscribe(
        'subscription ($id: ID!, $after: EventNumber) { chatMessages(sessionId: $id, after: $after) { number text } }',
        { id: setting.sessionId, after },
        (data) => received.push(...(data['chatMessages'] as typeof received)),
      );
    const first = follow(null);
    for (const text of texts.slice(0, 10)) assert.equal((await post(owner, text)).__typename, 'Accepted');
    await eventually('the first ten', () => received.length >= 10);
    first.stop();
    for (const text of texts.slice(10)) await post(owner, text);
    const second = follow(received.at(-1)?.number ?? null);
    await eventually('the rest', () => received.length >= 20);
    second.stop();
    assert.deepEqual(
      received.map(({ text }) => text),
      texts,
    );
    const outsider = await accountIn(stack, await stack.client(), 'outsider');
    assert.equal((await post(outsider, 'let me in')).code, 'CHAT_NOT_A_MEMBER');
    assert.equal((await post(stranger, 'hello')).__typename, 'Accepted');
  });

  test('who was removed for good stays out and sees nothing more', async () => {
    const { moderator, participant } = setting.people;
    const follow = participant.subscribe(
      'subscription ($id: ID!) { session(id: $id) { id } }',
      { id: setting.sessionId },
      () => undefined,
    );
    const position = await moderator.accepted('removeParticipant', {
      ...inSession(participant),
      mayRejoin: ['Boolean!', false],
    });
    await follow.ended;
    assert.equal((await participant.join(setting.conferenceId))['code'], 'SESSION_REMOVED');
    const { session } = await participant.data<Roster>(roster, { id: setting.sessionId, at: position });
    assert.equal(session, null);
  });

  test('ending sends everybody out, and the conference can run again', async () => {
    const { owner } = setting.people;
    const position = await owner.accepted('endSession', { sessionId: ['ID!', setting.sessionId] });
    const { session } = await owner.data<Roster>(roster, { id: setting.sessionId, at: position });
    assert.ok(session?.endedAt);
    const again = await owner.join(setting.conferenceId);
    assert.equal(again['__typename'], 'JoinTicket');
    assert.notEqual(again['sessionId'], setting.sessionId);
  });

  test('the record tells it all: who, when, from where, and the state as of any event', async () => {
    const { admin } = setting.people;
    const { history } = await admin.data<{
      history: {
        edges: { node: { type: string; revision: number; actorName: string; ip: string; occurredAt: string } }[];
      };
    }>(
      'query ($id: ID!) { history(objectType: "session", objectId: $id, first: 200) { edges { node { type revision actorName ip occurredAt } } } }',
      { id: setting.sessionId },
    );
    const events = history.edges.map(({ node }) => node);
    const removal = events.find(({ type }) => type === 'ParticipantRemoved');
    assert.deepEqual([removal?.actorName, removal?.ip], ['moderator', '127.0.0.1']);
    const stateAt = async (revision: number) =>
      (
        await admin.data<{ stateOf: { state: { participants: Record<string, { removed: boolean }> } } }>(
          'query ($id: ID!, $r: Int) { stateOf(objectType: "session", objectId: $id, revision: $r) { state } }',
          { id: setting.sessionId, r: revision },
        )
      ).stateOf.state.participants[setting.people.participant.accountId]?.removed;
    assert.equal(await stateAt((removal?.revision ?? 0) - 1), false);
    assert.equal(await stateAt(removal?.revision ?? 0), true);
    const { stateOf } = await admin.data<{ stateOf: { revision: number } }>(
      'query ($id: ID!, $at: DateTime) { stateOf(objectType: "session", objectId: $id, at: $at) { revision } }',
      { id: setting.sessionId, at: removal?.occurredAt },
    );
    assert.equal(stateOf.revision, removal?.revision);
  });
});
