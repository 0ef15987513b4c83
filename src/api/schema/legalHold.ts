// Legal holds: what is kept, why, and since when.
import { editLegalHold, placeLegalHold, releaseLegalHold } from '../../commands/legalHolds.ts';
import { conferencesByIds } from '../../projections/conferenceList.ts';
import { type Kept, keptBy } from '../../projections/erasureFacts.ts';
import { type LegalHoldRow, legalHoldPage } from '../../projections/serverSettings.ts';
import { builder } from '../builder.ts';
import { Person, personOf } from './account.ts';
import { type AsWas, asOfArg, pageAsWas, thenRead } from './asOf.ts';
import { allowReading, answer, CommandInput, CommandResult, connected, connectionOf, settled } from './shared.ts';

type HeldConference = { id: string; title: string };
const HeldConferenceType = builder.objectRef<HeldConference>('HeldConference').implement({
  fields: (t) => ({ id: t.exposeID('id'), title: t.exposeString('title') }),
});

const KeptType = builder.objectRef<Kept>('KeptRows').implement({
  description: 'Rows of reports, up to 100 000 each.',
  fields: (t) => ({ calls: t.exposeInt('calls'), chatMessages: t.exposeInt('chatMessages') }),
});

const LegalHold = builder.objectRef<AsWas<LegalHoldRow>>('LegalHold').implement({
  description: 'What belongs to these accounts and conferences is kept, whatever the retention says.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    reason: t.exposeString('reason'),
    accounts: t.field({
      type: [Person],
      resolve: ({ accountIds, was: then }, _, context) =>
        Promise.all(accountIds.map((id) => personOf(id, context, then))),
    }),
    conferences: t.field({
      type: [HeldConferenceType],
      resolve: async ({ conferenceIds, was: then }, _, { pool }) => {
        const known = await conferencesByIds(pool, conferenceIds, then);
        return conferenceIds.map((id) => ({ id, title: known.get(id)?.title ?? id }));
      },
    }),
    kept: t.field({
      type: KeptType,
      description: 'How much there is of what it names.',
      resolve: (hold, _, { pool }) => keptBy(pool, hold),
    }),
    placedAt: t.expose('placedAt', { type: 'DateTime' }),
    releasedAt: t.expose('releasedAt', { type: 'DateTime', nullable: true }),
    revision: t.exposeInt('revision'),
  }),
});
const LegalHoldConnection = connectionOf('LegalHold', LegalHold);

builder.queryField('legalHolds', (t) =>
  t.field({
    type: LegalHoldConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      released: t.arg.boolean({ description: 'Those that were released as well.' }),
      asOf: t.arg(asOfArg),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, released, asOf, minPosition }, context) => {
      allowReading(context, 'readLegalHolds');
      await settled(context, ['server_settings'], minPosition);
      const then = await thenRead(context, 'legal_holds', asOf, { released }, after);
      const page = legalHoldPage(context.pool, released ?? false, first, after, then);
      return connected(pageAsWas(page, then), after);
    },
  }),
);

builder.mutationFields((t) => ({
  placeLegalHold: t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      holdId: t.arg.id({ required: true }),
      name: t.arg.string({ required: true }),
      reason: t.arg.string({ required: true }),
      accountIds: t.arg.idList({ required: true }),
      conferenceIds: t.arg.idList({ required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => placeLegalHold(context.needs, call, args)),
  }),
  editLegalHold: t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      holdId: t.arg.id({ required: true }),
      name: t.arg.string(),
      reason: t.arg.string(),
      accountIds: t.arg.idList(),
      conferenceIds: t.arg.idList(),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => editLegalHold(context.needs, call, args)),
  }),
  releaseLegalHold: t.field({
    type: CommandResult,
    args: { command: t.arg({ type: CommandInput, required: true }), holdId: t.arg.id({ required: true }) },
    resolve: (_, args, context) => answer(context, args.command, (call) => releaseLegalHold(context.needs, call, args)),
  }),
}));
