// What people ask for: commands chosen by chance, over few enough names and objects that they get in each other's way.
import type { Call, Needs } from '../../src/commands/call.ts';
import { postChatMessage } from '../../src/commands/chat.ts';
import {
  changeMembers,
  createConference,
  deleteConference,
  editConference,
  reassignConferenceId,
} from '../../src/commands/conferences.ts';
import { eraseChatMessage, erasePerson, type WrittenMessage } from '../../src/commands/erasure.ts';
import {
  activateAccount,
  appointAdministrator,
  createAccount,
  deactivateAccount,
  deleteAccount,
  disconnectDevices,
  dismissAdministrator,
  editAccount,
  setPassword,
} from '../../src/commands/identity.ts';
import { editLegalHold, placeLegalHold, releaseLegalHold } from '../../src/commands/legalHolds.ts';
import { editPreferences } from '../../src/commands/preferences.ts';
import type { ChangePlace } from '../../src/commands/reversal.ts';
import { revertChange } from '../../src/commands/revert.ts';
import {
  endSession,
  giveSessionRole,
  inviteToSession,
  joinConference,
  muteParticipant,
  removeParticipant,
} from '../../src/commands/sessions.ts';
import { settingsVerbs } from '../../src/commands/settings.ts';
import type { ErasureCounts } from '../../src/domain/identity/events.ts';
import type { Chance } from './chance.ts';
import type { SimulatedNode } from './nodes.ts';

/** Everybody uses the first, until somebody sets the other. */
export const passwords = ['correct horse battery', 'another horse battery'] as const;

/** A command that can be sent as often as it takes. `about`: the account or other object it changes. */
export type Ask = {
  name: string;
  about: string;
  run: (node: Pick<SimulatedNode, 'needs' | 'store' | 'codec'>, call: Call) => Promise<{ position: string | null }>;
};

/** Ids that were used so far; what they name may never have come to be. `people`: who was in a session. */
export type Used = {
  accounts: string[];
  conferences: string[];
  sessions: string[];
  people: string[];
  messages: WrittenMessage[];
  holds: string[];
  /** Events of the configuration, with the account they are about. */
  changes: (ChangePlace & { eventId: string; about: string })[];
};

type Verb = (needs: Needs, call: Call, input: unknown) => Promise<{ position: string | null }>;

const ask = (verb: Verb, about: string, input: Record<string, unknown>): Ask => ({
  name: verb.name,
  about,
  run: ({ needs }, call) => verb(needs, call, input),
});

const noCounts: ErasureCounts = {
  ...{ profileFields: 0, signIns: 0, devices: 0, chatMessages: 0, sessions: 0, connections: 0 },
  ...{ events: 0, searches: 0, exports: 0 },
};
/** Read models, which know what is kept and how much there is, are not played here. */
const nothingKept = { holds: () => Promise.resolve([]), counts: () => Promise.resolve(noCounts) };
const because = { reason: 'As she asked' };
const eraseSomebody: Verb = (needs, call, input) => erasePerson(needs, { ...call, ...because }, input, nothingKept);
const eraseText: Verb = (needs, call, input) =>
  eraseChatMessage(needs, { ...call, ...because }, input, () => Promise.resolve({ found: true, holds: [] }));

const logins = ['anna', 'Anna', 'bela', 'carl', 'CARL', 'dora'] as const;
const memberVerbs = ['inviteMember', 'uninviteMember', 'appointModerator', 'dismissModerator'] as const;
const cids = ['weekly', 'Weekly', 'board', 'plan', 'PLAN'] as const;

const aboutAccounts = ({ accounts }: Used, chance: Chance): Ask => {
  const accountId = chance.some(accounts) ?? chance.uuid();
  const about = (verb: Verb, more: Record<string, unknown> = {}) => ask(verb, accountId, { accountId, ...more });
  switch (chance.int(10)) {
    case 0:
      return about(deactivateAccount);
    case 1:
      return about(activateAccount);
    case 2:
      return chance.is(0.5) ? about(deleteAccount) : about(eraseSomebody);
    case 3:
      return about(disconnectDevices);
    case 4:
      return about(setPassword, { password: chance.pick(passwords) });
    case 5:
      return about(editAccount, { profile: { displayName: `Name ${chance.int(9)}` } });
    case 6:
      return about(appointAdministrator, { role: chance.pick(['admin', 'security_admin']) });
    case 7:
      return about(dismissAdministrator);
    default: {
      const fresh = chance.uuid();
      accounts.push(fresh);
      return ask(createAccount, fresh, {
        accountId: fresh,
        login: chance.pick(logins),
        password: passwords[0],
        profile: {},
      });
    }
  }
};

const aboutConferences = ({ conferences, accounts }: Used, chance: Chance): Ask => {
  const conferenceId = chance.some(conferences);
  if (conferenceId === undefined || chance.is(0.25)) {
    const fresh = chance.uuid();
    conferences.push(fresh);
    const more = { kind: 'virtual_room', title: 'Weekly', cid: chance.pick(cids) };
    return ask(createConference, fresh, { conferenceId: fresh, ...more });
  }
  const about = (verb: Verb, more: Record<string, unknown> = {}) => ask(verb, conferenceId, { conferenceId, ...more });
  switch (chance.int(5)) {
    case 0:
      return about(editConference, { title: `Title ${chance.int(9)}` });
    case 1:
      return about(reassignConferenceId, { cid: chance.pick(cids) });
    case 2:
      return about(deleteConference);
    default: {
      const verb = chance.pick(memberVerbs);
      const input = { conferenceId, accountId: chance.some(accounts) ?? chance.uuid() };
      return { name: verb, about: conferenceId, run: ({ needs }, call) => changeMembers(needs, call, verb, input) };
    }
  }
};

const aboutMessages = (used: Used, sessionId: string, chance: Chance): Ask => {
  const known = chance.some(used.messages);
  if (known && chance.is(0.2)) return ask(eraseText, known.messageId, known);
  const fresh = { sessionId, messageId: chance.uuid() };
  used.messages.push(fresh);
  return ask(postChatMessage, sessionId, { ...fresh, text: 'Good morning' });
};

const aboutSessions = (used: Used, chance: Chance): Ask => {
  const { conferences, sessions, accounts, people } = used;
  const sessionId = chance.some(sessions);
  if (sessionId === undefined || chance.is(0.4)) {
    const conferenceId = chance.some(conferences) ?? chance.uuid();
    return {
      name: 'joinConference',
      about: conferenceId,
      run: async ({ needs }, call) => {
        const joined = await joinConference(needs, call, { conferenceId });
        if (!sessions.includes(joined.sessionId)) sessions.push(joined.sessionId);
        people.push(joined.participantId);
        return joined;
      },
    };
  }
  const participantId = chance.some(chance.is(0.8) ? people : accounts) ?? chance.uuid();
  const about = (verb: Verb, more: Record<string, unknown> = {}) => ask(verb, sessionId, { sessionId, ...more });
  switch (chance.int(6)) {
    case 0:
      return about(endSession);
    case 1:
      return about(removeParticipant, { participantId, mayRejoin: chance.is(0.3) });
    case 2:
      return about(muteParticipant, { participantId, source: 'microphone' });
    case 3:
      return about(giveSessionRole, { participantId, role: chance.pick(['moderator', 'participant']) });
    case 4:
      return about(inviteToSession, { accountId: participantId });
    default:
      return aboutMessages(used, sessionId, chance);
  }
};

/** Another change of the configuration, or the undoing of one. */
const aboutSettings = ({ holds, changes, accounts }: Used, chance: Chance): Ask => {
  const change = chance.some(changes);
  if (change && chance.is(0.5)) {
    const { eventId, about, ...place } = change;
    const changeOf = () => Promise.resolve({ ...place, number: null });
    return {
      name: 'revertChange',
      about,
      run: ({ needs, store, codec }, call) => revertChange({ ...needs, store, codec, changeOf }, call, { eventId }),
    };
  }
  const holdId = chance.some(holds) ?? chance.uuid();
  const value = `${chance.int(3)}`;
  switch (chance.int(5)) {
    case 0: {
      const fresh = chance.uuid();
      holds.push(fresh);
      const hold = { name: value, reason: 'A court', accountIds: accounts.slice(0, 2), conferenceIds: [] };
      return ask(placeLegalHold, fresh, { holdId: fresh, ...hold });
    }
    case 1:
      return ask(editLegalHold, holdId, { holdId, name: value });
    case 2:
      return ask(releaseLegalHold, holdId, { holdId });
    case 3:
      return ask(editPreferences, 'herself', { values: { csvDelimiter: chance.pick(['comma', 'tab']) } });
    default:
      return ask(settingsVerbs.general.edit, 'general', { values: { serverName: `Server ${value}` } });
  }
};

export const anyAsk = (used: Used, chance: Chance): Ask =>
  chance.pick([aboutAccounts, aboutConferences, aboutSessions, aboutSessions, aboutSettings])(used, chance);
