// What a page of a report is read within: the rules that hide rows of it, from when on it is kept, and how far it has
// come. All of it is one question to the database, asked before the rows: a page is two steps, however much is hidden.
import type { Pool } from 'pg';
import type { ReportName, RetainedReport } from '../domain/reports/events.ts';
import type { Conditions } from './conditions.ts';
import { filterOf, type Rule, reportRules } from './reportRules.ts';
import { aged, type Held, heldColumns, retentionRules } from './retentionRules.ts';

/** Reports whose new rows can be followed. */
export type FollowedReport = ReportName | 'changes';

/** The projection that a report is read from. */
export const projectionOf: Record<FollowedReport, string> = {
  events: 'audit_trail',
  calls: 'call_history',
  chat: 'transcript',
  endpoints: 'endpoints',
  changes: 'configuration_changes',
};

export type ReportFrame = {
  /**
   * The number of the last event that both the report's projection and the trail of all events have come to; null
   * before the first. What is read of the projection afterwards heeds all events up to it.
   */
  upTo: string | null;
  /** In the order they were recorded. */
  rules: (report: ReportName) => Rule[];
  /** What is not shown because it is too old; null where nothing is. */
  tooOld: (report: RetainedReport) => Conditions | null;
};

const heeded = `select number::text from read.event
  where position <= (select position from read.checkpoint where name = $1) order by position desc limit 1`;

/** See `upTo` of ReportFrame. */
export const heededBy = async (pool: Pool, projection: string): Promise<string | null> => {
  const { rows } = await pool.query<{ number: string }>({
    name: 'heeded by a projection',
    text: heeded,
    values: [projection],
  });
  return rows[0]?.number ?? null;
};

type Ruled = { report: ReportName } & Rule;
type Kept = { report: RetainedReport; before: string; upTo: string };
type FrameRow = Held & { upTo: string | null; rules: Ruled[] | null; kept: Kept[] | null };

const frameQuery = `
  select (${heeded}) as "upTo",
    (select json_agg(json_build_object('report', r.report, 'ordinal', r.ordinal, 'number', e.number::text,
         'filter', r.filter) order by r.ordinal)
       from ${reportRules.sqlName} r left join read.event e on e.position = r.position
       where r.report = any($2)) as rules,
    (select json_agg(json_build_object('report', k.report, 'before', k.before, 'upTo', k."upTo"::text))
       from ${retentionRules.sqlName} k where k.report = any($2)) as kept,
    ${heldColumns}`;

/** Messages of a call that is hidden are hidden with it. */
const heeds = (report: FollowedReport): FollowedReport[] => (report === 'chat' ? ['chat', 'calls'] : [report]);

/** What a report is read within from now on. */
export const frameOf = async (pool: Pool, report: FollowedReport): Promise<ReportFrame> => {
  const { rows } = await pool.query<FrameRow>({
    name: 'report frame',
    text: frameQuery,
    values: [projectionOf[report], heeds(report)],
  });
  const [{ upTo, rules, kept, ...held }] = rows as [FrameRow];
  return {
    upTo,
    rules: (wanted) =>
      (rules ?? [])
        .filter((rule) => rule.report === wanted)
        .map(({ report: _, filter, ...rule }) => ({ ...rule, filter: filterOf(filter) })),
    tooOld: (wanted) => {
      const rule = kept?.find((each) => each.report === wanted);
      return rule ? aged[wanted]({ before: new Date(rule.before), upTo: rule.upTo }, held) : null;
    },
  };
};
