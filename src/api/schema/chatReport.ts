// The Chat messages report: what was written in all sessions.
import { parseChatFilter, toldFilter } from '../../commands/reports.ts';
import { chatPage } from '../../projections/chatReport.ts';
import type { MessageRow } from '../../projections/transcript.ts';
import { builder } from '../builder.ts';
import { Person, personOf } from './account.ts';
import { allowReading, connectionOf, reported, SortDirection, settled } from './shared.ts';

const ReportedMessage = builder.objectRef<MessageRow>('ReportedMessage').implement({
  fields: (t) => ({
    id: t.exposeID('eventId', { description: 'Of the event that recorded it.' }),
    messageId: t.exposeID('id'),
    sender: t.field({ type: Person, resolve: ({ authorId }, _, context) => personOf(authorId, context) }),
    senderName: t.exposeString('authorName', { description: 'The name shown then.' }),
    sessionId: t.exposeID('sessionId'),
    sessionTitle: t.string({
      description: 'Whose chat it was written in.',
      resolve: async ({ sessionId }, _, { sessions }) => (await sessions(sessionId))?.title ?? sessionId,
    }),
    text: t.exposeString('text', { nullable: true, description: 'Null once the message was erased.' }),
    postedAt: t.expose('postedAt', { type: 'DateTime' }),
  }),
});

const ReportedMessageConnection = connectionOf('ReportedMessage', ReportedMessage, 'report');

export const ChatFilterInput = builder.inputType('ChatFilter', {
  description: 'All that is given has to be met.',
  fields: (t) => ({
    search: t.string({ description: 'Words of the text.' }),
    sender: t.string({ description: "A part of the sender's name or login." }),
    senderId: t.id(),
    recipient: t.string({ description: 'A part of the title or ID of the conference.' }),
    sessionId: t.id(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'Exclusive.' }),
  }),
});
const ChatSortKey = builder.enumType('ChatSortKey', {
  values: { TIME: { value: 'time' }, SENDER: { value: 'sender' } } as const,
});
const ChatSortInput = builder.inputType('ChatSort', {
  fields: (t) => ({
    by: t.field({ type: ChatSortKey, required: true }),
    direction: t.field({ type: SortDirection, required: true }),
  }),
});

builder.queryField('chatReport', (t) =>
  t.field({
    type: ReportedMessageConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      filter: t.arg({ type: ChatFilterInput }),
      sort: t.arg({ type: ChatSortInput, description: 'The newest first unless told otherwise.' }),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, filter, sort, minPosition }, context) => {
      allowReading(context, 'readChatReport');
      const wanted = parseChatFilter(filter);
      context.readings.searched(context.caller, 'chat', toldFilter(wanted));
      await settled(context, ['transcript', 'report_deletions'], minPosition);
      const order = sort ?? { by: 'time', direction: 'desc' };
      return reported(context, 'chat', after, (frame) => chatPage(context.pool, wanted, order, first, after, frame));
    },
  }),
);
