// What the Events report asks of the trail of all events.
import type { Pool } from 'pg';
import { type EventRow, type EventSource, gravities, type Severity, severityOf } from './auditTrail.ts';
import { addSearch, type Conditions, conditions } from './conditions.ts';
import { anythingNamed } from './named.ts';
import { containing, keysetPage, type Page } from './page.ts';
import { frameOf, type ReportFrame } from './reportFrame.ts';

/** All that is given has to be met. `from` is inclusive, `to` exclusive. */
export type EventFilter = {
  search?: string | null | undefined;
  types?: readonly string[] | null | undefined;
  objectTypes?: readonly string[] | null | undefined;
  severities?: readonly Severity[] | null | undefined;
  sources?: readonly EventSource[] | null | undefined;
  actorId?: string | null | undefined;
  objectId?: string | null | undefined;
  /** A part of the object's name as it is known now. */
  objectName?: string | null | undefined;
  /** The ids that a name stood for when a rule was recorded. */
  objectIds?: readonly string[] | null | undefined;
  /** A part of the address. */
  ip?: string | null | undefined;
  from?: Date | null | undefined;
  to?: Date | null | undefined;
};

/** `number`: as recorded. The others fall back on the time and on it. */
export type EventSort = { by: 'number' | 'time' | 'type' | 'severity'; direction: 'asc' | 'desc' };

const addPeriod = (where: Conditions, { from, to }: EventFilter): void => {
  if (from) where.add('"occurredAt" >= ?', from);
  if (to) where.add('"occurredAt" < ?', to);
};

/** One value alone is found in the order of an index, several are not. */
const addOneOf = (where: Conditions, column: string, values: readonly (string | number)[]): void =>
  values.length === 1 ? where.add(`${column} = ?`, values[0]) : where.add(`${column} = any(?)`, values);

/** A query for texts that begin so, one of them a tail: any part of an address is where one of its tails begins. */
const beginning = (part: string): string => `'${part.replace(/['\\]/g, (sign) => sign + sign)}':*`;

/** The conditions of a filter, over the columns of `read.event`; `near`: those whose rows lie side by side in time. */
const conditionsOf = async (pool: Pool, filter: EventFilter): Promise<{ where: Conditions; near: string }> => {
  const where = conditions();
  addPeriod(where, filter);
  const near = where.sql();
  const { types, objectTypes, severities, sources, actorId, objectId, objectName, ip } = filter;
  // A type has one severity: asked for both, the types alone say it, and their statistics are right.
  const meant = types?.filter((type) => !severities?.length || severities.includes(severityOf(type)));
  if (types?.length && meant) addOneOf(where, 'type', meant);
  else if (severities?.length)
    addOneOf(
      where,
      'gravity',
      severities.map((severity) => gravities.indexOf(severity)),
    );
  if (objectTypes?.length) addOneOf(where, '"objectType"', objectTypes);
  if (sources?.length) addOneOf(where, 'source', sources);
  if (actorId) where.add('"actorId" = ?', actorId);
  if (objectId) where.add('"objectId" = ?', objectId);
  if (objectName) where.add('"objectId" = any(?)', await anythingNamed(pool, objectName));
  if (filter.objectIds) where.add('"objectId" = any(?)', filter.objectIds);
  addSearch(where, 'search', filter.search);
  const part = ip?.trim().toLowerCase();
  if (part) where.add('read.tails(ip) @@ ?::tsquery and ip like ?', beginning(part), containing(part));
  return { where, near };
};

/** The filter as a rule keeps it: names may be given to others later, ids may not. */
export const settledEvents = async (pool: Pool, { objectName, ...rest }: EventFilter): Promise<EventFilter> =>
  objectName ? { ...rest, objectIds: await anythingNamed(pool, objectName) } : rest;

/** What no rule hides: a rule meets events before its own. */
export const visibleEvents = async (
  pool: Pool,
  filter: EventFilter,
  frame?: ReportFrame,
): ReturnType<typeof conditionsOf> => {
  const [{ where, near }, within] = await Promise.all([conditionsOf(pool, filter), frame ?? frameOf(pool, 'events')]);
  const old = within.tooOld('events');
  for (const rule of within.rules('events')) {
    if (rule.number === null) continue;
    const hidden = await conditionsOf(pool, rule.filter);
    where.add(`(number < ? and ${hidden.where.marked()}) is not true`, rule.number, ...hidden.where.values);
  }
  if (old) where.add(`(${old.marked()}) is not true`, ...old.values);
  return { where, near };
};

/** How many events a deletion would take out of the report. */
export const deletableEvents = async (pool: Pool, filter: EventFilter): Promise<number> => {
  const { where } = await visibleEvents(pool, filter);
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int n from read.event where ${where.sql()}`,
    where.values,
  );
  return rows[0]?.n ?? 0;
};

const number = { sql: 'number', cast: 'int8', of: (row: EventRow) => row.number };
const time = { sql: '"occurredAt"', cast: 'timestamptz', of: (row: EventRow) => row.occurredAt.toISOString() };
const keysOf = {
  number: [number],
  time: [time, number],
  type: [{ sql: 'type', cast: 'text', of: (row: EventRow) => row.type }, time, number],
  severity: [{ sql: 'gravity', cast: 'int', of: (row: EventRow) => String(row.gravity) }, time, number],
};

const wordsByDay = 'read.event_by_day';

/** One page of the report, the newest first unless told otherwise. */
export const eventPage = async (
  pool: Pool,
  filter: EventFilter,
  { by, direction }: EventSort,
  first: number | null | undefined,
  after: string | null | undefined,
  frame?: ReportFrame,
): Promise<Page<EventRow>> => {
  const { where, near } = await visibleEvents(pool, filter, frame);
  const { from, to } = filter;
  return keysetPage<EventRow>(
    pool,
    {
      kind: `events by ${by} ${direction}`,
      select: '*',
      from: `from read.event where ${where.sql()}`,
      values: where.values,
      keys: keysOf[by],
      direction,
      searched: filter.search || filter.ip ? { near, from, to, time: '"occurredAt"', index: wordsByDay } : undefined,
    },
    first,
    after,
  );
};

/** Events after a number in the order they were recorded, for readers who follow. */
export const eventsAfter = async (
  pool: Pool,
  filter: EventFilter,
  after: string,
  limit: number,
): Promise<EventRow[]> => {
  const { where } = await visibleEvents(pool, filter);
  where.add('number > ?', after);
  const { rows } = await pool.query<EventRow>(
    `select * from read.event where ${where.sql()} order by number limit ${limit}`,
    where.values,
  );
  return rows;
};
