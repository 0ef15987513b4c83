// What is too old to be shown: one rule for each report, which says from when on it is kept, and the legal holds of
// now, which keep what they name in spite of it.
import type { Pool } from 'pg';
import type { Recorded } from '../domain/kernel.ts';
import { type RetainedReport, retentionEvents } from '../domain/reports/events.ts';
import { type Conditions, conditions } from './conditions.ts';
import type { Projection } from './projection.ts';
import { legalHolds } from './serverSettings.ts';
import { table } from './table.ts';

export type RetentionRow = {
  report: RetainedReport;
  days: number;
  before: Date;
  /** Events of lower numbers are hidden. */
  upTo: string;
  rows: number;
  holdIds: string[];
  appliedAt: Date;
};

export const retentionRules = table<RetentionRow>('retention_rule', {
  report: { type: 'text', primary: true },
  days: { type: 'int' },
  before: { type: 'timestamptz' },
  upTo: { type: 'int8' },
  rows: { type: 'int' },
  holdIds: { type: 'uuid', array: true },
  appliedAt: { type: 'timestamptz' },
});

export const retentions: Projection = {
  name: 'retention_rules',
  version: 1,
  categories: ['retention'],
  tables: [retentionRules],
  apply: (event: Recorded, rows) => {
    const { serverId: _, before, appliedAt, ...rule } = retentionEvents.parse(event).data;
    rows.put(retentionRules, { ...rule, before: new Date(before), appliedAt: new Date(appliedAt) });
    return Promise.resolve();
  },
};

/** The rules as they were last applied. */
export const retentionRuns = async (pool: Pool): Promise<RetentionRow[]> =>
  (await pool.query<RetentionRow>(`select * from ${retentionRules.sqlName} order by report`)).rows;

/** Ids of what legal holds keep now. */
export type Held = { accountIds: string[]; conferenceIds: string[] };
export type RetentionRule = { before: Date; upTo: string };

const idsOf = (column: string): string =>
  `coalesce((select array_agg(distinct member) from ${legalHolds.sqlName} h, unnest(h."${column}") member
     where h."releasedAt" is null), '{}') as "${column}"`;

/** The columns of `Held`. */
export const heldColumns = `${idsOf('accountIds')}, ${idsOf('conferenceIds')}`;

export const heldNow = async (pool: Pool): Promise<Held & { holdIds: string[] }> => {
  const { rows } = await pool.query<Held & { holdIds: string[] }>(
    `select ${heldColumns},
       array(select id from ${legalHolds.sqlName} where "releasedAt" is null order by id limit 1000) as "holdIds"`,
  );
  return rows[0] ?? { accountIds: [], conferenceIds: [], holdIds: [] };
};

/** The rule of a report, and what is kept in spite of it; null where nothing was ever deleted by age. */
export const retentionOf = async (
  pool: Pool,
  report: RetainedReport,
): Promise<{ rule: RetentionRule; held: Held } | null> => {
  const { rows } = await pool.query<RetentionRule & Held>({
    name: 'retention rule',
    text: `select before, "upTo"::text, ${heldColumns}
      from ${retentionRules.sqlName} where report = $1`,
    values: [report],
  });
  const [found] = rows;
  if (!found) return null;
  const { before, upTo, ...held } = found;
  return { rule: { before, upTo }, held };
};

const isAny = ({ accountIds, conferenceIds }: Held): boolean => accountIds.length + conferenceIds.length > 0;

/** Whether an event, a call or a message, by its columns, is too old and not kept. */
export const aged: Record<RetainedReport, (rule: RetentionRule, held: Held) => Conditions> = {
  events: ({ upTo }, held) => {
    const { accountIds, conferenceIds } = held;
    const where = conditions();
    where.add('number < ?', upTo);
    if (!isAny(held)) return where;
    where.add(
      `not ("actorId" = any(?) or "objectId" = any(?) or "objectId" in (
         select id::text from read.session where "conferenceId" = any(?::uuid[]) or "ownerId" = any(?::uuid[])
         union all
         select "sessionId"::text from read.call_person where "participantId" = any(?::uuid[])))`,
      accountIds,
      [...accountIds, ...conferenceIds],
      conferenceIds,
      accountIds,
      accountIds,
    );
    return where;
  },
  calls: ({ before }, held) => {
    const { accountIds, conferenceIds } = held;
    const where = conditions();
    where.add('"endedAt" < ?', before);
    if (!isAny(held)) return where;
    where.add(
      `not ("conferenceId" = any(?::uuid[]) or "ownerId" = any(?::uuid[]) or id in (
         select "sessionId" from read.call_person where "participantId" = any(?::uuid[])))`,
      conferenceIds,
      accountIds,
      accountIds,
    );
    return where;
  },
  chat: ({ before }, held) => {
    const { accountIds, conferenceIds } = held;
    const where = conditions();
    where.add('"postedAt" < ?', before);
    if (!isAny(held)) return where;
    where.add(
      `not ("authorId" = any(?::uuid[]) or "sessionId" in (
         select id from read.session where "conferenceId" = any(?::uuid[])))`,
      accountIds,
      conferenceIds,
    );
    return where;
  },
};
