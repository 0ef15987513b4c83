// The Endpoints report: devices as they were last heard of.
import { parseEndpointFilter, toldFilter } from '../../commands/reports.ts';
import { type EndpointRow, endpointOf, endpointPage } from '../../projections/endpoints.ts';
import { builder } from '../builder.ts';
import { Person, personOf } from './account.ts';
import { allowReading, connectionOf, isId, reported, SortDirection, settled } from './shared.ts';

const Endpoint = builder.objectRef<EndpointRow>('Endpoint').implement({
  description: 'A program of one person, by what it says of itself; renewed by sign-ins and by legs in sessions.',
  fields: (t) => ({
    id: t.exposeID('id'),
    account: t.field({ type: Person, resolve: ({ accountId }, _, context) => personOf(accountId, context) }),
    userAgent: t.exposeString('userAgent'),
    ip: t.exposeString('ip', { description: 'The last one.' }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
    signIns: t.exposeInt('signIns'),
    connections: t.exposeInt('legs'),
    lastSessionId: t.exposeID('lastSessionId', { nullable: true }),
    lastSessionTitle: t.string({
      nullable: true,
      resolve: async ({ lastSessionId }, _, { sessions }) =>
        lastSessionId === null ? null : ((await sessions(lastSessionId))?.title ?? null),
    }),
  }),
});

const EndpointConnection = connectionOf('Endpoint', Endpoint, 'report');

export const EndpointFilterInput = builder.inputType('EndpointFilter', {
  fields: (t) => ({
    search: t.string({ description: 'Words that all have to stand somewhere in its fields, in upper or lower case.' }),
    accountId: t.id(),
    seenBefore: t.field({ type: 'DateTime', description: 'Last heard of before.' }),
  }),
});
const EndpointSortKey = builder.enumType('EndpointSortKey', {
  values: {
    LAST_SEEN: { value: 'lastSeen' },
    PERSON: { value: 'person' },
    APPLICATION: { value: 'application' },
    IP: { value: 'ip' },
  } as const,
});
const EndpointSortInput = builder.inputType('EndpointSort', {
  fields: (t) => ({
    by: t.field({ type: EndpointSortKey, required: true }),
    direction: t.field({ type: SortDirection, required: true }),
  }),
});

builder.queryField('endpoints', (t) =>
  t.field({
    type: EndpointConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      filter: t.arg({ type: EndpointFilterInput }),
      sort: t.arg({ type: EndpointSortInput, description: 'Last heard of first unless told otherwise.' }),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, filter, sort, minPosition }, context) => {
      allowReading(context, 'readEndpoints');
      const wanted = parseEndpointFilter(filter);
      context.readings.searched(context.caller, 'endpoints', toldFilter(wanted));
      await settled(context, ['endpoints', 'report_deletions'], minPosition);
      const order = sort ?? { by: 'lastSeen', direction: 'desc' };
      return reported(context, 'endpoints', after, (frame) =>
        endpointPage(context.pool, wanted, order, first, after, frame),
      );
    },
  }),
);

builder.queryField('endpoint', (t) =>
  t.field({
    type: Endpoint,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => {
      allowReading(context, 'readEndpoints');
      return isId(id) ? endpointOf(context.pool, id) : null;
    },
  }),
);
