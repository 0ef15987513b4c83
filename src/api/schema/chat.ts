// The chat of a session: read from a number on, followed, written to.
import { postChatMessage } from '../../commands/chat.ts';
import { participantsOf } from '../../projections/sessionRoster.ts';
import { type Message, messagesAfter } from '../../projections/transcript.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { subscribed } from '../subscribed.ts';
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

builder.subscriptionField('chatMessages', (t) =>
  t.field({
    type: [ChatMessage],
    description: "Messages of the session's chat, resumable with `after`.",
    args: { sessionId: t.arg.id({ required: true }), after: t.arg({ type: 'EventNumber' }) },
    subscribe: async (_, { sessionId, after }, context) => {
      if (await maySee(sessionId, context)) await noteForeign(sessionId, context);
      let last = after ?? fromTheStart;
      return subscribed(context, {
        first: true,
        wakes: ({ name, ids }) =>
          (name === 'transcript' || name === 'audit_trail') && (ids === null || ids.includes(sessionId)),
        allowed: (now) => maySee(sessionId, now),
        produce: async (_ids, { pool }) => {
          const fresh = await messagesAfter(pool, sessionId, last, batchMax);
          last = fresh.at(-1)?.number ?? last;
          return fresh.length > 0 ? fresh : null;
        },
        more: (messages) => messages.length === batchMax,
      });
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
