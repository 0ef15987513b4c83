// Rows that a filter selects in a report, taken together: deleted from it.
import type { Call } from '../../commands/call.ts';
import { deleteReportRows } from '../../commands/reportDeletions.ts';
import {
  parseCallFilter,
  parseChatFilter,
  parseEndpointFilter,
  parseEventFilter,
  toldFilter,
} from '../../commands/reports.ts';
import type { ReportName } from '../../domain/reports/events.ts';
import { deletableCalls, settledCalls } from '../../projections/callReport.ts';
import { deletableMessages, settledMessages } from '../../projections/chatReport.ts';
import { deletableEndpoints } from '../../projections/endpoints.ts';
import { deletableEvents, settledEvents } from '../../projections/eventReport.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { CallFilterInput } from './call.ts';
import { ChatFilterInput } from './chatReport.ts';
import { EndpointFilterInput } from './endpoint.ts';
import { EventFilterInput } from './event.ts';
import { answer, CommandInput, CommandResult } from './shared.ts';

const ReportSelection = builder.inputType('ReportSelection', {
  description: 'The filter of exactly one report; an empty one selects all of its rows.',
  isOneOf: true,
  fields: (t) => ({
    events: t.field({ type: EventFilterInput }),
    calls: t.field({ type: CallFilterInput }),
    chat: t.field({ type: ChatFilterInput }),
    endpoints: t.field({ type: EndpointFilterInput }),
  }),
});
type Selection = (typeof ReportSelection)['$inferInput'];

type Selected = { report: ReportName; rows: number; chatMessages: number; filter: object };

/** What the selection takes out of its report, with names settled to the ids they stand for now. */
const selectedRows = async ({ events, calls, chat, endpoints }: Selection, { pool }: ApiContext): Promise<Selected> => {
  const chatMessages = 0;
  if (calls) {
    const filter = await settledCalls(pool, parseCallFilter(calls, 'selection.calls'));
    return { report: 'calls', filter, ...(await deletableCalls(pool, filter)) };
  }
  if (chat) {
    const filter = await settledMessages(pool, parseChatFilter(chat, 'selection.chat'));
    return { report: 'chat', filter, rows: await deletableMessages(pool, filter), chatMessages };
  }
  if (endpoints) {
    const filter = parseEndpointFilter(endpoints, 'selection.endpoints');
    return { report: 'endpoints', filter, rows: await deletableEndpoints(pool, filter), chatMessages };
  }
  const filter = await settledEvents(pool, parseEventFilter(events, 'selection.events'));
  return { report: 'events', filter, rows: await deletableEvents(pool, filter), chatMessages };
};

builder.mutationField('deleteReportRows', (t) =>
  t.field({
    type: CommandResult,
    description:
      'Takes the rows that a filter selects out of a report: calls that run stay, messages go with their calls. ' +
      'The log keeps every event; recorded is the rule by which rows are hidden, with their number.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      deletionId: t.arg.id({ required: true }),
      selection: t.arg({ type: ReportSelection, required: true }),
    },
    resolve: (_, { command, deletionId, selection }, context) =>
      answer(context, command, (call: Call) =>
        deleteReportRows(context.needs, call, { deletionId }, async () => {
          const { filter, ...selected } = await selectedRows(selection, context);
          return { ...selected, filter: toldFilter(filter) };
        }),
      ),
  }),
);
