// A copy of a report: prepared first, so that no row leaves unrecorded, then fetched by whoever prepared it.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import {
  type ExportFormat,
  type ReportExportEvent,
  type ReportFilter,
  type ReportName,
  reportExportEvents,
} from './events.ts';

type Prepared = {
  exportId: string;
  readerId: string;
  report: ReportName;
  format: ExportFormat;
  upTo: string | null;
  filter: ReportFilter;
};
export type ExportOutcome = { rows: number; outcome: 'completed' | 'cancelled' | 'failed'; sha256: string | null };
export type ReportExportCommand =
  | Command<'PrepareReportExport', Prepared>
  | Command<'NoteReportExported', ExportOutcome & { exportId: string }>;

/** `filter` is null once its reader was erased. */
export type ReportExport =
  | { status: 'unknown' }
  | (Omit<Prepared, 'filter'> & {
      status: 'prepared';
      filter: ReportFilter | null;
      preparedAt: Date;
      last: ExportOutcome | null;
    });

const decide = ({ type, data, meta }: ReportExportCommand, state: ReportExport): ReportExportEvent[] => {
  const now = meta.now.toISOString();
  if (type === 'PrepareReportExport') {
    if (state.status !== 'unknown') throw new Refusal('report.export_exists');
    const { filter, ...rest } = data;
    return [{ type: 'ReportExportPrepared', data: { ...rest, asked: { filter }, preparedAt: now } }];
  }
  if (state.status === 'unknown') throw new Refusal('report.export_not_found');
  const { readerId, report } = state;
  return [{ type: 'ReportExported', data: { ...data, readerId, report, endedAt: now } }];
};

const evolve = (state: ReportExport, { type, data }: ReportExportEvent): ReportExport => {
  if (type === 'ReportExportPrepared') {
    const { asked, preparedAt, ...rest } = data;
    const filter = asked?.filter ?? null;
    return { status: 'prepared', ...rest, filter, preparedAt: new Date(preparedAt), last: null };
  }
  const { rows, outcome, sha256 } = data;
  return state.status === 'unknown' ? state : { ...state, last: { rows, outcome, sha256 } };
};

export const reportExport: Decider<ReportExport, ReportExportCommand, ReportExportEvent> = {
  category: 'reportExport',
  initial: { status: 'unknown' },
  decide,
  evolve,
  vocabulary: reportExportEvents,
};
