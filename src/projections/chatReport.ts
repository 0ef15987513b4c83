// What the Chat messages report asks of the transcripts of all sessions.
import type { Pool } from 'pg';
import { addSearch, type Conditions, conditions } from './conditions.ts';
import { conferencesNamed, peopleNamed } from './named.ts';
import { keysetPage, type Page } from './page.ts';
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
    const [people, pattern] = [await peopleNamed(pool, sender), conditions()];
    addSearch(pattern, 'lower("authorName")', sender);
    where.add(
      `("authorId" = any(?::uuid[]) or (${pattern.sql().replaceAll(/\$\d+/g, '?')}))`,
      people,
      ...pattern.values,
    );
  }
  if (recipient) {
    const known = await conferencesNamed(pool, recipient);
    where.add('"sessionId" in (select id from read.session where "conferenceId" = any(?::uuid[]))', known);
  }
  addSearch(where, 'lower(text)', filter.search);
  return where;
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
): Promise<Page<MessageRow>> => {
  const where = await conditionsOf(pool, filter);
  const period = conditions();
  if (filter.from) period.add('"postedAt" >= ?', filter.from);
  if (filter.to) period.add('"postedAt" < ?', filter.to);
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
      probed: filter.search ? period.sql() : undefined,
    },
    first,
    after,
  );
};
