import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Person = { login: string } | null;
type Moment = { number: string; kind: string; person: Person; by: Person; source: string | null; cause: string | null };
type Timeline = { sessionTimeline: { totalCount: number; edges: { node: Moment }[] } | null };
type Room = { session: { messages: number; participants: { displayName: string; state: string; muted: string[] }[] } };

describe('the timeline of a session', () => {
  let stack: Stack;
  let setting: Setting;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    const { owner, moderator, participant } = setting.people;
    const sessionId: [string, unknown] = ['ID!', setting.sessionId];
    const whom = { sessionId, participantId: ['ID!', participant.accountId] as [string, unknown] };
    const say = (text: string) =>
      participant.accepted('postChatMessage', {
        sessionId,
        messageId: ['ID!', randomUUID()],
        text: ['String!', text],
      });
    await say('Hello');
    await moderator.accepted('muteParticipant', { ...whom, source: ['MediaSource!', 'CAMERA'] });
    await say('I can be read still');
    await participant.accepted('unmuteSelf', { sessionId, source: ['MediaSource!', 'CAMERA'] });
    await owner.accepted('giveSessionRole', { ...whom, role: ['SessionRole!', 'MODERATOR'] });
    await moderator.accepted('removeParticipant', { ...whom, mayRejoin: ['Boolean!', false] });
    const last = await owner.accepted('endSession', { sessionId });
    await owner.data('query ($at: Position) { conference(id: "", minPosition: $at) { id } }', { at: last });
    await setting.people.admin.data('query ($at: Position) { events(minPosition: $at) { totalCount } }', { at: last });
  });
  afterAll(() => stack.stop());

  const moments = async (): Promise<Moment[]> => {
    const text = `query ($id: ID!) { sessionTimeline(sessionId: $id, first: 200) { totalCount edges { node {
      number kind source cause person { login } by { login } } } } }`;
    const { sessionTimeline } = await setting.people.securityAdmin.data<Timeline>(text, { id: setting.sessionId });
    return sessionTimeline?.edges.map(({ node }) => node) ?? assert.fail();
  };

  test('tells who did what to whom, in order', async () => {
    const told = (await moments())
      .filter(({ kind }) => kind !== 'LEFT')
      .map(({ kind, person, by, source }) => [kind, person?.login ?? null, by?.login ?? null, source]);
    assert.deepEqual(told, [
      ['STARTED', null, 'owner', null],
      ['JOINED', 'owner', null, null],
      ['JOINED', 'participant', null, null],
      ['CHATTED', 'participant', null, null],
      ['MUTED', 'participant', 'moderator', 'CAMERA'],
      ['CHATTED', 'participant', null, null],
      ['UNMUTED', 'participant', null, 'CAMERA'],
      ['ROLE_GIVEN', 'participant', 'owner', null],
      ['REMOVED', 'participant', 'moderator', null],
      ['ENDED', null, 'owner', null],
    ]);
  });

  test('has the room at each of its moments', async () => {
    const room = async (number: string) => {
      const text = `query ($id: ID!, $number: EventNumber) { session(id: $id, asOf: { number: $number }) {
        messages participants { displayName state muted } } }`;
      const { session } = await setting.people.securityAdmin.data<Room>(text, { id: setting.sessionId, number });
      const participant = session.participants.find(({ displayName }) => displayName === 'participant');
      return [session.messages, session.participants.length, participant?.state, participant?.muted];
    };
    const rooms = new Map<string, unknown>();
    for (const { kind, number } of await moments()) if (kind !== 'LEFT') rooms.set(kind, await room(number));
    assert.deepEqual(rooms.get('STARTED'), [0, 0, undefined, undefined]);
    assert.deepEqual(rooms.get('MUTED'), [1, 2, 'JOINING', ['CAMERA']]);
    assert.deepEqual(rooms.get('CHATTED'), [2, 2, 'JOINING', ['CAMERA']]);
    assert.deepEqual(rooms.get('UNMUTED'), [2, 2, 'JOINING', []]);
    assert.deepEqual(rooms.get('REMOVED'), [2, 2, 'REMOVED', []]);
  });

  test('goes with its call out of the report', async () => {
    const { admin } = setting.people;
    const deletion = { deletionId: ['ID!', randomUUID()], selection: ['ReportSelection!', { calls: {} }] } as const;
    const at = await admin.accepted('deleteReportRows', { ...deletion } as never);
    await admin.data('query ($at: Position) { calls(minPosition: $at) { totalCount } }', { at });
    const text = `query ($id: ID!) { sessionTimeline(sessionId: $id) { totalCount } }`;
    assert.equal((await admin.data<Timeline>(text, { id: setting.sessionId })).sessionTimeline, null);
  });
});
