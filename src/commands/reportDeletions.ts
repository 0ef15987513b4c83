// Hiding rows of reports.
import { z } from 'zod';
import type { ReportFilter, ReportName } from '../domain/reports/events.ts';
import { reportDeletion } from '../domain/reports/reportDeletion.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse } from './call.ts';

/** What the filter selects now, counted by the read models: for the record, not for the rule. */
type Selected = { report: ReportName; filter: ReportFilter; rows: number; chatMessages: number };

/** Shows the selected rows no more, from now on and after every rebuild. Refuses with `report.nothing_to_delete`. */
export const deleteReportRows = async (
  needs: Needs,
  call: Call,
  input: unknown,
  selected: () => Promise<Selected>,
): Promise<Done> => {
  allow(call.caller, 'deleteReportRows');
  const { deletionId } = parse(z.object({ deletionId: idInput }), input);
  const data = { deletionId, ...(await selected()) };
  // The counts may have changed when the same is asked again.
  const ctx = ctxOf(call, { deletionId, report: data.report, filter: data.filter });
  return doneOf(await needs.executor.execute(reportDeletion, deletionId, { type: 'DeleteReportRows', data }, ctx));
};
