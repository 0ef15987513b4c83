// How a section, an account or a conference of a file becomes what it is there. People keep their ids; whoever's login
// another account has here is stood in for by that one.

import { type Conference, conference } from '../domain/conferences/conference.ts';
import { type Account, account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import { Refusal } from '../domain/kernel.ts';
import type { RefusalCode } from '../domain/refusals.ts';
import { type Call, ctxOf, doneOf, type Needs } from './call.ts';
import {
  changeMembers,
  editConference,
  peopleAtOnceMax,
  reassignConferenceId,
  restoreConference,
} from './conferences.ts';
import type { SavedAccount, SavedConference } from './configurationFile.ts';
import {
  activateAccount,
  appointAdministrator,
  deactivateAccount,
  dismissAdministrator,
  editAccount,
  restoreAccount,
  restorePassword,
} from './identity.ts';
import { nameOfLogin } from './logins.ts';
import {
  type Difference,
  differencesIn,
  doSteps,
  noteOf,
  type RestoredObject,
  type RestoreNote,
  type Step,
} from './restoreSteps.ts';
import { settingsVerbs } from './settings.ts';

/** Who stands here for a person of the file; null for nobody. */
export type Known = Map<string, { id: string; name: string } | null>;

/** Ids of people who were erased elsewhere, as an erasure ledger has them. */
export type Erased = ReadonlySet<string>;

const one = (field: string, before: unknown, after: unknown): Difference[] => [{ field, before, after }];

const isSection = (name: string): name is keyof typeof settingsVerbs => Object.hasOwn(settingsVerbs, name);

/** Changes what differs of a section. What would keep the caller's own address out is left alone, and told. */
export const restoreSection = (
  needs: Needs,
  call: Call,
  name: string,
  before: object,
  values: object,
): Promise<RestoredObject> => {
  const object = { kind: 'settings' as const, id: name, name, isNew: false };
  if (!isSection(name)) return doSteps(call, { ...object, steps: [], notes: [noteOf('settings.file_newer')] });
  const differences = differencesIn(before, values);
  const run = (step: Call) => settingsVerbs[name].edit(needs, step, { values });
  const steps = differences.length > 0 ? [{ name: 'edit', differences, run, alone: true }] : [];
  return doSteps(call, { ...object, steps, notes: [] });
};

type Living = Extract<Account, { status: 'active' | 'inactive' }>;

/** The first administrator of a server that has none yet sets it up, or anybody with its link still could. */
const roleStep = (needs: Needs, { id, role }: SavedAccount, before: string | null, alone: boolean): Step[] => {
  if (role === before) return [];
  const differences = one('role', before, role);
  if (role === null) {
    return [{ name: 'role', differences, alone, run: (call) => dismissAdministrator(needs, call, { accountId: id }) }];
  }
  const run = async (call: Call) => {
    const { executor, serverId } = needs;
    const appoint = () => appointAdministrator(needs, call, { accountId: id, role });
    const { state } = await executor.load(administration, serverId);
    if (state.setUp || role !== 'admin') return appoint();
    const ask = { type: 'SetUpServer' as const, data: { serverId, administratorId: id } };
    try {
      return doneOf(await executor.execute(administration, serverId, ask, ctxOf(call, { accountId: id })));
    } catch (error) {
      // Another administrator of the file came first.
      if (error instanceof Refusal && error.code === 'setup.already_done') return appoint();
      throw error;
    }
  };
  return [{ name: 'role', differences, alone, run }];
};

const newAccount = (needs: Needs, saved: SavedAccount): Step[] => {
  const { id: accountId, login, profile, verifier, active } = saved;
  const run = (call: Call) => restoreAccount(needs, call, { accountId, login, profile, verifier, active });
  return [
    { name: 'create', differences: active ? [] : one('active', null, false), run, alone: true },
    ...roleStep(needs, saved, null, false),
  ];
};

const changedPassword = async ({ vault }: Needs, { passwordId }: Living, verifier: string | null): Promise<boolean> => {
  if (verifier === null) return false;
  return passwordId === null || (await vault.passwordOf(passwordId)) !== verifier;
};

const changedAccount = async (
  needs: Needs,
  call: Call,
  saved: SavedAccount,
  state: Living,
): Promise<{ steps: Step[]; notes: RestoreNote[] }> => {
  const { id: accountId, profile, active, role, verifier } = saved;
  const { roles } = (await needs.executor.load(administration, needs.serverId)).state;
  const { login: _, ...here } = state.person ?? { login: '' };
  const differences = differencesIn(here, profile);
  const before = roles[accountId] ?? null;
  const wasActive = state.status === 'active';
  const edit: Step[] =
    differences.length === 0
      ? []
      : [{ name: 'edit', differences, alone: true, run: (step) => editAccount(needs, step, { accountId, profile }) }];
  const password = await changedPassword(needs, state, verifier);
  if (call.caller.actor.id === accountId) {
    const kept = password || before !== role || wasActive !== active;
    return { steps: edit, notes: kept ? [noteOf('restore.own_account')] : [] };
  }
  const set: Step = {
    name: 'password',
    differences: one('password', null, null),
    alone: true,
    run: (step) => restorePassword(needs, step, { accountId, verifier }),
  };
  const toggle: Step = {
    name: 'active',
    differences: one('active', wasActive, active),
    alone: active || before === null,
    run: (step) => (active ? activateAccount : deactivateAccount)(needs, step, { accountId }),
  };
  const becomes = wasActive === active ? [] : [toggle];
  const appoints = roleStep(needs, saved, before, wasActive || role === null);
  // Nobody inactive is appointed, and no administrator is deactivated.
  return {
    steps: [...edit, ...(password ? [set] : []), ...(active ? becomes : []), ...appoints, ...(active ? [] : becomes)],
    notes: [],
  };
};

/** The account that has this login here, where it is another one and lives. */
const standIn = async (needs: Needs, { id, login }: SavedAccount): Promise<{ id: string; name: string } | null> => {
  const { decider, key } = await nameOfLogin(needs, login);
  const { state } = await needs.executor.load(decider, key);
  if (state.status !== 'taken' || state.ownerId === id) return null;
  const { state: holder } = await needs.executor.load(account, state.ownerId);
  if (!('person' in holder) || holder.person?.login.toLowerCase() !== login.toLowerCase()) return null;
  return { id: state.ownerId, name: holder.person.displayName };
};

export const restoreOneAccount = async (
  needs: Needs,
  call: Call,
  saved: SavedAccount,
  known: Known,
  erased: Erased,
): Promise<RestoredObject> => {
  if (erased.has(saved.id)) {
    known.set(saved.id, null);
    const nameless = { kind: 'account' as const, id: saved.id, name: saved.id, isNew: false, steps: [] };
    return doSteps(call, { ...nameless, notes: [noteOf('restore.person_erased')] });
  }
  const object = { kind: 'account' as const, id: saved.id, name: saved.profile.displayName || saved.login };
  const left = async (code: RefusalCode, details: Record<string, unknown> = {}): Promise<RestoredObject> =>
    doSteps(call, { ...object, isNew: false, steps: [], notes: [noteOf(code, details)] });
  const { state } = await needs.executor.load(account, saved.id);
  if (state.status === 'deleted') {
    known.set(saved.id, null);
    return left(state.erasure === 'none' ? 'restore.deleted_here' : 'restore.person_erased');
  }
  if (state.status === 'unborn') {
    const other = await standIn(needs, saved);
    known.set(saved.id, other);
    if (other) return left('restore.login_stands_in', { accountId: other.id });
    const made = await doSteps(call, { ...object, isNew: true, steps: newAccount(needs, saved), notes: [] });
    if (made.outcome === 'created') known.set(saved.id, { id: saved.id, name: object.name });
    return made;
  }
  known.set(saved.id, { id: saved.id, name: object.name });
  if (state.person === null) return left('restore.person_erased');
  if (state.person.login !== saved.login) return left('restore.login_differs', { login: state.person.login });
  return doSteps(call, { ...object, isNew: false, ...(await changedAccount(needs, call, saved, state)) });
};

/** Who stands here for a person that a conference names. */
const personOf = async (
  { executor }: Needs,
  known: Known,
  id: string,
): Promise<{ id: string; name: string } | null> => {
  const found = known.get(id);
  if (found !== undefined) return found;
  const { state } = await executor.load(account, id);
  const lives = 'person' in state && state.person !== null;
  const person = lives && state.person ? { id, name: state.person.displayName } : null;
  known.set(id, person);
  return person;
};

type People = { ids: string[]; missing: boolean };
/** The people of a list; whoever is on the list here stays on it, also where her account is gone. */
const peopleOf = async (
  needs: Needs,
  known: Known,
  wanted: readonly string[],
  here: readonly string[],
): Promise<People> => {
  const [ids, listed] = [new Set<string>(), new Set(here)];
  let missing = false;
  for (const id of wanted) {
    const person = listed.has(id) ? { id } : await personOf(needs, known, id);
    if (person) ids.add(person.id);
    else missing = true;
  }
  return { ids: [...ids], missing };
};

type MemberVerb = Parameters<typeof changeMembers>[2];
const listVerbs = {
  members: { add: 'inviteMember', remove: 'uninviteMember' },
  moderators: { add: 'appointModerator', remove: 'dismissModerator' },
} as const satisfies Record<string, Record<'add' | 'remove', MemberVerb>>;

/** One step for each person who comes or goes; the first one shows them all. */
const listSteps = async (
  needs: Needs,
  known: Known,
  conferenceId: string,
  field: keyof typeof listVerbs,
  [before, after]: [readonly string[], readonly string[]],
): Promise<Step[]> => {
  const [gone, come] = [new Set(before), new Set(after)];
  for (const id of before) if (come.has(id)) gone.delete(id);
  for (const id of before) come.delete(id);
  const namesOf = async (ids: Iterable<string>) => {
    const names = [];
    for (const id of ids) names.push((await personOf(needs, known, id))?.name ?? id);
    return names;
  };
  const differences = one(field, await namesOf(gone), await namesOf(come));
  const change = (verb: MemberVerb, accountId: string) => (call: Call) =>
    changeMembers(needs, call, verb, { conferenceId, accountId });
  return [
    ...Array.from(gone, (id) => ({ name: `${field} -${id}`, run: change(listVerbs[field].remove, id) })),
    ...Array.from(come, (id) => ({ name: `${field} +${id}`, run: change(listVerbs[field].add, id) })),
  ].map((step, index) => ({ ...step, alone: false, differences: index === 0 ? differences : [] }));
};

type Planned = Extract<Conference, { status: 'planned' }>;

const changedConference = async (
  needs: Needs,
  known: Known,
  { id: conferenceId, cid, title, description, joinWithoutInvitation }: SavedConference,
  state: Pick<Planned, 'cid' | 'title' | 'description' | 'joinWithoutInvitation' | 'members' | 'moderators'>,
  lists: Record<keyof typeof listVerbs, readonly string[]>,
): Promise<Step[]> => {
  const fields = { title, description, joinWithoutInvitation };
  const differences = differencesIn(state, fields);
  const edit: Step = {
    name: 'edit',
    differences,
    alone: true,
    run: (call) => editConference(needs, call, { conferenceId, ...fields }),
  };
  const reassign: Step = {
    name: 'cid',
    differences: one('cid', state.cid, cid),
    alone: true,
    run: (call) => reassignConferenceId(needs, call, { conferenceId, cid }),
  };
  return [
    ...(differences.length > 0 ? [edit] : []),
    ...(state.cid === cid ? [] : [reassign]),
    ...(await listSteps(needs, known, conferenceId, 'members', [state.members, lists.members])),
    ...(await listSteps(needs, known, conferenceId, 'moderators', [state.moderators, lists.moderators])),
  ];
};

/** Makes it with the first of its people; more than fit into one append follow one by one. */
const newConference = async (
  needs: Needs,
  known: Known,
  saved: SavedConference,
  ownerId: string,
  lists: Record<keyof typeof listVerbs, readonly string[]>,
): Promise<Step[]> => {
  const { is: _, id: conferenceId, ...rest } = saved;
  const members = lists.members.slice(0, peopleAtOnceMax);
  const moderators = lists.moderators.slice(0, peopleAtOnceMax);
  const run = (call: Call) => restoreConference(needs, call, { ...rest, conferenceId, ownerId, members, moderators });
  const more = await changedConference(needs, known, saved, { ...saved, members, moderators }, lists);
  return [{ name: 'create', differences: [], run, alone: true }, ...more];
};

export const restoreOneConference = async (
  needs: Needs,
  call: Call,
  saved: SavedConference,
  known: Known,
): Promise<RestoredObject> => {
  const object = { kind: 'conference' as const, id: saved.id, name: saved.title };
  const { state } = await needs.executor.load(conference, saved.id);
  const left = (code: RefusalCode) => doSteps(call, { ...object, isNew: false, steps: [], notes: [noteOf(code)] });
  if (state.status === 'deleted') return left('restore.deleted_here');
  const here = state.status === 'planned' ? state : { members: [], moderators: [] };
  const [owner, members, moderators] = [
    await personOf(needs, known, saved.ownerId),
    await peopleOf(needs, known, saved.members, here.members),
    await peopleOf(needs, known, saved.moderators, here.moderators),
  ];
  const lists = { members: members.ids, moderators: moderators.ids };
  const notes = members.missing || moderators.missing ? [noteOf('restore.people_missing')] : [];
  if (state.status === 'unborn') {
    if (owner === null) return left('restore.owner_missing');
    const steps = await newConference(needs, known, saved, owner.id, lists);
    return doSteps(call, { ...object, isNew: true, steps, notes });
  }
  if (![saved.ownerId, owner?.id].includes(state.ownerId) || state.kind !== saved.kind)
    return left('restore.owner_differs');
  const steps = await changedConference(needs, known, saved, state, lists);
  return doSteps(call, { ...object, isNew: false, steps, notes });
};
