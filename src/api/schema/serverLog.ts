// The server log: what the processes say of themselves. It is no record, and nothing in it is proved.
import { z } from 'zod';
import { parse } from '../../commands/call.ts';
import { builder } from '../builder.ts';
import { type JournalFilter, type JournalLine, type JournalPage, journalLevels } from '../journals.ts';
import { subscribed } from '../subscribed.ts';
import { allowReading, mayRead } from './shared.ts';

const ServerLogLevel = builder.enumType('ServerLogLevel', {
  values: Object.fromEntries(journalLevels.map((level) => [level.toUpperCase(), { value: level }])) as {
    DEBUG: { value: 'debug' };
    INFO: { value: 'info' };
    WARN: { value: 'warn' };
    ERROR: { value: 'error' };
  },
});

const ServerLogFilterInput = builder.inputType('ServerLogFilter', {
  fields: (t) => ({
    levels: t.field({ type: [ServerLogLevel] }),
    roles: t.stringList({ description: 'Of the process: api, projections, jobs, media.' }),
    node: t.string(),
    search: t.string({ description: 'Words that all have to stand in the line.' }),
  }),
});

const filterInput = z.object({
  levels: z.array(z.enum(journalLevels)).nullish(),
  roles: z.array(z.string().max(40)).max(10).nullish(),
  node: z.string().max(200).nullish(),
  search: z.string().max(200).nullish(),
});

const ServerLogLine = builder.objectRef<JournalLine>('ServerLogLine').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.expose('at', { type: 'DateTime' }),
    level: t.expose('level', { type: ServerLogLevel }),
    node: t.exposeString('node'),
    roles: t.stringList({ resolve: ({ roles }) => [...roles] }),
    message: t.exposeString('message'),
    fields: t.field({ type: 'JSON', resolve: ({ fields }) => fields }),
  }),
});

const ServerLogPage = builder.objectRef<JournalPage>('ServerLogPage').implement({
  fields: (t) => ({
    lines: t.field({ type: [ServerLogLine], resolve: ({ lines }) => [...lines] }),
    next: t.exposeString('next', {
      nullable: true,
      description: 'For `after`; null at the oldest line. A page of a filter may be short and still have a next one.',
    }),
  }),
});

const firstMax = 200;

builder.queryField('serverLog', (t) =>
  t.field({
    type: ServerLogPage,
    description: 'Lines of all processes that share a data directory with the node that is asked, the newest first.',
    complexity: ({ first }) => ({ field: 20, multiplier: Math.min(first ?? 50, firstMax) / 10 }),
    args: { filter: t.arg({ type: ServerLogFilterInput }), first: t.arg.int(), after: t.arg.string() },
    resolve: (_, { filter, first, after }, context) => {
      allowReading(context, 'readServerLog');
      const wanted: JournalFilter = parse(filterInput, filter ?? {}, 'filter');
      context.readings.history(context.caller, 'serverLog', context.needs.serverId);
      return context.journals.page(wanted, Math.max(1, Math.min(first ?? 50, firstMax)), after ?? null);
    },
  }),
);

const lookMs = 1_000;
/** Processes write by themselves: a line may appear a little after one that is newer. */
const lateMs = 5_000;
const batchMax = 100;

builder.subscriptionField('serverLog', (t) =>
  t.field({
    type: [ServerLogLine],
    description:
      'New lines as they are written, the oldest first; at the start those of the last five seconds, or none.',
    args: { filter: t.arg({ type: ServerLogFilterInput }) },
    subscribe: (_, { filter }, context) => {
      const wanted: JournalFilter = parse(filterInput, filter ?? {}, 'filter');
      if (mayRead(context, 'readServerLog'))
        context.readings.history(context.caller, 'serverLog', context.needs.serverId);
      let seen: Map<string, number> | null = null;
      return subscribed(context, {
        first: true,
        everyMs: lookMs,
        wakes: () => false,
        allowed: (now) => mayRead(now, 'readServerLog'),
        produce: async (_ids, { journals, now }) => {
          const sinceMs = now().getTime() - lateMs;
          const begins = seen === null;
          const known = new Map([...(seen ?? [])].filter(([, atMs]) => atMs >= sinceMs));
          const fresh = await journals.since(wanted, new Set(known.keys()), sinceMs, batchMax);
          for (const { id, at } of fresh) known.set(id, at.getTime());
          seen = known;
          return fresh.length > 0 || begins ? fresh : null;
        },
      });
    },
    resolve: (lines) => lines,
  }),
);
