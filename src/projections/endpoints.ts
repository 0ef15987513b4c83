// The devices that people sign in and join with, each as it was last heard of.
import type { Pool } from 'pg';
import { signInEvents } from '../domain/identity/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import { sessionEvents } from '../domain/sessions/events.ts';
import { addSearch, type Conditions, conditions } from './conditions.ts';
import { endpointIdOf } from './endpointId.ts';
import { keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import { frameOf, type ReportFrame } from './reportFrame.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

export type EndpointRow = {
  id: string;
  accountId: string;
  /** The name at the time it was last heard of. */
  displayName: string;
  userAgent: string;
  ip: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  signIns: number;
  legs: number;
  lastSessionId: string | null;
  /** Of the event by which it came. */
  firstPosition: string;
};

/** Whose device a leg is, until it leaves. */
type LegEndpointRow = { legId: string; endpointId: string };

const text = { type: 'text' as const };
const uuid = { type: 'uuid' as const };
const time = { type: 'timestamptz' as const };

export const endpoints = table<EndpointRow>(
  'endpoint',
  {
    id: { ...uuid, primary: true },
    accountId: uuid,
    displayName: text,
    userAgent: text,
    ip: text,
    firstSeenAt: time,
    lastSeenAt: time,
    signIns: { type: 'int' },
    legs: { type: 'int' },
    lastSessionId: { ...uuid, nullable: true },
    firstPosition: { ...text, default: '' },
  },
  [
    { name: 'endpoint_by_time', columns: ['lastSeenAt', 'id'] },
    { name: 'endpoint_by_account', columns: ['accountId', 'lastSeenAt'] },
    { name: 'endpoint_by_position', columns: ['firstPosition'] },
  ],
);

export const legEndpoints = table<LegEndpointRow>('endpoint_leg', {
  legId: { ...uuid, primary: true },
  endpointId: uuid,
});

type Device = { ip: string; userAgent: string; displayName: string };
type Heard = { at: Date; position: string };

const seen = async (
  rows: Rows,
  accountId: string,
  { ip, userAgent, displayName }: Device,
  { at, position }: Heard,
  also: (row: EndpointRow) => Partial<EndpointRow>,
): Promise<EndpointRow> => {
  const id = endpointIdOf(accountId, userAgent);
  const before = await rows.get(endpoints, { id });
  const row: EndpointRow = {
    ...(before ?? {
      signIns: 0,
      legs: 0,
      lastSessionId: null,
      firstSeenAt: at,
      firstPosition: position,
      displayName: '',
    }),
    id,
    accountId,
    userAgent,
    ip,
    lastSeenAt: at,
    ...(displayName === '' ? {} : { displayName }),
  };
  const fresh = { ...row, ...also(row) };
  rows.put(endpoints, fresh);
  return fresh;
};

const applySignIn = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = signInEvents.parse(event);
  if (type !== 'SignedIn' || !data.device) return;
  const device = { ...data.device, displayName: event.meta.origin?.displayName ?? '' };
  const heard = { at: new Date(data.signedInAt), position: event.position };
  await seen(rows, data.accountId, device, heard, ({ signIns }) => ({ signIns: signIns + 1 }));
};

/** A device is heard of when a leg of it begins, and when it ends. */
const applySession = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = sessionEvents.parse(event);
  if (type === 'ParticipantJoined') {
    const { origin } = event.meta;
    if (!origin) return;
    const device = { ...origin, displayName: data.person?.displayName ?? origin.displayName };
    const joined = ({ legs }: EndpointRow) => ({ legs: legs + 1, lastSessionId: data.sessionId });
    const heard = { at: new Date(data.joinedAt), position: event.position };
    const { id } = await seen(rows, data.participantId, device, heard, joined);
    rows.put(legEndpoints, { legId: data.legId, endpointId: id });
  } else if (type === 'LegLeft') {
    const leg = await rows.get(legEndpoints, { legId: data.legId });
    const endpoint = leg && (await rows.get(endpoints, { id: leg.endpointId }));
    if (!endpoint) return;
    rows.put(endpoints, { ...endpoint, lastSeenAt: new Date(data.leftAt) });
    rows.delete(legEndpoints, { legId: data.legId });
  }
};

export const endpointList: Projection = {
  name: 'endpoints',
  version: 2,
  categories: ['signIn', 'session'],
  tables: [endpoints, legEndpoints],
  apply: (event, rows) => (event.stream.startsWith('signIn-') ? applySignIn(event, rows) : applySession(event, rows)),
};

export type EndpointFilter = {
  search?: string | null | undefined;
  accountId?: string | null | undefined;
  /** Last heard of before. */
  seenBefore?: Date | null | undefined;
};
export type EndpointSort = { by: 'lastSeen' | 'person' | 'application' | 'ip'; direction: 'asc' | 'desc' };

const id = { sql: 'id', cast: 'uuid', of: (row: EndpointRow) => row.id };
const keysOf = {
  lastSeen: [{ sql: '"lastSeenAt"', cast: 'timestamptz', of: (row: EndpointRow) => row.lastSeenAt.toISOString() }, id],
  person: [{ sql: '"displayName"', cast: 'text', of: (row: EndpointRow) => row.displayName }, id],
  application: [{ sql: '"userAgent"', cast: 'text', of: (row: EndpointRow) => row.userAgent }, id],
  ip: [{ sql: 'ip', cast: 'text', of: (row: EndpointRow) => row.ip }, id],
};

/** Everything the report shows of a device, for searching: all words, each in any field. */
const everything = `lower(concat_ws(' ', id::text, "displayName", ip, "userAgent",
  (select login from read.account where account.id = "accountId"),
  (select title from read.session where session.id = "lastSessionId")))`;

/** What no rule hides: a device heard of again is shown again. */
export const visibleEndpoints = async (
  pool: Pool,
  { search, accountId, seenBefore }: EndpointFilter,
  frame?: ReportFrame,
): Promise<Conditions> => {
  const where = conditions();
  if (accountId) where.add('"accountId" = ?', accountId);
  if (seenBefore) where.add('"lastSeenAt" < ?', seenBefore);
  addSearch(where, everything, search);
  const { rules } = frame ?? (await frameOf(pool, 'endpoints'));
  for (const { filter } of rules('endpoints')) {
    const { seenBefore: before } = filter as EndpointFilter;
    if (before) where.add('"lastSeenAt" >= ?', before);
  }
  return where;
};

/** How many devices a deletion would take out of the report. */
export const deletableEndpoints = async (pool: Pool, filter: EndpointFilter): Promise<number> => {
  const where = await visibleEndpoints(pool, filter);
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int n from ${endpoints.sqlName} where ${where.sql()}`,
    where.values,
  );
  return rows[0]?.n ?? 0;
};

export const endpointPage = async (
  pool: Pool,
  filter: EndpointFilter,
  { by, direction }: EndpointSort,
  first: number | null | undefined,
  after: string | null | undefined,
  frame?: ReportFrame,
): Promise<Page<EndpointRow>> => {
  const where = await visibleEndpoints(pool, filter, frame);
  return keysetPage<EndpointRow>(
    pool,
    {
      kind: `endpoints by ${by} ${direction}`,
      select: '*',
      from: `from ${endpoints.sqlName} where ${where.sql()}`,
      values: where.values,
      keys: keysOf[by],
      direction,
    },
    first,
    after,
  );
};

export const endpointOf = async (pool: Pool, id: string): Promise<EndpointRow | null> => {
  const where = await visibleEndpoints(pool, {});
  where.add('id = ?', id);
  const { rows } = await pool.query<EndpointRow>(
    `select * from ${endpoints.sqlName} where ${where.sql()}`,
    where.values,
  );
  return rows[0] ?? null;
};
