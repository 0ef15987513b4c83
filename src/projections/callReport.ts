// What the Calls report asks, and what each account is told of its own calls.
import type { Pool } from 'pg';
import { type CallRow, callInvites, callPeople, calls } from './callHistory.ts';
import { addSearch, type Conditions, conditions } from './conditions.ts';
import { conferencesNamed, peopleNamed } from './named.ts';
import { keysetPage, type Page } from './page.ts';
import { frameOf, type ReportFrame } from './reportFrame.ts';

/** All that is given has to be met. A call lies in a period when it began in it. */
export type CallFilter = {
  /** Words of the title. */
  search?: string | null | undefined;
  /** A part of the title or ID of its conference as known now. */
  conference?: string | null | undefined;
  conferenceId?: string | null | undefined;
  /** A part of the owner's name or login. */
  owner?: string | null | undefined;
  /** Who took part. */
  participantId?: string | null | undefined;
  running?: boolean | null | undefined;
  /** The ids that names stood for when a rule was recorded. */
  conferenceIds?: readonly string[] | null | undefined;
  ownerIds?: readonly string[] | null | undefined;
  from?: Date | null | undefined;
  to?: Date | null | undefined;
};

export type CallSort = { by: 'start' | 'end' | 'duration' | 'people' | 'title'; direction: 'asc' | 'desc' };

const conditionsOf = async (pool: Pool, filter: CallFilter): Promise<Conditions> => {
  const where = conditions();
  const { conference, conferenceId, owner, participantId, running, from, to } = filter;
  if (from) where.add('"startedAt" >= ?', from);
  if (to) where.add('"startedAt" < ?', to);
  if (running != null) where.add(`"endedAt" is ${running ? '' : 'not'} null`);
  if (conferenceId) where.add('"conferenceId" = ?', conferenceId);
  if (conference) where.add('"conferenceId" = any(?::uuid[])', await conferencesNamed(pool, conference));
  if (owner) where.add('"ownerId" = any(?::uuid[])', await peopleNamed(pool, owner));
  if (filter.conferenceIds) where.add('"conferenceId" = any(?::uuid[])', filter.conferenceIds);
  if (filter.ownerIds) where.add('"ownerId" = any(?::uuid[])', filter.ownerIds);
  if (participantId) {
    where.add(`id in (select "sessionId" from ${callPeople.sqlName} where "participantId" = ?)`, participantId);
  }
  addSearch(where, 'lower(title)', filter.search);
  return where;
};

/** The filter as a rule keeps it: names may be given to others later, ids may not. */
export const settledCalls = async (pool: Pool, { conference, owner, ...rest }: CallFilter): Promise<CallFilter> => ({
  ...rest,
  ...(conference ? { conferenceIds: await conferencesNamed(pool, conference) } : {}),
  ...(owner ? { ownerIds: await peopleNamed(pool, owner) } : {}),
});

/** Whether a call, by its columns, is hidden by any rule; null where there is none. */
export const hiddenCall = async (pool: Pool, { rules, tooOld }: ReportFrame): Promise<Conditions | null> => {
  const old = tooOld('calls');
  const each = await Promise.all(
    rules('calls').map(async ({ ordinal, filter }) => {
      const rule = await conditionsOf(pool, filter);
      rule.add('deletions < ?', ordinal);
      return rule;
    }),
  );
  if (old) each.push(old);
  if (each.length === 0) return null;
  const any = conditions();
  any.add(each.map((rule) => `(${rule.marked()})`).join(' or '), ...each.flatMap(({ values }) => values));
  return any;
};

/** What no rule hides. */
export const visibleCalls = async (pool: Pool, filter: CallFilter, frame?: ReportFrame): Promise<Conditions> => {
  const [where, within] = await Promise.all([conditionsOf(pool, filter), frame ?? frameOf(pool, 'calls')]);
  const hidden = await hiddenCall(pool, within);
  if (hidden) where.add(`(${hidden.marked()}) is not true`, ...hidden.values);
  return where;
};

/** A call that is running or not deleted from the report. */
export const callOf = async (pool: Pool, id: string): Promise<CallRow | null> => {
  const where = await visibleCalls(pool, {});
  where.add('id = ?', id);
  const { rows } = await pool.query<CallRow>(`select * from ${calls.sqlName} where ${where.sql()}`, where.values);
  return rows[0] ?? null;
};

/** How many calls and messages of theirs a deletion would take out of the reports; running ones stay. */
export const deletableCalls = async (
  pool: Pool,
  filter: CallFilter,
): Promise<{ rows: number; chatMessages: number }> => {
  const where = await visibleCalls(pool, { ...filter, running: false });
  const { rows } = await pool.query<{ rows: number; chatMessages: number }>(
    `with gone as materialized (select id from ${calls.sqlName} where ${where.sql()})
     select (select count(*)::int from gone) as rows,
       (select count(*)::int from read.chat_message m where m."sessionId" in (select id from gone)) as "chatMessages"`,
    where.values,
  );
  return rows[0] ?? { rows: 0, chatMessages: 0 };
};

const runningMs = '9007199254740991';
const durationOf = ({ startedAt, endedAt }: CallRow): string =>
  endedAt === null ? runningMs : String(endedAt.getTime() - startedAt.getTime());

const id = { sql: 'id', cast: 'uuid', of: (row: CallRow) => row.id };
const keysOf = {
  start: [{ sql: '"startedAt"', cast: 'timestamptz', of: (row: CallRow) => row.startedAt.toISOString() }, id],
  end: [
    {
      sql: `coalesce("endedAt", 'infinity')`,
      cast: 'timestamptz',
      of: (row: CallRow) => row.endedAt?.toISOString() ?? 'infinity',
    },
    id,
  ],
  duration: [
    {
      sql: `coalesce((extract(epoch from "endedAt" - "startedAt") * 1000)::int8, ${runningMs})`,
      cast: 'int8',
      of: durationOf,
    },
    id,
  ],
  people: [{ sql: 'people', cast: 'int', of: (row: CallRow) => String(row.people) }, id],
  title: [{ sql: 'lower(title)', cast: 'text', of: (row: CallRow) => row.title.toLowerCase() }, id],
};

/** One page of the report; running calls have no end. */
export const callPage = async (
  pool: Pool,
  filter: CallFilter,
  { by, direction }: CallSort,
  first: number | null | undefined,
  after: string | null | undefined,
  frame?: ReportFrame,
): Promise<Page<CallRow>> => {
  const where = await visibleCalls(pool, filter, frame);
  return keysetPage<CallRow>(
    pool,
    {
      kind: `calls by ${by} ${direction}`,
      select: '*',
      from: `from ${calls.sqlName} where ${where.sql()}`,
      values: where.values,
      keys: keysOf[by],
      direction,
    },
    first,
    after,
  );
};

export type OwnCall = CallRow & { part: 'conference' | 'outgoing' | 'incoming' | 'missed' };

/**
 * The calls of one account, the newest first (catalogue A5): those it was in, by its own start (`outgoing`), by
 * invitation (`incoming`) or by itself (`conference`), and those it was asked into and never came (`missed`).
 */
export const ownCallPage = (
  pool: Pool,
  accountId: string,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<OwnCall>> =>
  keysetPage<OwnCall>(
    pool,
    {
      kind: 'own calls',
      select: '*',
      from: `from (
        select c.*, case when not inside then 'missed' when c."startedBy" = $1 then 'outgoing'
          when asked then 'incoming' else 'conference' end part
        from ${calls.sqlName} c join lateral (
          select
            exists (select from ${callPeople.sqlName} p where p."sessionId" = c.id and "participantId" = $1) inside,
            exists (select from ${callInvites.sqlName} i where i."sessionId" = c.id and "participantId" = $1) asked
        ) mine on true
        where c.id in (
          select "sessionId" from ${callPeople.sqlName} where "participantId" = $1
          union select "sessionId" from ${callInvites.sqlName} where "participantId" = $1)
      ) mine where true`,
      values: [accountId],
      keys: keysOf.start,
      direction: 'desc',
    },
    first,
    after,
  );
