// The whole of authorisation on one page: each verb and the rule it falls under. What is not listed is denied.
import type { AdministratorRole } from '../domain/identity/events.ts';
import { type Actor, type Origin, Refusal } from '../domain/kernel.ts';

/**
 * Who stands behind a request. `origin` and `role` are those of now; both are read anew for every request. A role is
 * withheld where the caller comes from an address that nobody may administer from.
 */
export type Caller = {
  actor: Actor;
  role: AdministratorRole | null;
  withheldRole?: AdministratorRole;
  signInId: string | null;
  origin: Origin;
  /** Of the monotonic clock: when this was read. What else the request is judged by may be of then or later. */
  readAtMs?: number;
};

export type Rule =
  | 'anyone'
  | 'signed_in'
  | 'self'
  | 'self_or_admin'
  | 'self_as_administrator'
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
  erasePerson: 'admin',
  eraseChatMessage: 'admin',
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
  rebuildReadModels: 'admin',
  editSettings: 'admin',
  saveConfiguration: 'admin',
  restoreConfiguration: 'admin',
  editPreferences: 'self_as_administrator',
  revertChange: 'admin',
  placeLegalHold: 'admin',
  editLegalHold: 'admin',
  releaseLegalHold: 'admin',
  signCheckpoint: 'admin',
  rotateSigningKey: 'admin',
  exportReport: 'administrators',
  deleteReportRows: 'admin',
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
  readCalls: 'administrators',
  readMyCalls: 'signed_in',
  readChatReport: 'administrators',
  readEndpoints: 'administrators',
  readHistory: 'administrators',
  readPast: 'administrators',
  explainRights: 'administrators',
  readSummary: 'administrators',
  readParkedEvents: 'administrators',
  readReadModels: 'administrators',
  readSettings: 'admin',
  readAccessSettings: 'administrators',
  readPreferences: 'self_as_administrator',
  readLegalHolds: 'admin',
  readAdministrators: 'admin',
  readServerLog: 'administrators',
  readConfigurationChanges: 'administrators',
  readProof: 'administrators',
} as const satisfies Record<string, Rule>;

export type Verb = keyof typeof access;

/** What is true of this caller and this object; only what the verb's rule asks for is looked at. */
export type Relation = { self?: boolean; moderates?: boolean; inside?: boolean; maySee?: boolean };

/** What a rule held by. */
export type Ground = 'anyone' | 'signed_in' | 'self' | 'role' | 'moderates' | 'inside' | 'may_see';

/** The rule a verb falls under. */
export const ruleOf = (verb: Verb): Rule => access[verb];

/** Every verb there is. */
export const verbs = Object.keys(access) as Verb[];

type Asking = Pick<Caller, 'actor' | 'role'>;

const groundOf = (rule: Rule, { role }: Asking, relation: Relation): Ground | null => {
  switch (rule) {
    case 'anyone':
    case 'signed_in':
      return rule;
    case 'self':
      return relation.self === true ? 'self' : null;
    case 'self_or_admin':
      if (relation.self === true) return 'self';
      return role === 'admin' ? 'role' : null;
    case 'self_as_administrator':
      return relation.self === true && role !== null ? 'role' : null;
    case 'admin':
      return role === 'admin' ? 'role' : null;
    case 'administrators':
      return role === null ? null : 'role';
    case 'moderator':
      if (relation.moderates === true) return 'moderates';
      return role === 'admin' ? 'role' : null;
    case 'inside':
      return relation.inside === true ? 'inside' : null;
    case 'may_see':
      if (relation.maySee === true) return 'may_see';
      return role === null ? null : 'role';
  }
};

/** What allows the caller to do this; null where nothing does. */
export const judge = (caller: Asking, verb: Verb, relation: Relation = {}): Ground | null => {
  const rule = access[verb];
  if (rule === 'anyone' || caller.actor.kind !== 'anonymous') return groundOf(rule, caller, relation);
  // At the server itself one may administer without an account, but own, join and follow nothing.
  return caller.role !== null && rule !== 'signed_in' ? groundOf(rule, caller, {}) : null;
};

/** Whether the caller may do this. */
export const may = (caller: Caller, verb: Verb, relation: Relation = {}): boolean =>
  judge(caller, verb, relation) !== null;

/** Whether the caller might do this from another address. */
const withheld = ({ withheldRole: role, ...caller }: Caller, verb: Verb, relation: Relation): boolean =>
  role !== undefined && may({ ...caller, role }, verb, relation);

/** What whoever neither moderates nor is an administrator is told: the address, where it is only that. */
export const notModerating = ({ withheldRole, origin }: Caller): Refusal =>
  withheldRole === 'admin'
    ? new Refusal('access.address_outside', { address: origin.ip })
    : new Refusal('conference.not_moderator');

/** Refuses with `access.sign_in_required`, `access.address_outside` or `access.denied` unless the caller may do this. */
export const allow = (caller: Caller, verb: Verb, relation: Relation = {}): void => {
  if (may(caller, verb, relation)) return;
  if (withheld(caller, verb, relation)) {
    throw new Refusal('access.address_outside', { verb, address: caller.origin.ip });
  }
  throw new Refusal(caller.actor.kind === 'anonymous' ? 'access.sign_in_required' : 'access.denied', { verb });
};
