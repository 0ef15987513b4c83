// Every event that was ever recorded, numbered: what the Events report and History read.
import type { Pool } from 'pg';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { containing, keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import { table } from './table.ts';

export type Severity = 'info' | 'low' | 'medium' | 'high';

export type EventRow = {
  /** The event's public number: its index among all events, from 0, as a decimal string. */
  number: string;
  position: string;
  eventId: string;
  type: string;
  stream: string;
  revision: number;
  objectType: string;
  objectId: string;
  occurredAt: Date;
  severity: Severity;
  actorKind: string;
  actorId: string;
  actorName: string;
  ip: string;
  userAgent: string;
  reason: string | null;
  commandId: string;
  correlationId: string;
  data: object;
  /** Lower-case text that the search looks in. */
  search: string;
};

type CounterRow = { name: string; next: string };

const text = { type: 'text' as const };
const uuid = { type: 'uuid' as const };

export const events = table<EventRow>(
  'event',
  {
    number: { type: 'int8', primary: true },
    position: text,
    eventId: uuid,
    type: text,
    stream: text,
    revision: { type: 'int' },
    objectType: text,
    objectId: text,
    occurredAt: { type: 'timestamptz' },
    severity: text,
    actorKind: text,
    actorId: text,
    actorName: text,
    ip: text,
    userAgent: text,
    reason: { type: 'text', nullable: true },
    commandId: uuid,
    correlationId: uuid,
    data: { type: 'jsonb' },
    search: text,
  },
  [
    { name: 'event_by_object', columns: ['objectId', 'number'] },
    { name: 'event_by_type', columns: ['type', 'number'] },
    { name: 'event_by_stream', columns: ['stream', 'revision'], unique: true },
    { name: 'event_by_time', columns: ['occurredAt'] },
    { name: 'event_by_position', columns: ['position'], unique: true },
  ],
);

export const counters = table<CounterRow>('event_counter', {
  name: { type: 'text', primary: true },
  next: { type: 'int8' },
});

const severities: Record<string, Severity> = {
  ServerStarted: 'medium',
  ServerStopped: 'high',
  ServerSetUp: 'high',
  AdministratorAppointed: 'high',
  AdministratorDismissed: 'high',
  AccountDeleted: 'high',
  ConferenceDeleted: 'high',
  SessionMediaInterrupted: 'high',
  EventParked: 'high',
  SigningKeyAdopted: 'high',
  LogAlterationFound: 'high',
  FormatLevelRaised: 'medium',
  AccessSettingsEdited: 'high',
  RetentionSettingsEdited: 'high',
  LegalHoldPlaced: 'high',
  LegalHoldEdited: 'high',
  LegalHoldReleased: 'high',
  WitnessSettingsEdited: 'high',
  GeneralSettingsEdited: 'medium',
  AccountCreated: 'medium',
  AccountPasswordSet: 'medium',
  AccountDeactivated: 'medium',
  AccountActivated: 'medium',
  AccountDevicesDisconnected: 'medium',
  SignInsFailed: 'medium',
  ParticipantRemoved: 'medium',
  ParticipantDisconnected: 'medium',
  SessionEnded: 'low',
  SessionStarted: 'low',
  ConferenceCreated: 'low',
  ConferenceIdReassigned: 'low',
  SignedIn: 'low',
  SignedOut: 'low',
};

const severityOf = (type: string): Severity => severities[type] ?? 'info';

/** What people wrote is read in its own report; here it would outlive a deletion there. */
const withoutContent = (data: object): object =>
  Object.fromEntries(Object.entries(data).filter(([field]) => field !== 'content'));

const wordsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(wordsOf);
};

/** The row of an event; `number` is known once it is projected. */
const eventRow = (event: Recorded<Fact>, number: string): EventRow => {
  const { stream, meta } = event;
  const dash = stream.indexOf('-');
  const data = withoutContent(event.data);
  const { displayName = '', ip = '', userAgent = '' } = meta.origin ?? {};
  const words = [event.type, displayName, ip, meta.reason ?? '', ...wordsOf(data)];
  return {
    number,
    position: event.position,
    eventId: event.eventId,
    type: event.type,
    stream,
    revision: event.revision,
    objectType: stream.slice(0, dash),
    objectId: stream.slice(dash + 1),
    occurredAt: meta.occurredAt,
    severity: severityOf(event.type),
    actorKind: meta.actor.kind,
    actorId: meta.actor.id,
    actorName: displayName,
    ip,
    userAgent,
    reason: meta.reason,
    commandId: meta.commandId,
    correlationId: meta.correlationId,
    data,
    search: words.join(' ').toLowerCase().slice(0, 8_000),
  };
};

export const auditTrail = (categories: readonly string[]): Projection => ({
  name: 'audit_trail',
  version: 1,
  categories,
  tables: [events, counters],
  apply: async (event, rows) => {
    const counter = await rows.get(counters, { name: 'event' });
    const number = counter?.next ?? '0';
    rows.add(events, eventRow(event, number));
    rows.put(counters, { name: 'event', next: String(BigInt(number) + 1n) });
  },
});

export type EventFilter = {
  search?: string | null | undefined;
  types?: readonly string[] | null | undefined;
  objectTypes?: readonly string[] | null | undefined;
  severities?: readonly Severity[] | null | undefined;
  actorId?: string | null | undefined;
  objectId?: string | null | undefined;
  from?: Date | null | undefined;
  to?: Date | null | undefined;
};

const where = `from read.event where ($1::text is null or search ilike $1) and ($2::text[] is null or type = any($2))
  and ($3::text[] is null or "objectType" = any($3)) and ($4::text[] is null or severity = any($4))
  and ($5::text is null or "actorId" = $5) and ($6::text is null or "objectId" = $6)
  and ($7::timestamptz is null or "occurredAt" >= $7) and ($8::timestamptz is null or "occurredAt" < $8)`;

const some = <Value>(values: readonly Value[] | null | undefined): readonly Value[] | null =>
  values?.length ? values : null;

const filterValues = (filter: EventFilter): unknown[] => [
  filter.search ? containing(filter.search.toLowerCase()) : null,
  some(filter.types),
  some(filter.objectTypes),
  some(filter.severities),
  filter.actorId ?? null,
  filter.objectId ?? null,
  filter.from ?? null,
  filter.to ?? null,
];

const byNumber = [{ sql: 'number', cast: 'int8', of: (row: EventRow) => row.number }];

/** Newest first. */
export const eventPage = (
  pool: Pool,
  filter: EventFilter,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<EventRow>> =>
  keysetPage(
    pool,
    { kind: 'events', select: '*', from: where, values: filterValues(filter), keys: byNumber, direction: 'desc' },
    first,
    after,
  );

/** Events after a number in the order they were recorded, for readers who follow. */
export const eventsAfter = async (pool: Pool, filter: EventFilter, after: string, limit: number): Promise<EventRow[]> =>
  (
    await pool.query<EventRow>(`select * ${where} and number > $9 order by number limit $10`, [
      ...filterValues(filter),
      after,
      limit,
    ])
  ).rows;

/** The events of one object, oldest first. A session's include its chat. */
export const historyPage = (
  pool: Pool,
  streams: readonly string[],
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<EventRow>> =>
  keysetPage(
    pool,
    {
      kind: 'history',
      select: '*',
      from: 'from read.event where stream = any($1)',
      values: [streams],
      keys: byNumber,
      direction: 'asc',
    },
    first,
    after,
  );

export const newestNumber = async (pool: Pool): Promise<string | null> =>
  (await pool.query<{ n: string | null }>('select max(number)::text n from read.event')).rows[0]?.n ?? null;

export const numberAt = async (pool: Pool, position: string): Promise<string | null> =>
  (await pool.query<{ n: string }>('select number::text n from read.event where position = $1', [position])).rows[0]
    ?.n ?? null;
