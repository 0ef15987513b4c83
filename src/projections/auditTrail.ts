// Every event that was ever recorded, numbered: what the Events report and History read.
import type { Pool } from 'pg';
import { type AdministratorRole, administrationEvents } from '../domain/identity/events.ts';
import type { Actor, Fact, Recorded } from '../domain/kernel.ts';
import { keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

export type Severity = 'info' | 'low' | 'medium' | 'high';

/** Where an event comes from: a person, one who administered the server then, the server itself, a media node. */
export type EventSource = 'user' | 'administrator' | 'server' | 'media' | 'stranger';

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
  /** The severity as a number to sort by, the gravest highest. */
  gravity: number;
  source: EventSource;
  /** What the actor was as administrator when it happened. */
  actorRole: AdministratorRole | null;
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

/** Who administers the server at this place of the log. */
type AdministratorRow = { accountId: string; role: AdministratorRole };

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
    gravity: { type: 'int' },
    source: text,
    actorRole: { type: 'text', nullable: true },
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
    { name: 'event_by_type', columns: ['type', 'occurredAt', 'number'] },
    { name: 'event_by_stream', columns: ['stream', 'revision'], unique: true },
    { name: 'event_by_time', columns: ['occurredAt', 'number'] },
    { name: 'event_by_gravity', columns: ['gravity', 'occurredAt', 'number'] },
    { name: 'event_by_source', columns: ['source', 'occurredAt', 'number'] },
    { name: 'event_by_actor', columns: ['actorId', 'occurredAt', 'number'] },
    { name: 'event_by_object_type', columns: ['objectType', 'occurredAt', 'number'] },
    { name: 'event_by_position', columns: ['position'], unique: true },
  ],
);

export const counters = table<CounterRow>('event_counter', {
  name: { type: 'text', primary: true },
  next: { type: 'int8' },
});

export const eventAdministrators = table<AdministratorRow>('event_administrator', {
  accountId: { type: 'uuid', primary: true },
  role: { type: 'text' },
});

const severities: Record<string, Severity> = {
  ServerStarted: 'medium',
  ServerStopped: 'high',
  MasterKeyRotationBegun: 'high',
  MasterKeyRotated: 'high',
  ServerSetUp: 'high',
  AdministratorAppointed: 'high',
  AdministratorDismissed: 'high',
  AccountDeleted: 'high',
  PersonErasureOrdered: 'high',
  PersonErased: 'high',
  ContentErased: 'high',
  RetentionApplied: 'high',
  ConferenceDeleted: 'high',
  SessionMediaInterrupted: 'high',
  EventParked: 'high',
  ReadModelRebuildFailed: 'high',
  SigningKeyAdopted: 'high',
  LogAlterationFound: 'high',
  ReportRowsDeleted: 'high',
  ReportExportPrepared: 'medium',
  ReportExported: 'medium',
  ReportSearched: 'low',
  ChangesSearched: 'low',
  HistoryRead: 'low',
  PastRead: 'low',
  FormatLevelRaised: 'medium',
  AccessSettingsEdited: 'high',
  RetentionSettingsEdited: 'high',
  LegalHoldPlaced: 'high',
  LegalHoldEdited: 'high',
  LegalHoldReleased: 'high',
  WitnessSettingsEdited: 'high',
  ConfigurationSaved: 'high',
  ConfigurationRestoreBegun: 'high',
  ConfigurationRestoreEnded: 'high',
  GeneralSettingsEdited: 'medium',
  DiagnosticSettingsEdited: 'medium',
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

/** A type has one severity: whoever changes one here raises the version of the trail. */
export const severityOf = (type: string): Severity => severities[type] ?? 'info';

/** From the least grave to the gravest. */
export const gravities: readonly Severity[] = ['info', 'low', 'medium', 'high'];

const sourceOf = ({ kind }: Actor, role: AdministratorRole | null): EventSource => {
  switch (kind) {
    case 'account':
      return role === null ? 'user' : 'administrator';
    case 'node':
      return 'media';
    case 'system':
      return 'server';
    case 'anonymous':
      return 'stranger';
  }
};

/** What people wrote is read in its own report; here it would outlive a deletion there. */
const withoutContent = (data: object): object =>
  Object.fromEntries(Object.entries(data).filter(([field]) => field !== 'content'));

/** What readers searched for is no place to find it again: every search would find itself. */
const ownWords = (data: object): object =>
  Object.fromEntries(Object.entries(data).filter(([field]) => field !== 'asked' && field !== 'filter'));

const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Moments are looked for by period. Fields in the order of their names: stored rows have forgotten any other. */
const wordsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return moment.test(value) ? [] : [value];
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, member]) => wordsOf(member));
};

/** What the search looks in. */
export const searchOf = ({
  type,
  actorName,
  ip,
  userAgent,
  reason,
  data,
}: Pick<EventRow, 'type' | 'actorName' | 'ip' | 'userAgent' | 'reason' | 'data'>): string =>
  [type, actorName, ip, userAgent, reason ?? '', ...wordsOf(ownWords(data))].join(' ').toLowerCase().slice(0, 8_000);

/** The row of an event; `number` is known once it is projected. */
const eventRow = (event: Recorded<Fact>, number: string, actorRole: AdministratorRole | null): EventRow => {
  const { stream, meta } = event;
  const dash = stream.indexOf('-');
  const data = withoutContent(event.data);
  const { displayName = '', ip = '', userAgent = '' } = meta.origin ?? {};
  const severity = severityOf(event.type);
  const told = { type: event.type, actorName: displayName, ip, userAgent, reason: meta.reason, data };
  return {
    ...told,
    number,
    position: event.position,
    eventId: event.eventId,
    stream,
    revision: event.revision,
    objectType: stream.slice(0, dash),
    objectId: stream.slice(dash + 1),
    occurredAt: meta.occurredAt,
    severity,
    gravity: gravities.indexOf(severity),
    source: sourceOf(meta.actor, actorRole),
    actorRole,
    actorKind: meta.actor.kind,
    actorId: meta.actor.id,
    commandId: meta.commandId,
    correlationId: meta.correlationId,
    search: searchOf(told),
  };
};

/** Appointed from the next event on: the first administrator appoints herself as nobody. */
const noteAdministrator = (event: Recorded<Fact>, rows: Rows): void => {
  if (!event.stream.startsWith('administration-')) return;
  const { type, data } = administrationEvents.parse(event);
  if (type === 'AdministratorAppointed') {
    rows.put(eventAdministrators, { accountId: data.accountId, role: data.role });
  } else if (type === 'AdministratorDismissed') rows.delete(eventAdministrators, { accountId: data.accountId });
};

export const auditTrail = (categories: readonly string[]): Projection => ({
  name: 'audit_trail',
  version: 3,
  categories,
  tables: [events, counters, eventAdministrators],
  apply: async (event, rows) => {
    const counter = await rows.get(counters, { name: 'event' });
    const number = counter?.next ?? '0';
    const { actor } = event.meta;
    const acting = actor.kind === 'account' ? await rows.get(eventAdministrators, { accountId: actor.id }) : undefined;
    rows.add(events, eventRow(event, number, acting?.role ?? null));
    noteAdministrator(event, rows);
    rows.put(counters, { name: 'event', next: String(BigInt(number) + 1n) });
  },
});

/** The events of one object, oldest first. A session's include its chat. */
export const historyPage = (
  pool: Pool,
  streams: readonly string[],
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<EventRow>> =>
  keysetPage<EventRow>(
    pool,
    {
      kind: 'history',
      select: '*',
      from: 'from read.event where stream = any($1)',
      values: [streams],
      keys: [{ sql: 'number', cast: 'int8', of: (row) => row.number }],
      direction: 'asc',
    },
    first,
    after,
  );

export const newestNumber = async (pool: Pool): Promise<string | null> =>
  (await pool.query<{ n: string | null }>('select max(number)::text n from read.event')).rows[0]?.n ?? null;

/** The event at a position; null while the trail has not come so far. */
export const eventAt = async (pool: Pool, position: string): Promise<EventRow | null> =>
  (await pool.query<EventRow>('select * from read.event where position = $1', [position])).rows[0] ?? null;

export const numberAt = async (pool: Pool, position: string): Promise<string | null> =>
  (await pool.query<{ n: string }>('select number::text n from read.event where position = $1', [position])).rows[0]
    ?.n ?? null;
