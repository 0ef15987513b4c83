// Rows of a report that are to be shown no more. The log keeps every event; what is recorded here is the rule.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import { type ReportDeletionEvent, type ReportFilter, type ReportName, reportDeletionEvents } from './events.ts';

export type ReportDeletionCommand = Command<
  'DeleteReportRows',
  { deletionId: string; report: ReportName; filter: ReportFilter; rows: number; chatMessages: number }
>;

export type ReportDeletion = { done: boolean };

const decide = ({ data, meta }: ReportDeletionCommand, { done }: ReportDeletion): ReportDeletionEvent[] => {
  if (done) return [];
  if (data.rows === 0) throw new Refusal('report.nothing_to_delete');
  return [{ type: 'ReportRowsDeleted', data: { ...data, deletedAt: meta.now.toISOString() } }];
};

export const reportDeletion: Decider<ReportDeletion, ReportDeletionCommand, ReportDeletionEvent> = {
  category: 'reportDeletion',
  initial: { done: false },
  decide,
  evolve: () => ({ done: true }),
  vocabulary: reportDeletionEvents,
};
