// A place of the record, found by its number or by a moment.
import type { Then } from '../../projections/versions.ts';
import { builder } from '../builder.ts';
import { AsOf, thenOf } from './asOf.ts';

const Moment = builder.objectRef<Then>('Moment').implement({
  description: 'A place of the record, after one of its events.',
  fields: (t) => ({
    number: t.expose('number', { type: 'EventNumber', description: 'Of the last event that counts.' }),
    at: t.expose('at', { type: 'DateTime', description: 'The moment that was asked for, or that of the event.' }),
  }),
});

builder.queryField('moment', (t) =>
  t.field({
    type: Moment,
    nullable: true,
    description: 'Which event a moment comes after, so that all that is asked as of it is of the same one.',
    args: { asOf: t.arg({ type: AsOf, required: true }) },
    resolve: (_, { asOf }, context) => thenOf(context, asOf),
  }),
);
