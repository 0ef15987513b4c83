import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

type Edges<Node> = { totalCount: number; pageInfo: { endCursor: string }; edges: { node: Node }[] };
type Call = { id: string; title: string; people: number; connections: number; endedAt: string | null; cid: string };

const callsAsked = `query ($filter: CallFilter, $sort: CallSort, $first: Int, $after: String, $at: Position) {
  calls(filter: $filter, sort: $sort, first: $first, after: $after, minPosition: $at) {
    totalCount pageInfo { endCursor } edges { node { id title people connections endedAt cid } } } }`;
const chatAsked = `query ($filter: ChatFilter, $at: Position) { chatReport(filter: $filter, minPosition: $at) {
  totalCount edges { node { senderName text sessionTitle sender { login } } } } }`;
const endpointsAsked = `query ($filter: EndpointFilter, $sort: EndpointSort) { endpoints(filter: $filter, sort: $sort) {
  totalCount edges { node { id ip userAgent signIns connections lastSessionTitle account { login } } } } }`;

/** A client that names its program. */
const clientOf = (url: string, userAgent: string): ApiClient => {
  const real = globalThis.fetch;
  const named: typeof fetch = (input, init) =>
    real(input, { ...init, headers: { ...(init?.headers as object), 'user-agent': userAgent } });
  return apiClient(url, '', {}, named);
};

describe('the reports of calls, chats and endpoints', () => {
  let stack: Stack;
  let setting: Setting;
  let at: string;
  const planning = randomUUID();

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    const { owner, participant, stranger } = setting.people;
    await owner.accepted('inviteToSession', {
      sessionId: ['ID!', setting.sessionId],
      accountId: ['ID!', stranger.accountId],
    });
    for (const [who, text] of [
      [owner, 'Der Entwurf für Müller'],
      [participant, '=cmd|run'],
    ] as const) {
      const message = { messageId: ['ID!', randomUUID()], text: ['String!', text] } as const;
      await who.accepted('postChatMessage', { sessionId: ['ID!', setting.sessionId], ...message } as never);
    }
    // A second call, of one person on one device who came twice, and over.
    const alone = clientOf(stack.url, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0');
    await alone.signIn('moderator', 'password of moderator');
    await alone.accepted('createConference', {
      conferenceId: ['ID!', planning],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Quarterly planning'],
    });
    const { sessionId } = await alone.join(planning);
    await alone.join(planning);
    at = await alone.accepted('endSession', { sessionId: ['ID!', sessionId] });
  });
  afterAll(() => stack.stop());

  const calls = async (filter: object, more: object = {}, as: ApiClient = setting.people.admin): Promise<Call[]> =>
    (await as.data<{ calls: Edges<Call> }>(callsAsked, { filter, at, ...more })).calls.edges.map(({ node }) => node);
  const titles = async (filter: object, more?: object) => (await calls(filter, more)).map(({ title }) => title);

  test('count people and connections, and leave the end of a running call empty', async () => {
    const [newest, running] = await calls({});
    assert.deepEqual([newest?.title, newest?.people, newest?.connections], ['Quarterly planning', 1, 2]);
    assert.ok(newest?.endedAt);
    assert.deepEqual([running?.cid, running?.people, running?.connections], ['board-room', 2, 2]);
    assert.equal(running?.endedAt, null);
  });

  test('filter calls by conference, owner, person, state, words and period', async () => {
    const { participant } = setting.people;
    assert.deepEqual(await titles({ conference: 'board-' }), ['Board']);
    assert.deepEqual(await titles({ owner: 'moder' }), ['Quarterly planning']);
    assert.deepEqual(await titles({ participantId: participant.accountId }), ['Board']);
    assert.deepEqual(await titles({ running: true }), ['Board']);
    assert.deepEqual(await titles({ search: 'PLAN quarter' }), ['Quarterly planning']);
    assert.deepEqual(await titles({ from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' }), []);
    assert.deepEqual(await titles({ running: false, owner: 'owner' }), []);
  });

  test('sort calls by the server, through pages', async () => {
    for (const [by, first] of [
      ['DURATION', 'Board'],
      ['END', 'Board'],
      ['PEOPLE', 'Board'],
      ['TITLE', 'Quarterly planning'],
      ['START', 'Quarterly planning'],
    ]) {
      const sort = { by, direction: 'DESCENDING' };
      const whole = await titles({}, { sort });
      assert.equal(whole[0], first, by);
      const one = await setting.people.admin.data<{ calls: Edges<Call> }>(callsAsked, { sort, first: 1 });
      const rest = await titles({}, { sort, after: one.calls.pageInfo.endCursor });
      assert.deepEqual(rest, whole.slice(1), by);
      assert.equal(one.calls.totalCount, 2);
    }
  });

  test('show a call with its legs, devices and invitations', async () => {
    const text = `query ($id: ID!, $leg: ID!) {
      call(id: $id) {
        legs { id displayName role ip userAgent endpointId leftAt person { login } }
        invites { accepted person { login } invitedBy { login } }
      }
      callLeg(id: $leg) { sessionId displayName }
    }`;
    const { securityAdmin } = setting.people;
    const { call, callLeg } = await securityAdmin.data<{
      call: { legs: Record<string, unknown>[]; invites: unknown[] };
      callLeg: unknown;
    }>(text, { id: setting.sessionId, leg: setting.legId });
    assert.deepEqual(
      call.legs.map(({ displayName, role, ip, leftAt }) => [displayName, role, ip, leftAt]),
      [
        ['owner', 'OWNER', '127.0.0.1', null],
        ['participant', 'PARTICIPANT', '127.0.0.1', null],
      ],
    );
    assert.deepEqual(call.invites, [{ accepted: false, person: { login: 'stranger' }, invitedBy: { login: 'owner' } }]);
    assert.deepEqual(callLeg, { sessionId: setting.sessionId, displayName: 'participant' });
  });

  test('tell everybody their own calls and how they came to be in them', async () => {
    const { owner, participant, stranger, securityAdmin } = setting.people;
    const own = async (who: ApiClient) => {
      const { myCalls } = await who.data<{ myCalls: Edges<{ title: string; part: string }> }>(
        '{ myCalls { edges { node { title part } } } }',
      );
      return myCalls.edges.map(({ node }) => `${node.part} ${node.title}`);
    };
    assert.deepEqual(await own(owner), ['OUTGOING Board']);
    assert.deepEqual(await own(participant), ['CONFERENCE Board']);
    assert.deepEqual(await own(stranger), ['MISSED Board']);
    assert.deepEqual(await own(securityAdmin), []);
    await stranger.join(setting.conferenceId);
    await eventually('the call to be answered', async () => (await own(stranger))[0] === 'INCOMING Board');
  });

  test('find chat messages by sender, conference and words', async () => {
    const found = async (filter: object) => {
      const answer = await setting.people.securityAdmin.data<{
        chatReport: Edges<{ text: string; senderName: string; sessionTitle: string }>;
      }>(chatAsked, { filter, at });
      return answer.chatReport.edges.map(({ node }) => `${node.senderName}: ${node.text}`);
    };
    const [first, second] = ['owner: Der Entwurf für Müller', 'participant: =cmd|run'];
    assert.deepEqual(await found({}), [second, first]);
    assert.deepEqual(await found({ search: 'müller ENTWURF' }), [first]);
    assert.deepEqual(await found({ search: 'muller' }), []);
    assert.deepEqual(await found({ sender: 'parti' }), [second]);
    assert.deepEqual(await found({ recipient: 'board-room', sender: 'own' }), [first]);
    assert.deepEqual(await found({ sessionId: setting.sessionId }), [second, first]);
    assert.deepEqual(await found({ recipient: 'quarterly' }), []);
    assert.deepEqual(await found({ to: '2020-01-01T00:00:00Z' }), []);
  });

  test('find devices by words in any of their fields', async () => {
    type Endpoint = { signIns: number; connections: number; account: { login: string }; lastSessionTitle: string };
    const found = async (search: string) => {
      const answer = await setting.people.admin.data<{ endpoints: Edges<Endpoint> }>(endpointsAsked, {
        filter: { search },
      });
      return answer.endpoints.edges.map(({ node }) => node);
    };
    await eventually('the device to be known', async () => (await found('firefox')).length === 1);
    const [device] = await found('MODERATOR firefox 127.0.0.1 quarterly');
    assert.equal(device?.account.login, 'moderator');
    assert.deepEqual([device.signIns, device.connections, device.lastSessionTitle], [1, 2, 'Quarterly planning']);
    assert.equal((await found('moderator')).length, 2, 'one person, two programs');
    assert.deepEqual(await found('firefox owner'), []);
  });

  test('refuse periods that end before they begin', async () => {
    const filter = { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' };
    for (const text of [callsAsked, chatAsked]) {
      const { errors } = await setting.people.admin.query(text, { filter });
      assert.equal(errors?.[0]?.extensions?.code, 'INPUT_INVALID');
    }
  });
});
