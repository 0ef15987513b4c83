// What the retention deleted, and when it looks again.
import { nextRetention } from '../../commands/retention.ts';
import { type RetentionRow, retentionRuns } from '../../projections/retentionRules.ts';
import { legalHoldNames } from '../../projections/serverSettings.ts';
import { builder } from '../builder.ts';
import { allowReading, settled } from './shared.ts';

const HoldName = builder.objectRef<{ id: string; name: string }>('HoldName').implement({
  fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name') }),
});

const RetainedReport = builder.enumType('RetainedReport', {
  values: { EVENTS: { value: 'events' }, CALLS: { value: 'calls' }, CHAT: { value: 'chat' } } as const,
});

const RetentionRule = builder.objectRef<RetentionRow>('RetentionRule').implement({
  description: 'The last deletion by age in one report.',
  fields: (t) => ({
    report: t.expose('report', { type: RetainedReport }),
    days: t.exposeInt('days', { description: 'The period that was set then.' }),
    before: t.expose('before', { type: 'DateTime', description: 'What is older is shown no more.' }),
    rows: t.exposeInt('rows', { description: 'So many were deleted that time; a million, or more.' }),
    holds: t.field({
      type: [HoldName],
      description: 'Legal holds that were in force and kept what they name.',
      resolve: ({ holdIds }, _, { pool }) => legalHoldNames(pool, holdIds),
    }),
    appliedAt: t.expose('appliedAt', { type: 'DateTime' }),
  }),
});

type Shape = { nextRunAt: Date; rules: RetentionRow[] };
const Retention = builder.objectRef<Shape>('Retention').implement({
  fields: (t) => ({
    nextRunAt: t.expose('nextRunAt', { type: 'DateTime' }),
    rules: t.expose('rules', { type: [RetentionRule] }),
  }),
});

builder.queryField('retention', (t) =>
  t.field({
    type: Retention,
    description: 'What was deleted by age, report by report, and when the server looks again.',
    args: { minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { minPosition }, context) => {
      allowReading(context, 'readSettings');
      await settled(context, ['retention_rules', 'server_settings'], minPosition);
      return { nextRunAt: nextRetention(context.now()), rules: await retentionRuns(context.pool) };
    },
  }),
);
