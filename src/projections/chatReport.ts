// What the Chat messages report asks of the transcripts of all sessions.
import type { Pool } from 'pg';
import { hiddenCall } from './callReport.ts';
import { addSearch, type Conditions, conditions } from './conditions.ts';
import { conferencesNamed, peopleNamed } from './named.ts';
import { keysetPage, type Page } from './page.ts';
import { frameOf, type ReportFrame } from './reportFrame.ts';
import { type MessageRow, messages } from './transcript.ts';

/** All that is given has to be met. */
export type ChatFilter = {
  /** Words of the text. */
  search?: string | null | undefined;
  /** A part of the sender's name or login. */
  sender?: string | null | undefined;
  senderId?: string | null | undefined;
  /** A part of the title or ID of the conference it was written in. */
  recipient?: string | null | undefined;
  sessionId?: string | null | undefined;
  /** The ids that names stood for when a rule was recorded. */
  senderIds?: readonly string[] | null | undefined;
  conferenceIds?: readonly string[] | null | undefined;
  from?: Date | null | undefined;
  to?: Date | null | undefined;
};

export type ChatSort = { by: 'time' | 'sender'; direction: 'asc' | 'desc' };

const conditionsOf = async (pool: Pool, filter: ChatFilter): Promise<Conditions> => {
  const where = conditions();
  const { sender, senderId, recipient, sessionId, from, to } = filter;
  if (from) where.add('"postedAt" >= ?', from);
  if (to) where.add('"postedAt" < ?', to);
  if (sessionId) where.add('"sessionId" = ?', sessionId);
  if (senderId) where.add('"authorId" = ?', senderId);
  if (sender) {
    const [people, pattern] = [filter.senderIds ?? (await peopleNamed(pool, sender)), conditions()];
    addSearch(pattern, 'lower("authorName")', sender);
    where.add(`("authorId" = any(?::uuid[]) or (${pattern.marked()}))`, people, ...pattern.values);
  }
  if (recipient || filter.conferenceIds) {
    const known = filter.conferenceIds ?? (await conferencesNamed(pool, recipient ?? ''));
    where.add('"sessionId" in (select id from read.session where "conferenceId" = any(?::uuid[]))', known);
  }
  addSearch(where, 'lower(text)', filter.search);
  return where;
};

/** The filter as a rule keeps it: names may be given to others later, ids may not. */
export const settledMessages = async (pool: Pool, { recipient, ...rest }: ChatFilter): Promise<ChatFilter> => ({
  ...rest,
  ...(rest.sender ? { senderIds: await peopleNamed(pool, rest.sender) } : {}),
  ...(recipient ? { conferenceIds: await conferencesNamed(pool, recipient) } : {}),
});

/** What no rule hides: neither one of messages, nor one of the calls they were written in. */
export const visibleMessages = async (pool: Pool, filter: ChatFilter, frame?: ReportFrame): Promise<Conditions> => {
  const [where, within] = await Promise.all([conditionsOf(pool, filter), frame ?? frameOf(pool, 'chat')]);
  const calls = await hiddenCall(pool, within);
  const old = within.tooOld('chat');
  for (const { ordinal, filter: hidden } of within.rules('chat')) {
    const rule = await conditionsOf(pool, hidden);
    where.add(`(deletions < ? and ${rule.marked()}) is not true`, ordinal, ...rule.values);
  }
  if (old) where.add(`(${old.marked()}) is not true`, ...old.values);
  if (calls) {
    where.add(
      `not exists (select from read.call where call.id = chat_message."sessionId" and (${calls.marked()}))`,
      ...calls.values,
    );
  }
  return where;
};

/** How many messages a deletion would take out of the report. */
export const deletableMessages = async (pool: Pool, filter: ChatFilter): Promise<number> => {
  const where = await visibleMessages(pool, filter);
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int n from ${messages.sqlName} where ${where.sql()}`,
    where.values,
  );
  return rows[0]?.n ?? 0;
};

const id = { sql: '"eventId"', cast: 'uuid', of: (row: MessageRow) => row.eventId };
const keysOf = {
  time: [{ sql: '"postedAt"', cast: 'timestamptz', of: (row: MessageRow) => row.postedAt.toISOString() }, id],
  sender: [{ sql: '"authorName"', cast: 'text', of: (row: MessageRow) => row.authorName }, id],
};

/** One page of the messages of all sessions. */
export const chatPage = async (
  pool: Pool,
  filter: ChatFilter,
  { by, direction }: ChatSort,
  first: number | null | undefined,
  after: string | null | undefined,
  frame?: ReportFrame,
): Promise<Page<MessageRow>> => {
  const where = await visibleMessages(pool, filter, frame);
  const period = conditions();
  const { from, to } = filter;
  if (from) period.add('"postedAt" >= ?', from);
  if (to) period.add('"postedAt" < ?', to);
  return keysetPage<MessageRow>(
    pool,
    {
      kind: `chat by ${by} ${direction}`,
      select: '*',
      from: `from ${messages.sqlName} where ${where.sql()}`,
      values: where.values,
      keys: keysOf[by],
      direction,
      // The period's conditions come first in both, so their numbers agree.
      searched: filter.search
        ? { near: period.sql(), from, to, time: '"postedAt"', index: 'read.chat_message_by_day' }
        : undefined,
    },
    first,
    after,
  );
};
