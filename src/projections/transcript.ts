// What was written in the chats of sessions.
import type { Pool } from 'pg';
import { chatEvents } from '../domain/chat/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import type { Projection } from './projection.ts';
import { countDeletion, deletionCounts, deletionsSoFar } from './reportRules.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';
import { erasedName } from './userDirectory.ts';

export type MessageRow = {
  eventId: string;
  id: string;
  sessionId: string;
  authorId: string;
  authorName: string;
  /** Null once the message was erased. */
  text: string | null;
  postedAt: Date;
  /** Deletions in the report of messages before it. */
  deletions: number;
};
export type Message = MessageRow & { number: string };

export const messages = table<MessageRow>(
  'chat_message',
  {
    eventId: { type: 'uuid', primary: true },
    id: { type: 'uuid' },
    sessionId: { type: 'uuid' },
    authorId: { type: 'uuid' },
    authorName: { type: 'text' },
    text: { type: 'text', nullable: true },
    postedAt: { type: 'timestamptz' },
    deletions: { type: 'int' },
  },
  [
    { name: 'chat_message_by_session', columns: ['sessionId'] },
    { name: 'chat_message_by_time', columns: ['postedAt', 'eventId'] },
    { name: 'chat_message_by_author', columns: ['authorId', 'postedAt'] },
  ],
);

export const chatDeletions = deletionCounts('chat_deletions');

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const { data } = chatEvents.parse(event);
  rows.put(messages, {
    id: data.messageId,
    eventId: event.eventId,
    sessionId: data.sessionId,
    authorId: data.authorId,
    authorName: data.author?.displayName ?? erasedName(data.authorId),
    // What an erased person wrote is gone with her, also where it was recorded in the moment of it.
    text: data.author === null ? null : (data.content?.text ?? null),
    postedAt: new Date(data.postedAt),
    deletions: await deletionsSoFar(chatDeletions, 'chat', rows),
  });
};

export const transcript: Projection = {
  name: 'transcript',
  version: 2,
  categories: ['channel', 'reportDeletion'],
  tables: [messages, chatDeletions],
  apply: (event, rows) =>
    event.stream.startsWith('channel-') ? apply(event, rows) : countDeletion(chatDeletions, 'chat', event, rows),
};

/** Messages of a session after an event number (exclusive), in the order they were recorded. */
export const messagesAfter = async (pool: Pool, sessionId: string, after: string, limit: number): Promise<Message[]> =>
  (
    await pool.query<Message>(
      `select m.*, e.number::text from read.event e join read.chat_message m on m."eventId" = e."eventId"
       where e.stream = $1 and e.number > $2 order by e.number limit $3`,
      [`channel-${sessionId}`, after, limit],
    )
  ).rows;

/** Messages of a session whose text is erased, from after an event number to another one, in the order of numbers. */
export const erasedMessages = async (
  pool: Pool,
  sessionId: string,
  after: string,
  upTo: string,
  limit: number,
): Promise<Message[]> =>
  (
    await pool.query<Message>(
      `select m.*, e.number::text from read.chat_message m join read.event e on e."eventId" = m."eventId"
       where m."sessionId" = $1 and m.text is null and e.number > $2 and e.number <= $3
       order by e.number limit $4`,
      [sessionId, after, upTo, limit],
    )
  ).rows;

const writtenPerPage = 1_000;

/** All messages of one author, page by page; those whose text was erased before, too. */
export async function* messagesWrittenBy(
  pool: Pool,
  authorId: string,
): AsyncGenerator<{ sessionId: string; messageId: string }[]> {
  type Row = { eventId: string; sessionId: string; messageId: string };
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await pool.query<Row>(
      `select "eventId", "sessionId", id as "messageId" from ${messages.sqlName}
       where "authorId" = $1 and "eventId" > $2 order by "eventId" limit ${writtenPerPage}`,
      [authorId, after],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.eventId;
  }
}
