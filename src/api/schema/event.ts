// The record: the Events report, the history of one object, its state as of any of its events.
import { historicTypes, type StateThen, stateOf } from '../../commands/history.ts';
import {
  type EventFilter,
  type EventRow,
  eventPage,
  eventsAfter,
  historyPage,
  newestNumber,
  numberAt,
} from '../../projections/auditTrail.ts';
import { conferencesByIds } from '../../projections/conferenceList.ts';
import { sessionOf } from '../../projections/sessionRoster.ts';
import { accountsByIds } from '../../projections/userDirectory.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { subscribed } from '../subscribed.ts';
import { allowReading, connected, connectionOf, isId, mayRead, settled } from './shared.ts';

const batchMax = 200;

const Severity = builder.enumType('Severity', {
  values: {
    INFO: { value: 'info' },
    LOW: { value: 'low' },
    MEDIUM: { value: 'medium' },
    HIGH: { value: 'high' },
  } as const,
});

const nameOf = async ({ objectType, objectId }: EventRow, { pool }: ApiContext): Promise<string> => {
  if (!isId(objectId)) return objectId;
  switch (objectType) {
    case 'account':
    case 'accountStatus':
    case 'signInGuard':
      return (await accountsByIds(pool, [objectId])).get(objectId)?.displayName ?? objectId;
    case 'conference':
      return (await conferencesByIds(pool, [objectId])).get(objectId)?.title ?? objectId;
    case 'session':
    case 'channel':
      return (await sessionOf(pool, objectId))?.title ?? objectId;
    default:
      return objectId;
  }
};

const actorNameOf = async ({ actorKind, actorId, actorName }: EventRow, { people }: ApiContext): Promise<string> => {
  if (actorName !== '') return actorName;
  return actorKind === 'account' && isId(actorId) ? ((await people(actorId))?.displayName ?? actorId) : actorId;
};

const EventType = builder.objectRef<EventRow>('Event').implement({
  fields: (t) => ({
    number: t.expose('number', { type: 'EventNumber' }),
    eventId: t.exposeID('eventId'),
    type: t.exposeString('type'),
    stream: t.exposeString('stream'),
    revision: t.exposeInt('revision'),
    objectType: t.exposeString('objectType'),
    objectId: t.exposeID('objectId'),
    objectName: t.string({
      description: 'Name of the object as known now.',
      resolve: (row, _, context) => nameOf(row, context),
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime' }),
    severity: t.expose('severity', { type: Severity }),
    actorKind: t.exposeString('actorKind'),
    actorId: t.exposeID('actorId'),
    actorName: t.string({ resolve: (row, _, context) => actorNameOf(row, context) }),
    ip: t.exposeString('ip'),
    userAgent: t.exposeString('userAgent'),
    reason: t.exposeString('reason', { nullable: true }),
    commandId: t.exposeID('commandId'),
    correlationId: t.exposeID('correlationId'),
    data: t.field({
      type: 'JSON',
      description: "The event's fields, personal ones readable unless their subject was erased.",
      resolve: ({ data }) => data,
    }),
  }),
});

const EventConnection = connectionOf('Event', EventType);

const EventFilterInput = builder.inputType('EventFilter', {
  fields: (t) => ({
    search: t.string(),
    types: t.stringList(),
    objectTypes: t.stringList(),
    severities: t.field({ type: [Severity] }),
    actorId: t.id(),
    objectId: t.id(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime' }),
  }),
});

builder.queryField('events', (t) =>
  t.field({
    type: EventConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      filter: t.arg({ type: EventFilterInput }),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, filter, minPosition }, context) => {
      allowReading(context, 'readEvents');
      await settled(context, ['audit_trail'], minPosition);
      return connected(eventPage(context.pool, filter ?? {}, first, after), after);
    },
  }),
);

/** Streams that make up the history of an object: a session's chat belongs to it. */
const streamsOf = (objectType: string, objectId: string): string[] => [
  `${objectType}-${objectId}`,
  ...(objectType === 'session' ? [`channel-${objectId}`] : []),
  ...(objectType === 'account' ? [`signInGuard-${objectId}`, `accountStatus-${objectId}`] : []),
];

builder.queryField('history', (t) =>
  t.field({
    type: EventConnection,
    description: 'The events of one object, oldest first.',
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      objectType: t.arg.string({ required: true }),
      objectId: t.arg.id({ required: true }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    resolve: (_, { objectType, objectId, first, after }, context) => {
      allowReading(context, 'readHistory');
      return connected(historyPage(context.pool, streamsOf(objectType, objectId), first, after), after);
    },
  }),
);

type ObjectStateShape = StateThen & { objectType: string; objectId: string; number: string };
const ObjectState = builder.objectRef<ObjectStateShape>('ObjectState').implement({
  description: 'State of one object after the event `revision`, folded from its stream.',
  fields: (t) => ({
    objectType: t.exposeString('objectType'),
    objectId: t.exposeID('objectId'),
    revision: t.exposeInt('revision'),
    number: t.expose('number', { type: 'EventNumber' }),
    at: t.expose('at', { type: 'DateTime' }),
    state: t.field({ type: 'JSON', resolve: ({ state }) => state }),
  }),
});

builder.queryField('stateOf', (t) =>
  t.field({
    type: ObjectState,
    nullable: true,
    description: `The state of one object (${historicTypes.join(', ')}) after an event of its own, or at a moment.`,
    args: {
      objectType: t.arg.string({ required: true }),
      objectId: t.arg.id({ required: true }),
      revision: t.arg.int(),
      at: t.arg({ type: 'DateTime' }),
    },
    resolve: async (_, { objectType, objectId, revision, at }, context) => {
      allowReading(context, 'readHistory');
      if (!isId(objectId) || (revision ?? 0) < 0) return null;
      const { store, codec, pool } = context;
      const then = await stateOf(store, codec, objectType, objectId.toLowerCase(), { revision, at });
      if (!then) return null;
      await settled(context, ['audit_trail'], then.position);
      return { ...then, objectType, objectId, number: (await numberAt(pool, then.position)) ?? '0' };
    },
  }),
);

builder.subscriptionField('events', (t) =>
  t.field({
    type: [EventType],
    description: 'New events as they are recorded, resumable with `after`.',
    args: { after: t.arg({ type: 'EventNumber' }), filter: t.arg({ type: EventFilterInput }) },
    subscribe: async (_, { after, filter }, context) => {
      const wanted: EventFilter = filter ?? {};
      let last = after ?? (await newestNumber(context.pool)) ?? '-1';
      return subscribed(context, {
        first: true,
        wakes: ({ name }) => name === 'audit_trail',
        allowed: (now) => mayRead(now, 'readEvents'),
        produce: async (_ids, { pool }) => {
          const fresh = await eventsAfter(pool, wanted, last, batchMax);
          last = fresh.at(-1)?.number ?? last;
          return fresh.length > 0 ? fresh : null;
        },
        more: (rows) => rows.length === batchMax,
      });
    },
    resolve: (rows) => rows,
  }),
);
