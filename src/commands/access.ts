// The whole of authorisation on one page: each verb and the rule it falls under. What is not listed is denied.
import type { AdministratorRole } from '../domain/identity/events.ts';
import { type Actor, type Origin, Refusal } from '../domain/kernel.ts';

/** Who stands behind a request. `origin` and `role` are those of now; both are read anew for every request. */
export type Caller = {
  actor: Actor;
  role: AdministratorRole | null;
  signInId: string | null;
  origin: Origin;
};

type Rule =
  | 'anyone'
  | 'signed_in'
  | 'self'
  | 'self_or_admin'
  | 'admin'
  | 'administrators'
  | 'moderator'
  | 'inside'
  | 'may_see';

const access = {
  // Commands.
  setUpServer: 'anyone',
  signIn: 'anyone',
  signOut: 'signed_in',
  endSignIn: 'self_or_admin',
  createAccount: 'admin',
  editAccount: 'self_or_admin',
  setPassword: 'self_or_admin',
  activateAccount: 'admin',
  deactivateAccount: 'admin',
  disconnectDevices: 'self_or_admin',
  deleteAccount: 'admin',
  appointAdministrator: 'admin',
  dismissAdministrator: 'admin',
  createConference: 'signed_in',
  editConference: 'moderator',
  reassignConferenceId: 'moderator',
  inviteMember: 'moderator',
  uninviteMember: 'moderator',
  appointModerator: 'moderator',
  dismissModerator: 'moderator',
  deleteConference: 'moderator',
  joinConference: 'signed_in',
  inviteToSession: 'inside',
  muteParticipant: 'moderator',
  unmuteSelf: 'inside',
  removeParticipant: 'moderator',
  giveSessionRole: 'moderator',
  endSession: 'moderator',
  postChatMessage: 'inside',
  raiseFormatLevel: 'admin',
  retryParkedEvent: 'admin',
  // Reading.
  readServerInfo: 'anyone',
  readConferencePage: 'anyone',
  readViewer: 'anyone',
  readAccount: 'self_or_admin',
  readAccounts: 'admin',
  searchPeople: 'signed_in',
  readConference: 'may_see',
  readAllConferences: 'admin',
  readMyConferences: 'signed_in',
  readSession: 'may_see',
  readSessions: 'administrators',
  readChat: 'may_see',
  readEvents: 'administrators',
  readHistory: 'administrators',
  readSummary: 'administrators',
  readParkedEvents: 'administrators',
} as const satisfies Record<string, Rule>;

export type Verb = keyof typeof access;

/** What is true of this caller and this object; only what the verb's rule asks for is looked at. */
export type Relation = { self?: boolean; moderates?: boolean; inside?: boolean; maySee?: boolean };

const holds = (rule: Rule, { role }: Caller, relation: Relation): boolean => {
  switch (rule) {
    case 'anyone':
    case 'signed_in':
      return true;
    case 'self':
      return relation.self === true;
    case 'self_or_admin':
      return relation.self === true || role === 'admin';
    case 'admin':
      return role === 'admin';
    case 'administrators':
      return role !== null;
    case 'moderator':
      return relation.moderates === true || role === 'admin';
    case 'inside':
      return relation.inside === true;
    case 'may_see':
      return relation.maySee === true || role !== null;
  }
};

/** Whether the caller may do this. */
export const may = (caller: Caller, verb: Verb, relation: Relation = {}): boolean => {
  const rule = access[verb];
  return (rule === 'anyone' || caller.actor.kind !== 'anonymous') && holds(rule, caller, relation);
};

/** Refuses with `access.sign_in_required` or `access.denied` unless the caller may do this. */
export const allow = (caller: Caller, verb: Verb, relation: Relation = {}): void => {
  if (may(caller, verb, relation)) return;
  throw new Refusal(caller.actor.kind === 'anonymous' ? 'access.sign_in_required' : 'access.denied', { verb });
};
