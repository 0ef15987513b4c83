// One organisation for the API's tests: everybody who stands in a different relation to one running conference.
import { randomUUID } from 'node:crypto';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { accountIn, type Stack } from '../support/stack.ts';

type Member = ApiClient & { accountId: string };
export type People = {
  anonymous: ApiClient;
  admin: Member;
  securityAdmin: Member;
  owner: Member;
  moderator: Member;
  participant: Member;
  /** Has an account and nothing to do with the conference. */
  stranger: Member;
};
export type Setting = {
  people: People;
  conferenceId: string;
  sessionId: string;
  cid: string;
  /** Of `participant` in the session, and her device. */
  legId: string;
  endpointId: string;
};

/** A private conference of `owner`, running, with `participant` inside; `stranger` is not invited. */
export const settingIn = async (stack: Stack): Promise<Setting> => {
  const root = await stack.client();
  const { viewer } = await root.data<{ viewer: { account: { id: string } } }>('{ viewer { account { id } } }');
  const admin = { ...root, accountId: viewer.account.id };
  const named = (login: string): Promise<Member> => accountIn(stack, root, login);
  const securityAdmin = await named('security');
  await root.accepted('appointAdministrator', {
    accountId: ['ID!', securityAdmin.accountId],
    role: ['AdministratorRole!', 'SECURITY_ADMIN'],
  });
  const [owner, moderator, participant, stranger] = [
    await named('owner'),
    await named('moderator'),
    await named('participant'),
    await named('stranger'),
  ];
  const conferenceId = randomUUID();
  const id: [string, string] = ['ID!', conferenceId];
  await owner.accepted('createConference', {
    conferenceId: id,
    kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
    title: ['String!', 'Board'],
    cid: ['String', 'board-room'],
    joinWithoutInvitation: ['Boolean', false],
  });
  await owner.accepted('appointModerator', { conferenceId: id, accountId: ['ID!', moderator.accountId] });
  await owner.accepted('inviteMember', { conferenceId: id, accountId: ['ID!', participant.accountId] });
  const joined = await owner.join(conferenceId);
  const last = await participant.join(conferenceId);
  await owner.data('query ($id: ID!, $at: Position) { session(id: $id, minPosition: $at) { id } }', {
    id: joined['sessionId'],
    at: last['position'],
  });
  type Legs = { call: { legs: { id: string; endpointId: string }[] } };
  const { call } = await root.data<Legs>(
    'query ($id: ID!, $at: Position) { call(id: $id, minPosition: $at) { legs { id endpointId } } }',
    { id: joined['sessionId'], at: last['position'] },
  );
  return {
    people: { anonymous: apiClient(stack.url), admin, securityAdmin, owner, moderator, participant, stranger },
    conferenceId,
    sessionId: String(joined['sessionId']),
    cid: 'board-room',
    legId: String(last['legId']),
    endpointId: call.legs.find(({ id }) => id === last['legId'])?.endpointId ?? '',
  };
};
