// Erasing persons and messages.
import { eraseChatMessage, erasePerson } from '../../commands/erasure.ts';
import { Refusal } from '../../domain/kernel.ts';
import { personalReadModels } from '../../projections/allProjections.ts';
import { checkpointOf } from '../../projections/checkpoints.ts';
import {
  erasureCounts,
  erasureFactsOf,
  holdsOfPerson,
  lastErasure,
  messageFacts,
} from '../../projections/erasureFacts.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { subscribed } from '../subscribed.ts';
import { answer, CommandInput, CommandResult, isId, mayRead } from './shared.ts';

const currentTimeoutMs = 2_000;
const forgottenTimeoutMs = 3_000;

/** What a decision rests on has to be of now: waits until everything on the record can be read. */
const current = async ({ store, watch }: ApiContext): Promise<void> => {
  const head = await store.head();
  if (head === null || (await watch.reached(erasureFactsOf, head, currentTimeoutMs))) return;
  throw new Refusal('command.too_busy');
};

builder.subscriptionField('erasures', (t) =>
  t.field({
    type: 'Position',
    description:
      'Pushes where the last erasure is recorded, at once and after each erasure, when it is gone from all read ' +
      'models. Where it is another one than before, read again what is shown, with this as `minPosition`.',
    subscribe: (_, __, context) =>
      subscribed(context, {
        first: true,
        // What an erasure takes away is named by no id.
        wakes: ({ name, ids }) => name === 'transcript' && ids === null,
        allowed: (now) => mayRead(now, 'readSummary'),
        produce: async (_ids, { pool, watch }) => {
          const position = (await checkpointOf(pool, 'transcript'))?.position ?? null;
          if (position === null) return null;
          // Whoever reads too early would show again what the next one forgets; one that stands still holds up nobody.
          const forgotten = await watch.reached(personalReadModels, position, forgottenTimeoutMs);
          return forgotten ? lastErasure(pool, position) : position;
        },
      }),
    resolve: (position) => position,
  }),
);

builder.mutationFields((t) => ({
  erasePerson: t.field({
    type: CommandResult,
    description:
      'Destroys the key of everything personal about an account: it is deleted, and reads "erased-..." from then on, ' +
      'wherever it stood. Needs a reason. The dry run counts what there is. It cannot be taken back.',
    args: { command: t.arg({ type: CommandInput, required: true }), accountId: t.arg.id({ required: true }) },
    resolve: (_, args, context) =>
      answer(context, args.command, async (call) => {
        const { needs, pool } = context;
        // What is no id is refused by the command, before it asks for facts.
        const id = isId(args.accountId) ? args.accountId : '';
        return erasePerson(needs, call, args, {
          holds: async () => {
            await current(context);
            return holdsOfPerson(pool, id);
          },
          counts: () => erasureCounts(pool, id),
        });
      }),
  }),
  eraseChatMessage: t.field({
    type: CommandResult,
    description:
      'Destroys the key of the text of one message; who wrote it when stays. Needs a reason. It cannot be taken back.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      sessionId: t.arg.id({ required: true }),
      messageId: t.arg.id({ required: true }),
    },
    resolve: (_, args, context) =>
      answer(context, args.command, (call) =>
        eraseChatMessage(context.needs, call, args, async (message) => {
          await current(context);
          return messageFacts(context.pool, message);
        }),
      ),
  }),
}));
