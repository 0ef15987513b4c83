// Copies of reports: prepared by a command, fetched once or more within an hour by whoever prepared them.
import { z } from 'zod';
import { problem } from '../domain/inputProblems.ts';
import { Refusal } from '../domain/kernel.ts';
import type { ReportFilter, ReportName } from '../domain/reports/events.ts';
import { type ExportOutcome, type ReportExport, reportExport } from '../domain/reports/reportExport.ts';
import { allow, type Caller } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse } from './call.ts';

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const formatInput = z.object({
  kind: z.enum(['csv', 'ndjson']),
  encoding: z.enum(['utf-8', 'utf-16', 'windows-1251']).nullish(),
  delimiter: z.enum(['semicolon', 'comma', 'tab', 'pipe']).nullish(),
  timeZone: z.string().max(100).refine(isZone, problem('zone_form')).nullish(),
  language: z.enum(['en', 'de']).nullish(),
});
const prepareInput = z.object({ exportId: idInput, format: formatInput });

/** The selection as a report's own parser gave it, less what was not asked; and up to which event. */
type Selected = { report: ReportName; filter: ReportFilter; upTo: string | null };

/** Puts on record that a copy is about to be taken. Refuses with `report.export_exists`. */
export const prepareReportExport = async (
  needs: Needs,
  call: Call,
  input: unknown,
  { report, filter, upTo }: Selected,
): Promise<Done> => {
  allow(call.caller, 'exportReport');
  const { exportId, format } = parse(prepareInput, input);
  const data = {
    exportId,
    readerId: call.caller.actor.id,
    report,
    format: {
      kind: format.kind,
      encoding: format.encoding ?? 'utf-8',
      delimiter: format.delimiter ?? 'semicolon',
      timeZone: format.timeZone ?? 'UTC',
      language: format.language ?? 'en',
    } as const,
    upTo,
    filter,
  };
  // What was searched for can be guessed from a digest.
  const ctx = ctxOf(call, { exportId, report, format });
  return doneOf(await needs.executor.execute(reportExport, exportId, { type: 'PrepareReportExport', data }, ctx));
};

const openMs = 60 * 60_000;
export type OpenExport = Extract<ReportExport, { status: 'prepared' }>;

/** The export, for whoever prepared it and may still do so. Refuses with `report.export_not_found` or `_over`. */
export const openReportExport = async (needs: Needs, caller: Caller, exportId: string): Promise<OpenExport> => {
  allow(caller, 'exportReport');
  const { state } = await needs.executor.load(reportExport, exportId);
  if (state.status === 'unknown' || state.readerId !== caller.actor.id) throw new Refusal('report.export_not_found');
  if (needs.now().getTime() - state.preparedAt.getTime() > openMs) throw new Refusal('report.export_over');
  return state;
};

/** Puts on record how one download of it went. */
export const noteReportExported = async (
  { executor }: Needs,
  { actor, origin }: Caller,
  { exportId }: OpenExport,
  outcome: ExportOutcome,
  commandId: string,
): Promise<void> => {
  const ask = { type: 'NoteReportExported' as const, data: { exportId, ...outcome } };
  await executor.execute(reportExport, exportId, ask, { actor, origin, commandId, asked: null });
};
