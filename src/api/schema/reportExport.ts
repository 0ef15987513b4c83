// Copies of whole reports: prepared here, fetched from /exports.
import type { Call } from '../../commands/call.ts';
import { openReportExport, prepareReportExport } from '../../commands/reportExports.ts';
import { parseCallFilter, parseChatFilter, parseEventFilter, toldFilter } from '../../commands/reports.ts';
import type { ReportName } from '../../domain/reports/events.ts';
import type { ExportOutcome } from '../../domain/reports/reportExport.ts';
import { newestNumber } from '../../projections/auditTrail.ts';
import { callPage } from '../../projections/callReport.ts';
import { chatPage } from '../../projections/chatReport.ts';
import { eventPage } from '../../projections/eventReport.ts';
import { filterOf } from '../../projections/reportRules.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { CallFilterInput } from './call.ts';
import { ChatFilterInput } from './chatReport.ts';
import { CsvDelimiter, CsvEncoding } from './csv.ts';
import { EventFilterInput } from './event.ts';
import { allowReading, answer, CommandInput, CommandResult, isId } from './shared.ts';

const ExportSelection = builder.inputType('ExportSelection', {
  description: 'The filter of exactly one report; an empty one selects all of its rows.',
  isOneOf: true,
  fields: (t) => ({
    events: t.field({ type: EventFilterInput }),
    calls: t.field({ type: CallFilterInput }),
    chat: t.field({ type: ChatFilterInput }),
  }),
});
type Selection = (typeof ExportSelection)['$inferInput'];

const ExportKind = builder.enumType('ExportKind', {
  values: {
    CSV: { value: 'csv' },
    NDJSON: { value: 'ndjson', description: 'One JSON object in each line, the last one a manifest.' },
  } as const,
});
const ExportLanguage = builder.enumType('ExportLanguage', {
  values: { EN: { value: 'en' }, DE: { value: 'de' } } as const,
});
const ExportFormatInput = builder.inputType('ExportFormat', {
  fields: (t) => ({
    kind: t.field({ type: ExportKind, required: true }),
    encoding: t.field({ type: CsvEncoding, description: 'Of CSV; UTF-8 with its mark unless told otherwise.' }),
    delimiter: t.field({ type: CsvDelimiter, description: 'Of CSV; a semicolon unless told otherwise.' }),
    timeZone: t.string({ description: 'Of moments in CSV, by its IANA name; UTC unless told otherwise.' }),
    language: t.field({ type: ExportLanguage, description: 'Of the head line; English unless told otherwise.' }),
  }),
});

const selected = ({ calls, chat, events }: Selection): { report: ReportName; filter: object } => {
  if (calls) return { report: 'calls', filter: parseCallFilter(calls, 'selection.calls') };
  if (chat) return { report: 'chat', filter: parseChatFilter(chat, 'selection.chat') };
  return { report: 'events', filter: parseEventFilter(events, 'selection.events') };
};

builder.mutationField('prepareReportExport', (t) =>
  t.field({
    type: CommandResult,
    description:
      'Puts on record that the selected rows are about to be copied. Whoever asked fetches them within an hour from ' +
      '`/exports/ID` with the same session; `?from=BYTES` goes on with what was interrupted.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      exportId: t.arg.id({ required: true }),
      selection: t.arg({ type: ExportSelection, required: true }),
      format: t.arg({ type: ExportFormatInput, required: true }),
    },
    resolve: (_, { command, exportId, selection, format }, context) =>
      answer(context, command, async (call: Call) => {
        const { report, filter } = selected(selection);
        const chosen = { report, filter: toldFilter(filter), upTo: await newestNumber(context.pool) };
        return prepareReportExport(context.needs, call, { exportId, format }, chosen);
      }),
  }),
);

type ExportShape = { rows: number; estimate: number | null; last: ExportOutcome | null };

const totalMax = 10_000;

/** How many rows it will be, or null where they are too many to count. */
const estimated = async (report: ReportName, recorded: object, { pool }: ApiContext): Promise<number | null> => {
  const filter = filterOf({ ...recorded });
  const page = () => {
    if (report === 'calls') return callPage(pool, filter, { by: 'start', direction: 'desc' }, 1, null);
    if (report === 'chat') return chatPage(pool, filter, { by: 'time', direction: 'desc' }, 1, null);
    return eventPage(pool, filter, { by: 'number', direction: 'desc' }, 1, null);
  };
  const total = await (await page()).total();
  return total < totalMax ? total : null;
};

const ReportExport = builder.objectRef<ExportShape>('ReportExport').implement({
  description: 'How far a copy is.',
  fields: (t) => ({
    rows: t.exposeInt('rows', { description: 'Written so far by the node that was asked, or in the last download.' }),
    estimate: t.exposeInt('estimate', { nullable: true, description: 'How many it will be; null beyond 10 000.' }),
    outcome: t.string({
      nullable: true,
      description: 'Of the last download: completed, cancelled or failed.',
      resolve: ({ last }) => last?.outcome ?? null,
    }),
    sha256: t.string({
      nullable: true,
      description: 'Of the whole file, of an NDJSON file without its last line.',
      resolve: ({ last }) => last?.sha256 ?? null,
    }),
  }),
});

builder.queryField('reportExport', (t) =>
  t.field({
    type: ReportExport,
    nullable: true,
    description: 'An export that the viewer prepared.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) => {
      allowReading(context, 'exportReport');
      if (!isId(id)) return null;
      const { caller, exports, needs } = context;
      const open = await openReportExport(needs, caller, id.toLowerCase());
      const estimate = await estimated(open.report, open.filter ?? {}, context);
      const { last } = open;
      return { rows: exports.rowsOf(open.exportId) ?? last?.rows ?? 0, estimate, last };
    },
  }),
);
