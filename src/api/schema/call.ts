// The Calls report: sessions as they went, who took part and was asked, each leg; and everybody's own calls.
import { parseCallFilter, toldFilter } from '../../commands/reports.ts';
import {
  type CallRow,
  callLegOf,
  callLegsOf,
  type Invite,
  invitesOf,
  type LegDetail,
} from '../../projections/callHistory.ts';
import { callOf, callPage, type OwnCall, ownCallPage } from '../../projections/callReport.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { Person, personOf } from './account.ts';
import { LegQuality, SessionRole } from './session.ts';
import { allowReading, connected, connectionOf, isId, reported, SortDirection, settled } from './shared.ts';

const CallLeg = builder.objectRef<LegDetail>('CallLeg').implement({
  description: "One device's stay in a call.",
  fields: (t) => ({
    id: t.exposeID('id'),
    sessionId: t.exposeID('sessionId'),
    person: t.field({ type: Person, resolve: ({ participantId }, _, context) => personOf(participantId, context) }),
    displayName: t.exposeString('displayName', { description: 'The name shown in the call.' }),
    role: t.expose('role', { type: SessionRole }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime' }),
    connectedAt: t.expose('connectedAt', { type: 'DateTime', nullable: true }),
    leftAt: t.expose('leftAt', { type: 'DateTime', nullable: true }),
    leftCause: t.exposeString('leftCause', { nullable: true }),
    quality: t.expose('quality', { type: LegQuality, nullable: true }),
    endpointId: t.exposeID('endpointId', { nullable: true }),
    ip: t.exposeString('ip'),
    userAgent: t.exposeString('userAgent'),
  }),
});

const CallInvite = builder.objectRef<Invite>('CallInvite').implement({
  description: 'Somebody who was asked into the call while it ran.',
  fields: (t) => ({
    invitedAt: t.expose('invitedAt', { type: 'DateTime' }),
    invitedBy: t.field({ type: Person, resolve: ({ invitedBy }, _, context) => personOf(invitedBy, context) }),
    person: t.field({ type: Person, resolve: ({ participantId }, _, context) => personOf(participantId, context) }),
    accepted: t.exposeBoolean('accepted', { description: 'Whether she came.' }),
  }),
});

const cidOf = async ({ conferenceId }: CallRow, { conferences }: ApiContext): Promise<string> =>
  (await conferences(conferenceId))?.cid ?? '';

const Call = builder.objectRef<CallRow>('Call').implement({
  description: 'One run of a conference as the Calls report tells it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the session.' }),
    conferenceId: t.exposeID('conferenceId'),
    cid: t.string({
      description: 'Of its conference, as it is now.',
      resolve: (row, _, context) => cidOf(row, context),
    }),
    title: t.exposeString('title'),
    owner: t.field({ type: Person, resolve: ({ ownerId }, _, context) => personOf(ownerId, context) }),
    startedBy: t.field({ type: Person, resolve: ({ startedBy }, _, context) => personOf(startedBy, context) }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'Null while it runs.' }),
    endCause: t.exposeString('endCause', { nullable: true }),
    people: t.exposeInt('people', { description: 'Different people, however often each came.' }),
    connections: t.exposeInt('connections', { description: 'Legs: each time somebody joined.' }),
    legs: t.field({ type: [CallLeg], resolve: ({ id }, _, { pool }) => callLegsOf(pool, id) }),
    invites: t.field({ type: [CallInvite], resolve: ({ id }, _, { pool }) => invitesOf(pool, id) }),
  }),
});

const CallsConnection = connectionOf('Call', Call, 'report');

export const CallFilterInput = builder.inputType('CallFilter', {
  description: 'All that is given has to be met. A call lies in a period when it began in it.',
  fields: (t) => ({
    search: t.string({ description: 'Words of the title.' }),
    conference: t.string({ description: 'A part of the title or ID of its conference as known now.' }),
    conferenceId: t.id(),
    owner: t.string({ description: "A part of the owner's name or login." }),
    participantId: t.id(),
    running: t.boolean(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'Exclusive.' }),
  }),
});
const CallSortKey = builder.enumType('CallSortKey', {
  values: {
    START: { value: 'start' },
    END: { value: 'end', description: 'Running calls last.' },
    DURATION: { value: 'duration', description: 'Running calls are the longest.' },
    PEOPLE: { value: 'people' },
    TITLE: { value: 'title' },
  } as const,
});
const CallSortInput = builder.inputType('CallSort', {
  fields: (t) => ({
    by: t.field({ type: CallSortKey, required: true }),
    direction: t.field({ type: SortDirection, required: true }),
  }),
});

builder.queryField('calls', (t) =>
  t.field({
    type: CallsConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      filter: t.arg({ type: CallFilterInput }),
      sort: t.arg({ type: CallSortInput, description: 'The newest first unless told otherwise.' }),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, filter, sort, minPosition }, context) => {
      allowReading(context, 'readCalls');
      const wanted = parseCallFilter(filter);
      context.readings.searched(context.caller, 'calls', toldFilter(wanted));
      await settled(context, ['call_history', 'report_deletions'], minPosition);
      const order = sort ?? { by: 'start', direction: 'desc' };
      return reported(context, 'calls', after, (frame) => callPage(context.pool, wanted, order, first, after, frame));
    },
  }),
);

builder.queryField('call', (t) =>
  t.field({
    type: Call,
    nullable: true,
    args: { id: t.arg.id({ required: true }), minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { id, minPosition }, context) => {
      allowReading(context, 'readCalls');
      await settled(context, ['call_history', 'report_deletions'], minPosition);
      if (isId(id)) context.readings.searched(context.caller, 'calls', { sessionId: id.toLowerCase() });
      return isId(id) ? callOf(context.pool, id) : null;
    },
  }),
);

builder.queryField('callLeg', (t) =>
  t.field({
    type: CallLeg,
    nullable: true,
    description: 'One connection with its quality.',
    args: { id: t.arg.id({ required: true }), minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { id, minPosition }, context) => {
      allowReading(context, 'readCalls');
      await settled(context, ['call_history', 'session_roster', 'report_deletions'], minPosition);
      const leg = isId(id) ? await callLegOf(context.pool, id) : null;
      return leg && (await callOf(context.pool, leg.sessionId)) ? leg : null;
    },
  }),
);

const CallPart = builder.enumType('CallPart', {
  values: {
    CONFERENCE: { value: 'conference', description: 'Came by oneself.' },
    OUTGOING: { value: 'outgoing', description: 'Started it.' },
    INCOMING: { value: 'incoming', description: 'Was asked in, and came.' },
    MISSED: { value: 'missed', description: 'Was asked in, and never came.' },
  } as const,
});

const OwnCallType = builder.objectRef<OwnCall>('OwnCall').implement({
  description: 'A call as one who took part or was asked knows it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the session.' }),
    cid: t.string({ resolve: (row, _, context) => cidOf(row, context) }),
    title: t.exposeString('title'),
    owner: t.field({ type: Person, resolve: ({ ownerId }, _, context) => personOf(ownerId, context) }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    part: t.expose('part', { type: CallPart }),
  }),
});
const OwnCallConnection = connectionOf('OwnCall', OwnCallType);

builder.queryField('myCalls', (t) =>
  t.field({
    type: OwnCallConnection,
    description: "The viewer's own calls, the newest first.",
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (_, { first, after }, context) => {
      allowReading(context, 'readMyCalls');
      const { actor } = context.caller;
      return connected(ownCallPage(context.pool, actor.id, first, after), after);
    },
  }),
);
