// What is done to the server as a whole.
import { raiseFormatLevel } from '../../commands/formatLevel.ts';
import { retryParkedEvent } from '../../commands/parking.ts';
import { numberAt } from '../../projections/auditTrail.ts';
import { type ParkedRow, parkedPage } from '../../projections/parked.ts';
import { builder } from '../builder.ts';
import { allowReading, answer, CommandInput, CommandResult, connected, connectionOf, settled } from './shared.ts';

const ParkedEvent = builder.objectRef<ParkedRow>('ParkedEvent').implement({
  description: 'An event whose consequences failed and wait for a retry.',
  fields: (t) => ({
    eventId: t.exposeID('eventId'),
    number: t.field({
      type: 'EventNumber',
      nullable: true,
      resolve: ({ position }, _, { pool }) => numberAt(pool, position),
    }),
    type: t.exposeString('type'),
    stream: t.exposeString('stream'),
    revision: t.exposeInt('revision'),
    position: t.expose('position', { type: 'Position' }),
    correlationId: t.exposeID('correlationId'),
    reason: t.exposeString('reason', { description: 'The error that the last try met.' }),
    parkedAt: t.expose('parkedAt', { type: 'DateTime' }),
    retriedAt: t.expose('retriedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is being tried again.',
    }),
  }),
});
const ParkedEventConnection = connectionOf('ParkedEvent', ParkedEvent);

builder.queryField('parkedEvents', (t) =>
  t.field({
    type: ParkedEventConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: { first: t.arg.int(), after: t.arg.string(), minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { first, after, minPosition }, context) => {
      allowReading(context, 'readParkedEvents');
      await settled(context, ['parked_events'], minPosition);
      return connected(parkedPage(context.pool, first, after), after);
    },
  }),
);

builder.mutationField('retryParkedEvent', (t) =>
  t.field({
    type: CommandResult,
    description: 'Has the consequences of a parked event tried again, soon.',
    args: { command: t.arg({ type: CommandInput, required: true }), eventId: t.arg.id({ required: true }) },
    resolve: (_, args, context) => answer(context, args.command, (call) => retryParkedEvent(context.needs, call, args)),
  }),
);

builder.mutationField('raiseFormatLevel', (t) =>
  t.field({
    type: CommandResult,
    description: 'Lets new event types be recorded. Older programs can then no longer read the log.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      level: t.arg.int({ description: 'The highest that the answering node reads unless given.' }),
      leaveBehind: t.arg.boolean({ description: 'Also where an older node is running, or ended without saying so.' }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => raiseFormatLevel(context.needs, call, args)),
  }),
);
