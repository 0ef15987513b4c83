// The read models: how far they are, and rebuilding them from the log.
import { requestRebuild } from '../../commands/readModels.ts';
import { readModelNames } from '../../projections/allProjections.ts';
import { allCheckpoints, type Checkpoint } from '../../projections/checkpoints.ts';
import { pendingRebuilds } from '../../projections/rebuildRequests.ts';
import { allRebuilds, type RebuildRow, type TableReport } from '../../projections/rebuilds.ts';
import { builder } from '../builder.ts';
import { allowReading, answer, CommandInput, CommandResult, settled } from './shared.ts';

const RebuildPhase = builder.enumType('RebuildPhase', {
  values: {
    FOLDING: { value: 'folding', description: 'Reads the log into tables beside those in use.' },
    INDEXING: { value: 'indexing' },
    COMPARING: { value: 'comparing' },
    SWITCHING: { value: 'switching', description: 'Waits for readers, to take the place of the tables in use.' },
    DONE: { value: 'done' },
    FAILED: { value: 'failed', description: 'The tables in use are what they were.' },
  } as const,
});

const RebuiltTable = builder.objectRef<TableReport>('RebuiltTable').implement({
  description: 'A table made from the log, and how the one that was in use compared; null where nothing was compared.',
  fields: (t) => ({
    table: t.exposeString('table'),
    rows: t.exposeInt('rows'),
    unfounded: t.exposeInt('unfounded', { nullable: true, description: 'Rows in use without ground in the log.' }),
    different: t.exposeInt('different', { nullable: true, description: 'Rows in use with other values.' }),
    lost: t.exposeInt('lost', { nullable: true, description: 'Rows that were not in use any more.' }),
  }),
});

const ReadModelRebuild = builder.objectRef<RebuildRow & { share: number }>('ReadModelRebuild').implement({
  description: 'The newest rebuild of a read model.',
  fields: (t) => ({
    phase: t.expose('phase', { type: RebuildPhase }),
    share: t.exposeFloat('share', { description: 'Of the log that was read, from 0 to 1.' }),
    events: t.float({ description: 'Events read so far.', resolve: ({ events }) => Number(events) }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it failed.' }),
    tables: t.expose('tables', { type: [RebuiltTable] }),
  }),
});

type Standing = Checkpoint & { rebuild: RebuildRow | null; waiting: boolean };
const ReadModel = builder.objectRef<Standing>('ReadModel').implement({
  description: 'Tables that are made from the log alone, and can be made again.',
  fields: (t) => ({
    name: t.exposeString('name'),
    position: t.expose('position', { type: 'Position', nullable: true, description: 'Made from the log up to there.' }),
    haltedAt: t.expose('haltedAt', { type: 'Position', nullable: true }),
    haltReason: t.exposeString('haltReason', { nullable: true }),
    waiting: t.exposeBoolean('waiting', { description: 'A rebuild was asked for and has not ended.' }),
    rebuild: t.field({
      type: ReadModelRebuild,
      nullable: true,
      resolve: ({ rebuild, position }) => rebuild && { ...rebuild, share: shareOf(rebuild, position) },
    }),
  }),
});

/** Positions are numbers in all stores; what comes between two of them is close enough to even. */
const shareOf = ({ phase, position }: RebuildRow, goal: string | null): number => {
  if (phase !== 'folding') return phase === 'failed' ? 0 : 1;
  const all = Number(goal ?? 0);
  return all > 0 ? Math.min(1, Number(position ?? 0) / all) : 0;
};

builder.queryField('readModels', (t) =>
  t.field({
    type: [ReadModel],
    complexity: { field: 5, multiplier: 20 },
    args: { minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { minPosition }, context) => {
      allowReading(context, 'readReadModels');
      await settled(context, ['rebuild_requests'], minPosition);
      const { pool } = context;
      const [known, rebuilds, pending] = await Promise.all([
        allCheckpoints(pool),
        allRebuilds(pool),
        pendingRebuilds(pool),
      ]);
      return known
        .filter(({ name }) => readModelNames.includes(name))
        .map((checkpoint) => ({
          ...checkpoint,
          rebuild: rebuilds.find(({ name }) => name === checkpoint.name) ?? null,
          waiting: pending.some(({ readModel }) => readModel === checkpoint.name),
        }));
    },
  }),
);

builder.mutationField('rebuildReadModels', (t) =>
  t.field({
    type: CommandResult,
    description: 'Has read models made anew from the log beside those in use, compared, and put in their place.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      rebuildId: t.arg.id({ required: true, description: 'Made by the caller.' }),
      readModels: t.arg.stringList({ description: 'Their names; all unless given.' }),
    },
    resolve: (_, args, context) =>
      answer(context, args.command, (call) => requestRebuild(context.needs, call, args, readModelNames)),
  }),
);
