// Which rows of reports are to be shown no more: rules, in the order they were recorded. Rows are hidden when they are
// read, so a rule costs the same whether it hides one row or ten million, and a rebuild needs nothing of it.
import type { Recorded } from '../domain/kernel.ts';
import { type ReportFilter, type ReportName, reportDeletionEvents } from '../domain/reports/events.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

type RuleRow = {
  eventId: string;
  report: ReportName;
  /** Counts the deletions of this report, from 1. */
  ordinal: number;
  position: string;
  filter: ReportFilter;
};
type CountRow = { report: string; deletions: number };

export const reportRules = table<RuleRow>(
  'report_rule',
  {
    eventId: { type: 'uuid', primary: true },
    report: { type: 'text' },
    ordinal: { type: 'int' },
    position: { type: 'text' },
    filter: { type: 'jsonb' },
  },
  [{ name: 'report_rule_by_report', columns: ['report', 'ordinal'] }],
);

export const reportRuleCounts = table<CountRow>('report_rule_count', {
  report: { type: 'text', primary: true },
  deletions: { type: 'int' },
});

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const { report, filter } = reportDeletionEvents.parse(event).data;
  const ordinal = ((await rows.get(reportRuleCounts, { report }))?.deletions ?? 0) + 1;
  rows.put(reportRuleCounts, { report, deletions: ordinal });
  rows.put(reportRules, { eventId: event.eventId, report, ordinal, position: event.position, filter });
};

export const reportDeletions: Projection = {
  name: 'report_deletions',
  version: 1,
  categories: ['reportDeletion'],
  tables: [reportRules, reportRuleCounts],
  apply,
};

const isMoment = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value);
const moments = new Set(['from', 'to', 'seenBefore']);

/** A recorded filter as reports take it: moments are dates again. */
export const filterOf = (recorded: ReportFilter): ReportFilter =>
  Object.fromEntries(
    Object.entries(recorded).map(([name, value]) => [
      name,
      moments.has(name) && isMoment(value) ? new Date(value) : value,
    ]),
  );

/** `number`: of the event that recorded it; rows before it are meant. Null where the trail has not come so far. */
export type Rule = { ordinal: number; number: string | null; filter: ReportFilter };

/**
 * For projections whose rows have to know which deletions came after them: counts those of one report, in a table of
 * their own, in the order of the log.
 */
export const countDeletion = async (
  counts: typeof reportRuleCounts,
  wanted: ReportName,
  event: Recorded,
  rows: Rows,
): Promise<void> => {
  const { report } = reportDeletionEvents.parse(event).data;
  if (report !== wanted) return;
  const before = await rows.get(counts, { report });
  rows.put(counts, { report, deletions: (before?.deletions ?? 0) + 1 });
};

/** A table to count them in. */
export const deletionCounts = (name: string): typeof reportRuleCounts =>
  table<CountRow>(name, { report: { type: 'text', primary: true }, deletions: { type: 'int' } });

/** How many deletions of this report came so far. */
export const deletionsSoFar = async (
  counts: typeof reportRuleCounts,
  report: ReportName,
  rows: Rows,
): Promise<number> => (await rows.get(counts, { report }))?.deletions ?? 0;
