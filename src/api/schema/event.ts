// The record: the Events report, the history of one object, its state as of any of its events.
import { historicTypes, isNamed, type StateThen, stateOf } from '../../commands/history.ts';
import { parseEventFilter, toldFilter } from '../../commands/reports.ts';
import { type EventRow, historyPage, newestNumber, numberAt } from '../../projections/auditTrail.ts';
import { eventPage, eventsAfter } from '../../projections/eventReport.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { subscribed } from '../subscribed.ts';
import { AdministratorRole } from './account.ts';
import { allowReading, connected, connectionOf, isId, mayRead, reported, SortDirection, settled } from './shared.ts';

const batchMax = 200;

const Severity = builder.enumType('Severity', {
  values: {
    INFO: { value: 'info' },
    LOW: { value: 'low' },
    MEDIUM: { value: 'medium' },
    HIGH: { value: 'high' },
  } as const,
});

const EventSource = builder.enumType('EventSource', {
  description: 'Where an event comes from, by who acted and what she was then.',
  values: {
    USER: { value: 'user' },
    ADMINISTRATOR: { value: 'administrator' },
    SERVER: { value: 'server' },
    MEDIA: { value: 'media' },
    STRANGER: { value: 'stranger' },
  } as const,
});

const nameOf = async ({ objectType, objectId, data }: EventRow, context: ApiContext): Promise<string> => {
  if (!isId(objectId)) return objectId;
  const { people, conferences, sessions } = context;
  switch (objectType) {
    case 'account':
    case 'accountStatus':
    case 'signInGuard':
      return (await people(objectId))?.displayName ?? objectId;
    case 'reading':
    case 'signIn': {
      const { accountId, readerId } = data as { accountId?: string; readerId?: string };
      const person = accountId ?? readerId;
      return (person && (await people(person))?.displayName) ?? objectId;
    }
    case 'conference':
      return (await conferences(objectId))?.title ?? objectId;
    case 'session':
    case 'channel':
      return (await sessions(objectId))?.title ?? objectId;
    default:
      return objectId;
  }
};

const actorNameOf = async ({ actorKind, actorId, actorName }: EventRow, { people }: ApiContext): Promise<string> => {
  if (actorName !== '') return actorName;
  return actorKind === 'account' && isId(actorId) ? ((await people(actorId))?.displayName ?? actorId) : actorId;
};

export const EventType = builder.objectRef<EventRow>('Event').implement({
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
    source: t.expose('source', { type: EventSource }),
    actorRole: t.expose('actorRole', {
      type: AdministratorRole,
      nullable: true,
      description: 'What the actor was as administrator when it happened.',
    }),
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

const EventConnection = connectionOf('Event', EventType, 'report');

export const EventFilterInput = builder.inputType('EventFilter', {
  description: 'All that is given has to be met.',
  fields: (t) => ({
    search: t.string({ description: 'Words that all have to stand somewhere in the event, in upper or lower case.' }),
    types: t.stringList(),
    objectTypes: t.stringList(),
    severities: t.field({ type: [Severity] }),
    sources: t.field({ type: [EventSource] }),
    actorId: t.id(),
    objectId: t.id(),
    objectName: t.string({ description: "A part of the object's name as known now." }),
    ip: t.string({ description: 'A part of the address.' }),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'Exclusive.' }),
  }),
});

const EventSortKey = builder.enumType('EventSortKey', {
  values: {
    NUMBER: { value: 'number', description: 'As they were recorded.' },
    TIME: { value: 'time' },
    TYPE: { value: 'type' },
    SEVERITY: { value: 'severity' },
  } as const,
});
const EventSortInput = builder.inputType('EventSort', {
  fields: (t) => ({
    by: t.field({ type: EventSortKey, required: true }),
    direction: t.field({ type: SortDirection, required: true }),
  }),
});
const newestFirst = { by: 'number', direction: 'desc' } as const;

builder.queryField('events', (t) =>
  t.field({
    type: EventConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      filter: t.arg({ type: EventFilterInput }),
      sort: t.arg({ type: EventSortInput, description: 'The newest first unless told otherwise.' }),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, filter, sort, minPosition }, context) => {
      allowReading(context, 'readEvents');
      const wanted = parseEventFilter(filter);
      context.readings.searched(context.caller, 'events', toldFilter(wanted));
      await settled(context, ['audit_trail', 'report_deletions'], minPosition);
      const order = sort ?? newestFirst;
      return reported(context, 'events', after, (frame) => eventPage(context.pool, wanted, order, first, after, frame));
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
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { objectType, objectId, first, after, minPosition }, context) => {
      allowReading(context, 'readHistory');
      await settled(context, ['audit_trail'], minPosition);
      context.readings.history(context.caller, objectType, objectId);
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
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { objectType, objectId, revision, at, minPosition }, context) => {
      allowReading(context, 'readHistory');
      await settled(context, ['audit_trail'], minPosition);
      if (!(isId(objectId) || isNamed(objectType, objectId)) || (revision ?? 0) < 0) return null;
      context.readings.history(context.caller, objectType, objectId);
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
      const wanted = parseEventFilter(filter);
      if (mayRead(context, 'readEvents')) context.readings.searched(context.caller, 'events', toldFilter(wanted));
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
