// Why somebody may do something, or may not: judged by the rules of access.ts, on the streams as they were, with the
// event that gave the right or took it away.
import { type Conference, conference } from '../domain/conferences/conference.ts';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import type { AdministratorRole } from '../domain/identity/events.ts';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { session } from '../domain/sessions/session.ts';
import { isInside } from '../domain/sessions/state.ts';
import { type Ground, judge, type Relation, type Rule, ruleOf, type Verb } from './access.ts';
import type { Codec } from './codec.ts';
import { moderatesConference, seesConference } from './conferences.ts';
import type { EventStore } from './eventStore.ts';
import { moderatesByRole, seesSession } from './sessions.ts';

type Log = { store: EventStore; codec: Codec; serverId: string };

/** `action` of the account `accountId` on `objectId`: an account, a conference or a session. */
export type Question = { accountId: string; action: Verb; objectId: string | null };

export type Explanation = {
  allowed: boolean;
  rule: Rule;
  /** By what the rule held; null where it did not. */
  ground: Ground | null;
  role: AdministratorRole | null;
  /** The event that gave the right, or the last that took one away where it is not allowed. */
  position: string | null;
};

const eventsMax = 50_000;

type Folded<State> = { state: State; events: Recorded<Fact>[] };

/** A stream up to a position, inclusive; the whole of it without one. */
const upTo = async <State, Event extends Fact>(
  { store, codec }: Log,
  decider: {
    category: string;
    initial: State;
    evolve: (state: State, event: Event) => State;
    vocabulary: { parse: (stored: { type: string; data: unknown }) => Event };
  },
  id: string,
  position: string | null,
): Promise<Folded<State>> => {
  const stored = await Array.fromAsync(store.readStream(`${decider.category}-${id}`, { limit: eventsMax }));
  const known = stored.filter((event) => position === null || event.position <= position);
  const events = (await codec.decode(known)).map(({ event }) => event);
  const state = events.reduce(
    (before, event) => decider.evolve(before, decider.vocabulary.parse(event)),
    decider.initial,
  );
  return { state, events };
};

type Standing = { relation: Relation; events: Recorded<Fact>[] };

const toConference = ({ state, events }: Folded<Conference>, accountId: string): Standing => {
  if (state.status !== 'planned') return { relation: {}, events };
  return {
    relation: { moderates: moderatesConference(state, accountId), maySee: seesConference(state, accountId) },
    events,
  };
};

/** What is true of the account and the object, and the events that tell. */
const standingTo = async (log: Log, { accountId, objectId }: Question, position: string | null): Promise<Standing> => {
  if (objectId === null) return { relation: {}, events: [] };
  if (objectId === accountId) return { relation: { self: true }, events: [] };
  const planned = await upTo(log, conference, objectId, position);
  if (planned.state.status !== 'unborn') return toConference(planned, accountId);
  const { state, events } = await upTo(log, session, objectId, position);
  if (state.status === 'unborn') return { relation: {}, events: [] };
  const of = await upTo(log, conference, state.conferenceId, position);
  const moderators = of.state.status === 'planned' ? of.state.moderators : [];
  const { ownerId, participants } = state;
  return {
    relation: {
      moderates: moderatesByRole(state, accountId) || moderatesConference(of.state, accountId),
      inside: isInside(state, accountId),
      maySee: seesSession({ ownerId, mayRejoin: participants[accountId]?.mayRejoin }, moderators, accountId),
    },
    events: [...of.events, ...events],
  };
};

const concerns = ({ type, data }: Recorded<Fact>, accountId: string): boolean => {
  const { accountId: account, participantId, ownerId } = data as Record<string, unknown>;
  return [account, participantId, ownerId].includes(accountId) || type === 'JoiningWithoutInvitationSwitched';
};

/** By which events each ground is given, those that count more first. */
const givenBy: Readonly<Record<Ground, readonly string[]>> = {
  anyone: [],
  signed_in: ['AccountCreated'],
  self: ['AccountCreated'],
  role: ['AdministratorAppointed'],
  moderates: ['ParticipantRoleGiven', 'ModeratorAppointed', 'ConferenceCreated', 'ParticipantJoined'],
  inside: ['ParticipantJoined'],
  may_see: [
    'ParticipantJoined',
    'ModeratorAppointed',
    'ConferenceMemberInvited',
    'ConferenceCreated',
    'JoiningWithoutInvitationSwitched',
  ],
};

const takenBy: readonly string[] = [
  'AccountDeleted',
  'AccountDeactivated',
  'AdministratorDismissed',
  'ModeratorDismissed',
  'ConferenceMemberUninvited',
  'ParticipantRemoved',
  'ParticipantDisconnected',
  'LegLeft',
  'SessionEnded',
  'ConferenceDeleted',
];

/** Coming in, or being given a role, as somebody who does not moderate gives nobody the right to. */
const plain = ({ data }: Recorded<Fact>): boolean => (data as { role?: unknown }).role === 'participant';

const tellingEvent = (events: readonly Recorded<Fact>[], accountId: string, ground: Ground | null): string | null => {
  const own = events.filter((event) => concerns(event, accountId));
  if (ground === null) {
    const taken = own.filter(({ type }) => takenBy.includes(type)).map(({ position }) => position);
    return taken.toSorted().at(-1) ?? null;
  }
  const counting = ground === 'moderates' ? own.filter((event) => !plain(event)) : own;
  const told = givenBy[ground].map((type) => counting.findLast((event) => event.type === type));
  // Who sees a conference that takes all comers is told by the conference itself.
  const open = ground === 'may_see' ? events.find(({ type }) => type === 'ConferenceCreated') : undefined;
  return (told.find((event) => event !== undefined) ?? open)?.position ?? null;
};

/**
 * Whether the account may do this, as of a position or now, as if she came from an address that she may administer
 * from; null where there never was such an account. Who is not active may only what anyone may.
 */
export const explain = async (log: Log, question: Question, position: string | null): Promise<Explanation | null> => {
  const { accountId, action } = question;
  const [owner, rights] = await Promise.all([
    upTo(log, account, accountId, position),
    upTo(log, administration, log.serverId, position),
  ]);
  if (owner.state.status === 'unborn') return null;
  const active = owner.state.status === 'active';
  const role = active ? (rights.state.roles[accountId] ?? null) : null;
  const { relation, events } = await standingTo(log, question, position);
  const actor = active ? { kind: 'account' as const, id: accountId } : { kind: 'anonymous' as const, id: 'nobody' };
  const ground = judge({ actor, role }, action, relation);
  const telling = [...owner.events, ...rights.events, ...events];
  return {
    allowed: ground !== null,
    rule: ruleOf(action),
    ground,
    role,
    position: tellingEvent(telling, accountId, ground),
  };
};
