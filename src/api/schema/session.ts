// Sessions: who is in, coming in, moderating.

import { parseCall } from '../../commands/call.ts';
import {
  endSession,
  giveSessionRole,
  inviteToSession,
  type Joined,
  joinConference,
  muteParticipant,
  removeParticipant,
  seesSession,
  unmuteSelf,
} from '../../commands/sessions.ts';
import type { LegQuality as LegQualityShape } from '../../domain/sessions/events.ts';
import { type ConferenceRow, conferencesByIds } from '../../projections/conferenceList.ts';
import {
  type LegRow,
  legsOf,
  type ParticipantRow,
  participantsOf,
  type SessionRow,
  sessionOf,
  sessionPage,
} from '../../projections/sessionRoster.ts';
import { messagesSoFar } from '../../projections/sessionTimeline.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { signallingPathTo } from '../signallingProxy.ts';
import { subscribed } from '../subscribed.ts';
import { Person, personOf } from './account.ts';
import { type AsWas, asOfArg, asWas, pageAsWas, thenRead } from './asOf.ts';
import {
  allowReading,
  answer,
  CommandInput,
  CommandResult,
  connected,
  connectionOf,
  isId,
  mayRead,
  NodeInterface,
  RefusalType,
  RefusedValue,
  refusing,
  settled,
} from './shared.ts';

export const SessionRole = builder.enumType('SessionRole', {
  values: {
    OWNER: { value: 'owner' },
    MODERATOR: { value: 'moderator' },
    PARTICIPANT: { value: 'participant' },
  } as const,
});
export const MediaSource = builder.enumType('MediaSource', {
  values: { MICROPHONE: { value: 'microphone' }, CAMERA: { value: 'camera' }, SCREEN: { value: 'screen' } } as const,
});
const ParticipantState = builder.enumType('ParticipantState', {
  values: {
    JOINING: { value: 'joining' },
    CONNECTED: { value: 'connected' },
    LEFT: { value: 'left' },
    REMOVED: { value: 'removed' },
  } as const,
});

export const LegQuality = builder.objectRef<LegQualityShape>('LegQuality').implement({
  description: 'Over the life of a leg: times in ms, loss as a fraction of 1.',
  fields: (t) => ({
    connectedMs: t.exposeFloat('connectedMs'),
    receivedBytes: t.exposeFloat('receivedBytes'),
    sentBytes: t.exposeFloat('sentBytes'),
    lossFraction: t.exposeFloat('lossFraction'),
    roundTripMs: t.exposeFloat('roundTripMs', { nullable: true }),
    scoreMin: t.exposeFloat('scoreMin', { nullable: true }),
  }),
});

const Leg = builder.objectRef<LegRow>('Leg').implement({
  description: "One device's stay in the session.",
  fields: (t) => ({
    id: t.exposeID('id'),
    joinedAt: t.expose('joinedAt', { type: 'DateTime' }),
    connectedAt: t.expose('connectedAt', { type: 'DateTime', nullable: true }),
    leftAt: t.expose('leftAt', { type: 'DateTime', nullable: true }),
    leftCause: t.exposeString('leftCause', { nullable: true }),
    quality: t.expose('quality', { type: LegQuality, nullable: true }),
  }),
});

const stateOf = ({ removed, liveLegs, connectedLegs }: ParticipantRow) => {
  if (removed) return 'removed' as const;
  if (liveLegs === 0) return 'left' as const;
  return connectedLegs > 0 ? ('connected' as const) : ('joining' as const);
};

const Participant = builder.objectRef<AsWas<ParticipantRow>>('Participant').implement({
  fields: (t) => ({
    id: t.exposeID('participantId'),
    displayName: t.exposeString('displayName'),
    role: t.expose('role', { type: SessionRole }),
    state: t.field({ type: ParticipantState, resolve: stateOf }),
    muted: t.field({
      type: [MediaSource],
      description: 'What a moderator switched off and the participant has not switched on again.',
      resolve: ({ muted }) => muted as ('microphone' | 'camera' | 'screen')[],
    }),
    sharing: t.exposeBoolean('sharing'),
    joinedAt: t.expose('firstJoinedAt', { type: 'DateTime' }),
    leftAt: t.expose('leftAt', { type: 'DateTime', nullable: true }),
    leftCause: t.exposeString('leftCause', { nullable: true }),
    mayRejoin: t.exposeBoolean('mayRejoin'),
    legs: t.field({
      type: [Leg],
      resolve: async ({ sessionId, participantId, was: then }, _, { pool }) =>
        (await legsOf(pool, sessionId, then)).filter((leg) => leg.participantId === participantId),
    }),
  }),
});

const conferenceOfSession = async (
  { conferenceId, was: then }: AsWas<SessionRow>,
  { pool }: ApiContext,
): Promise<ConferenceRow | undefined> => (await conferencesByIds(pool, [conferenceId], then)).get(conferenceId);

const viewerModerates = async (row: SessionRow, context: ApiContext): Promise<boolean> => {
  const { id } = context.caller.actor;
  if (row.ownerId === id || context.caller.role === 'admin') return true;
  if ((await conferenceOfSession(row, context))?.moderators.includes(id)) return true;
  const mine = (await participantsOf(context.pool, row.id)).find(({ participantId }) => participantId === id);
  return mine !== undefined && mine.role !== 'participant';
};

export const SessionType = builder.objectRef<AsWas<SessionRow>>('Session').implement({
  description: 'One run of a conference.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    conferenceId: t.exposeID('conferenceId'),
    cid: t.string({ resolve: async (row, _, context) => (await conferenceOfSession(row, context))?.cid ?? '' }),
    title: t.exposeString('title'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    startedBy: t.field({
      type: Person,
      resolve: ({ startedBy, was: then }, _, context) => personOf(startedBy, context, then),
    }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    endCause: t.exposeString('endCause', { nullable: true }),
    node: t.exposeString('node', { nullable: true, description: 'The media node the session is placed on.' }),
    participants: t.field({
      type: [Participant],
      resolve: async ({ id, was: then }, _, context) => {
        const seen = (await maySee(id, context)) ? await participantsOf(context.pool, id, then) : [];
        return seen.map((row) => asWas(row, then));
      },
    }),
    viewerParticipant: t.field({
      type: Participant,
      nullable: true,
      description: "The viewer's own participation.",
      resolve: async ({ id, was: then }, _, { pool, caller }) =>
        (await participantsOf(pool, id, then)).find(({ participantId }) => participantId === caller.actor.id),
    }),
    messages: t.int({
      description: 'How many messages were written in its chat so far; 0 for who may not see it.',
      resolve: async ({ id, was: then }, _, context) =>
        (await maySee(id, context)) ? messagesSoFar(context.pool, id, then) : 0,
    }),
    viewerModerates: t.boolean({
      resolve: (row, _, context) => row.was === undefined && viewerModerates(row, context),
    }),
  }),
});

const SessionConnection = connectionOf('Session', SessionType);

/** People who are or were in a session and may come back see it; so do its owner, moderators and administrators. */
export const maySee = async (sessionId: string, context: ApiContext): Promise<boolean> => {
  const { id, kind } = context.caller.actor;
  if (kind !== 'account' || !isId(sessionId)) return false;
  if (mayRead(context, 'readSession')) return true;
  const row = await sessionOf(context.pool, sessionId);
  if (!row) return false;
  const mine = (await participantsOf(context.pool, sessionId)).find(({ participantId }) => participantId === id);
  const moderators = (await conferenceOfSession(row, context))?.moderators ?? [];
  return seesSession({ ownerId: row.ownerId, mayRejoin: mine?.mayRejoin }, moderators, id);
};

builder.queryField('session', (t) =>
  t.field({
    type: SessionType,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg(asOfArg), minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { id, asOf, minPosition }, context) => {
      allowReading(context, 'readSession', { maySee: true });
      await settled(context, ['session_roster'], minPosition);
      const then = await thenRead(context, 'room', asOf, { sessionId: id });
      const row = (await maySee(id, context)) ? await sessionOf(context.pool, id, then) : null;
      return row && asWas(row, then);
    },
  }),
);

builder.queryField('sessions', (t) =>
  t.field({
    type: SessionConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: { conferenceId: t.arg.id(), asOf: t.arg(asOfArg), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { conferenceId, asOf, first, after }, context) => {
      allowReading(context, 'readSessions');
      const of = conferenceId && isId(conferenceId) ? conferenceId : null;
      const then = await thenRead(context, 'sessions', asOf, { conferenceId: of }, after);
      return connected(pageAsWas(sessionPage(context.pool, of, first, after, then), then), after);
    },
  }),
);

builder.subscriptionField('session', (t) =>
  t.field({
    type: SessionType,
    nullable: true,
    description:
      'The session whenever it changes, at once with its present state. Completes when the viewer may no longer see it.',
    args: { id: t.arg.id({ required: true }) },
    subscribe: (_, { id }, context) =>
      subscribed(context, {
        first: true,
        wakes: ({ name, ids }) => name === 'session_roster' && (ids === null || ids.includes(id)),
        allowed: (now) => maySee(id, now),
        produce: (_ids, now) => sessionOf(now.pool, id),
      }),
    resolve: (row) => row,
  }),
);

const JoinTicket = builder.objectRef<Joined>('JoinTicket').implement({
  description:
    'A ticket is single-use and expires after 30 s; open a WebSocket at `signallingPath` of this origin and say hello with it.',
  fields: (t) => ({
    sessionId: t.exposeID('sessionId'),
    participantId: t.exposeID('participantId'),
    legId: t.exposeID('legId'),
    ticket: t.exposeString('ticket'),
    signallingPath: t.string({
      resolve: ({ node, sessionId }) => (node === null ? '/signalling' : signallingPathTo(node, sessionId)),
    }),
    position: t.expose('position', { type: 'Position' }),
  }),
});
const JoinResult = builder.unionType('JoinResult', {
  types: [JoinTicket, RefusalType],
  resolveType: (value) => (value instanceof RefusedValue ? RefusalType : JoinTicket),
});

builder.mutationField('joinConference', (t) =>
  t.field({
    type: JoinResult,
    description: 'Starts the conference if it is not running and the viewer may start it, and asks for a leg in it.',
    args: { command: t.arg({ type: CommandInput, required: true }), conferenceId: t.arg.id({ required: true }) },
    resolve: (_, args, context) =>
      refusing(async () => {
        const call = parseCall(context.caller, { ...args.command, dryRun: false });
        return joinConference(context.needs, call, args);
      }),
  }),
);

builder.mutationField('inviteToSession', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      sessionId: t.arg.id({ required: true }),
      accountId: t.arg.id({ required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => inviteToSession(context.needs, call, args)),
  }),
);

builder.mutationField('muteParticipant', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      sessionId: t.arg.id({ required: true }),
      participantId: t.arg.id({ required: true }),
      source: t.arg({ type: MediaSource, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => muteParticipant(context.needs, call, args)),
  }),
);

builder.mutationField('unmuteSelf', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      sessionId: t.arg.id({ required: true }),
      source: t.arg({ type: MediaSource, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => unmuteSelf(context.needs, call, args)),
  }),
);

builder.mutationField('removeParticipant', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      sessionId: t.arg.id({ required: true }),
      participantId: t.arg.id({ required: true }),
      mayRejoin: t.arg.boolean({ required: true }),
    },
    resolve: (_, args, context) =>
      answer(context, args.command, (call) => removeParticipant(context.needs, call, args)),
  }),
);

builder.mutationField('giveSessionRole', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      sessionId: t.arg.id({ required: true }),
      participantId: t.arg.id({ required: true }),
      role: t.arg({ type: SessionRole, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => giveSessionRole(context.needs, call, args)),
  }),
);

builder.mutationField('endSession', (t) =>
  t.field({
    type: CommandResult,
    args: { command: t.arg({ type: CommandInput, required: true }), sessionId: t.arg.id({ required: true }) },
    resolve: (_, args, context) => answer(context, args.command, (call) => endSession(context.needs, call, args)),
  }),
);
