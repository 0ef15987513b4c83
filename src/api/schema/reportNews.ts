// What comes into a report while somebody has it open: told by ids, so that a page can say "12 new" and stay still.
import type { Verb } from '../../commands/access.ts';
import {
  parseCallFilter,
  parseChangeFilter,
  parseChatFilter,
  parseEndpointFilter,
  parseEventFilter,
  toldFilter,
} from '../../commands/reports.ts';
import { type FollowedReport, heededBy, projectionOf } from '../../projections/reportFrame.ts';
import { type FollowedList, type News, newsOf } from '../../projections/reportNews.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { subscribed } from '../subscribed.ts';
import { CallFilterInput } from './call.ts';
import { ChatFilterInput } from './chatReport.ts';
import { ChangeFilterInput } from './configurationChange.ts';
import { EndpointFilterInput } from './endpoint.ts';
import { EventFilterInput } from './event.ts';
import { mayRead } from './shared.ts';

const paceMs = 500;

const FollowedReportInput = builder.inputType('FollowedReport', {
  description: 'The filter of exactly one report; an empty one follows all of its rows.',
  isOneOf: true,
  fields: (t) => ({
    events: t.field({ type: EventFilterInput }),
    calls: t.field({ type: CallFilterInput }),
    chat: t.field({ type: ChatFilterInput }),
    endpoints: t.field({ type: EndpointFilterInput }),
    changes: t.field({ type: ChangeFilterInput }),
  }),
});

const ReportNews = builder.objectRef<News>('ReportNews').implement({
  fields: (t) => ({
    ids: t.exposeIDList('ids', { description: 'Of rows: `eventId` of events and configuration changes, else `id`.' }),
    upTo: t.expose('upTo', { type: 'EventNumber', description: 'Go on after this event.' }),
  }),
});

const listOf = (asked: (typeof FollowedReportInput)['$inferInput']): FollowedList => {
  const { calls, chat, endpoints, changes, events } = asked;
  if (calls) return { report: 'calls', filter: parseCallFilter(calls, 'report.calls') };
  if (chat) return { report: 'chat', filter: parseChatFilter(chat, 'report.chat') };
  if (endpoints) return { report: 'endpoints', filter: parseEndpointFilter(endpoints, 'report.endpoints') };
  if (changes) return { report: 'changes', filter: parseChangeFilter(changes, 'report.changes') };
  return { report: 'events', filter: parseEventFilter(events, 'report.events') };
};

/** Whoever may read a report may follow it. */
const verbOf: Record<FollowedReport, Verb> = {
  events: 'readEvents',
  calls: 'readCalls',
  chat: 'readChatReport',
  endpoints: 'readEndpoints',
  changes: 'readConfigurationChanges',
};

/** Following is a part of the search that found the rows. */
const note = ({ report, filter }: FollowedList, { caller, readings }: ApiContext): void => {
  const told = toldFilter(filter);
  if (report === 'changes') readings.changes(caller, told);
  else readings.searched(caller, report, told);
};

builder.subscriptionField('reportNews', (t) =>
  t.field({
    type: ReportNews,
    description:
      'Rows that come into a report, about twice a second at most and 200 at once; resumable with `after`. New is what ' +
      'a later event began, not what changes: a call when it starts (in a list of those that are over, when it ends; in ' +
      "a list of somebody's, when she first joins), a device when it is first heard of.",
    args: {
      report: t.arg({ type: FollowedReportInput, required: true }),
      after: t.arg({
        type: 'EventNumber',
        description: '`upTo` of the page or of what came last; from now on without.',
      }),
    },
    subscribe: async (_, { report: asked, after }, context) => {
      const list = listOf(asked);
      const verb = verbOf[list.report];
      const projection = projectionOf[list.report];
      if (mayRead(context, verb)) note(list, context);
      let last = after ?? (await heededBy(context.pool, projection)) ?? '-1';
      return subscribed(context, {
        first: true,
        paceMs,
        wakes: ({ name }) => name === projection || name === 'audit_trail',
        allowed: (now) => mayRead(now, verb),
        produce: async (_ids, { pool }) => {
          const news = await newsOf(pool, list, last);
          last = news.upTo;
          return news.ids.length > 0 ? news : null;
        },
        more: ({ more }) => more,
      });
    },
    resolve: (news) => news,
  }),
);
