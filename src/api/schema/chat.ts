// The chat of a session: read from a number on, followed, written to.
import { postChatMessage } from '../../commands/chat.ts';
import { participantsOf } from '../../projections/sessionRoster.ts';
import { erasedMessages, type Message, messagesAfter } from '../../projections/transcript.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { type Following, subscribed } from '../subscribed.ts';
import { maySee } from './session.ts';
import { allowReading, answer, CommandInput, CommandResult, isId } from './shared.ts';

const fromTheStart = '-1';
const batchMax = 200;

/** Administrators who read a chat without having been in it leave that on the record. */
const noteForeign = async (sessionId: string, { caller, pool, readings }: ApiContext): Promise<void> => {
  if (caller.role === null || !isId(sessionId)) return;
  const inside = await participantsOf(pool, sessionId);
  if (inside.some(({ participantId }) => participantId === caller.actor.id)) return;
  readings.searched(caller, 'chat', { sessionId: sessionId.toLowerCase() });
};

const ChatMessage = builder.objectRef<Message>('ChatMessage').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    number: t.expose('number', { type: 'EventNumber' }),
    authorId: t.exposeID('authorId'),
    authorName: t.exposeString('authorName'),
    text: t.exposeString('text', { nullable: true, description: 'Null once the message was erased.' }),
    postedAt: t.expose('postedAt', { type: 'DateTime' }),
  }),
});

builder.queryField('chatMessages', (t) =>
  t.field({
    type: [ChatMessage],
    args: { sessionId: t.arg.id({ required: true }), first: t.arg.int(), after: t.arg({ type: 'EventNumber' }) },
    resolve: async (_, { sessionId, first, after }, context) => {
      allowReading(context, 'readChat', { maySee: await maySee(sessionId, context) });
      await noteForeign(sessionId, context);
      const limit = Math.min(Math.max(first ?? batchMax, 1), batchMax);
      return messagesAfter(context.pool, sessionId, after ?? fromTheStart, limit);
    },
  }),
);

/** What is written from `after` on, and once more without its text what was erased since it was read. */
const followChat = (sessionId: string, after: string | null | undefined): Following<Message[]> => {
  let last = after ?? fromTheStart;
  // Whoever goes on after a break cannot know what was erased meanwhile.
  let lookBackFrom = after == null ? null : fromTheStart;
  return {
    first: true,
    wakes: ({ name, ids }) => {
      if (name !== 'transcript' && name !== 'audit_trail') return false;
      // An erasure names no object: any session may have lost something.
      if (ids === null && name === 'transcript') lookBackFrom = fromTheStart;
      return ids === null || ids.includes(sessionId);
    },
    allowed: (now) => maySee(sessionId, now),
    produce: async (_ids, { pool }) => {
      const from = lookBackFrom;
      lookBackFrom = null;
      try {
        const erased = from === null ? [] : await erasedMessages(pool, sessionId, from, last, batchMax);
        const fresh = await messagesAfter(pool, sessionId, last, batchMax);
        if (erased.length === batchMax) lookBackFrom ??= erased.at(-1)?.number ?? null;
        last = fresh.at(-1)?.number ?? last;
        const found = [...erased, ...fresh];
        return found.length > 0 ? found : null;
      } catch (error) {
        lookBackFrom = fromTheStart;
        throw error;
      }
    },
    more: (messages) => messages.length >= batchMax,
  };
};

builder.subscriptionField('chatMessages', (t) =>
  t.field({
    type: [ChatMessage],
    description:
      "Messages of the session's chat, resumable with `after`. One whose text is erased comes once more, without it.",
    args: { sessionId: t.arg.id({ required: true }), after: t.arg({ type: 'EventNumber' }) },
    subscribe: async (_, { sessionId, after }, context) => {
      if (await maySee(sessionId, context)) await noteForeign(sessionId, context);
      return subscribed(context, followChat(sessionId, after));
    },
    resolve: (messages) => messages,
  }),
);

builder.mutationField('postChatMessage', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      sessionId: t.arg.id({ required: true }),
      messageId: t.arg.id({ required: true }),
      text: t.arg.string({ required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => postChatMessage(context.needs, call, args)),
  }),
);
