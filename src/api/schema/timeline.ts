// The moderation timeline of a session (catalogue J8).
import { callOf } from '../../projections/callReport.ts';
import { momentKinds, type SessionMoment, timelinePage } from '../../projections/sessionTimeline.ts';
import { builder } from '../builder.ts';
import { Person, personOf } from './account.ts';
import { MediaSource, SessionRole } from './session.ts';
import { allowReading, connected, connectionOf, isId, settled } from './shared.ts';

const SessionMomentKind = builder.enumType('SessionMomentKind', {
  values: Object.fromEntries(Object.values(momentKinds).map((kind) => [kind.toUpperCase(), { value: kind }])),
});

const SessionMomentType = builder.objectRef<SessionMoment>('SessionMoment').implement({
  description: 'Something that happened in a session; the room after it is `session(asOf: {number: …})`.',
  fields: (t) => ({
    number: t.expose('number', { type: 'EventNumber' }),
    at: t.expose('at', { type: 'DateTime' }),
    kind: t.expose('kind', { type: SessionMomentKind }),
    person: t.field({
      type: Person,
      nullable: true,
      description: 'To whom it happened, by her present name.',
      resolve: ({ participantId }, _, context) => (participantId === null ? null : personOf(participantId, context)),
    }),
    by: t.field({
      type: Person,
      nullable: true,
      description: 'Who did it, where that was somebody else.',
      resolve: ({ byId }, _, context) => (byId === null ? null : personOf(byId, context)),
    }),
    source: t.field({
      type: MediaSource,
      nullable: true,
      resolve: ({ source }) => source as 'microphone' | 'camera' | 'screen' | null,
    }),
    role: t.field({
      type: SessionRole,
      nullable: true,
      resolve: ({ role }) => role as 'owner' | 'moderator' | 'participant' | null,
    }),
    cause: t.exposeString('cause', { nullable: true }),
  }),
});
const SessionMomentConnection = connectionOf('SessionMoment', SessionMomentType);

builder.queryField('sessionTimeline', (t) =>
  t.field({
    type: SessionMomentConnection,
    nullable: true,
    description: 'What happened in a session, from its start on; null for one that the report of calls does not show.',
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      sessionId: t.arg.id({ required: true }),
      first: t.arg.int(),
      after: t.arg.string(),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { sessionId, first, after, minPosition }, context) => {
      allowReading(context, 'readHistory');
      await settled(context, ['audit_trail', 'call_history', 'report_deletions'], minPosition);
      const id = sessionId.toLowerCase();
      if (!isId(id) || !(await callOf(context.pool, id))) return null;
      context.readings.history(context.caller, 'session', id);
      return connected(timelinePage(context.pool, id, first, after), after);
    },
  }),
);
