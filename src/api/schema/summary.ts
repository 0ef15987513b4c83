// The server at a glance.
import { newestNumber } from '../../projections/auditTrail.ts';
import { countRunning } from '../../projections/conferenceList.ts';
import { countPeopleInside } from '../../projections/sessionRoster.ts';
import { countAccounts } from '../../projections/userDirectory.ts';
import { builder } from '../builder.ts';
import type {
  ApiContext,
  Figures,
  ProjectionState as ProjectionShape,
  ServiceState as ServiceShape,
} from '../context.ts';
import { subscribed } from '../subscribed.ts';
import { allowReading, mayRead } from './shared.ts';

const ServiceCondition = builder.enumType('ServiceCondition', {
  values: {
    OK: { value: 'ok' },
    DEGRADED: { value: 'degraded' },
    DOWN: { value: 'down' },
    OFF: { value: 'off' },
  } as const,
});
const ServiceState = builder.objectRef<ServiceShape>('ServiceState').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    condition: t.expose('condition', { type: ServiceCondition }),
    detail: t.exposeString('detail'),
  }),
});
const ProjectionState = builder.objectRef<ProjectionShape>('ProjectionState').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    lagMs: t.exposeFloat('lagMs'),
    haltedAt: t.expose('haltedAt', { type: 'Position', nullable: true }),
    haltReason: t.exposeString('haltReason', { nullable: true }),
  }),
});

type SummaryShape = Figures & {
  at: Date;
  accounts: number;
  onlineAccounts: number;
  runningConferences: number;
  participants: number;
  newestEvent: string | null;
  services: ServiceShape[];
  projections: ProjectionShape[];
};
const ServerSummary = builder.objectRef<SummaryShape>('ServerSummary').implement({
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    uptimeSeconds: t.exposeFloat('uptimeSeconds'),
    cpuFraction: t.exposeFloat('cpuFraction'),
    memoryBytes: t.exposeFloat('memoryBytes'),
    diskFreeBytes: t.exposeFloat('diskFreeBytes'),
    diskTotalBytes: t.exposeFloat('diskTotalBytes'),
    networkReceivedBytes: t.exposeFloat('networkReceivedBytes', { description: 'Per second.' }),
    networkSentBytes: t.exposeFloat('networkSentBytes', { description: 'Per second.' }),
    accounts: t.exposeInt('accounts'),
    onlineAccounts: t.exposeInt('onlineAccounts'),
    runningConferences: t.exposeInt('runningConferences'),
    participants: t.exposeInt('participants'),
    newestEvent: t.expose('newestEvent', { type: 'EventNumber', nullable: true }),
    services: t.field({ type: [ServiceState], resolve: ({ services }) => services }),
    projections: t.field({ type: [ProjectionState], resolve: ({ projections }) => projections }),
  }),
});

const summarise = async ({
  pool,
  now,
  figures,
  services,
  projections,
  presence,
}: ApiContext): Promise<SummaryShape> => {
  const [measured, states, lags, accounts, runningConferences, participants, newestEvent] = await Promise.all([
    figures(),
    services(),
    projections(),
    countAccounts(pool),
    countRunning(pool),
    countPeopleInside(pool),
    newestNumber(pool),
  ]);
  const counted = { accounts, runningConferences, participants, newestEvent, onlineAccounts: presence.count() };
  return { ...measured, ...counted, at: now(), services: states, projections: lags };
};

builder.queryField('summary', (t) =>
  t.field({
    type: ServerSummary,
    resolve: (_, __, context) => {
      allowReading(context, 'readSummary');
      return summarise(context);
    },
  }),
);

builder.subscriptionField('summary', (t) =>
  t.field({
    type: ServerSummary,
    description: 'The summary, about once a second.',
    subscribe: (_, __, context) =>
      subscribed(context, {
        first: true,
        everyMs: 1_000,
        wakes: () => false,
        allowed: (now) => mayRead(now, 'readSummary'),
        produce: (_ids, now) => summarise(now),
      }),
    resolve: (summary) => summary,
  }),
);
