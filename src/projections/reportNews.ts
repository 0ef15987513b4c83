// Which rows came into a report since an event, for readers who have it open: those that a later event began. A row
// that only changes is not new, whatever it comes to say.
import type { Pool } from 'pg';
import { type CallFilter, visibleCalls } from './callReport.ts';
import { type ChatFilter, visibleMessages } from './chatReport.ts';
import type { Conditions } from './conditions.ts';
import { type ChangeFilter, changesAfter } from './configurationChanges.ts';
import { type EndpointFilter, visibleEndpoints } from './endpoints.ts';
import { type EventFilter, visibleEvents } from './eventReport.ts';
import { heededBy, projectionOf } from './reportFrame.ts';

/** `number`: of the event that began the row. */
type Came = { id: string; number: string };
/** Event numbers: what came after the first, up to the last. */
type Span = { after: string; upTo: string };

/** So many are told at once, the rest afterwards. */
const newsMax = 200;

/**
 * Rows of one table that events of these types began. `join` ties them to the columns of `born`, whose names are found
 * in no table of a report.
 */
const begun = async (
  pool: Pool,
  { id, table, join }: { id: string; table: string; join: string },
  types: readonly string[],
  where: Conditions,
  { after, upTo }: Span,
): Promise<Came[]> => {
  const at = where.values.length;
  const { rows } = await pool.query<Came>(
    `select born."bornAs"::text as number, ${id} as id from (
       select number as "bornAs", position as "bornAt", "eventId" as "bornBy", "objectId" as "bornTo",
         "occurredAt" as "bornWhen"
       from read.event where type = any($${at + 1}) and number > $${at + 2} and number <= $${at + 3}
       order by number offset 0
     ) born join ${table} on ${join} where ${where.sql()} order by born."bornAs" limit ${newsMax}`,
    [...where.values, types, after, upTo],
  );
  return rows;
};

/**
 * A call begins to belong to a list of calls that are over when it ends, and to one of somebody's calls when she first
 * joins; to all others when it starts.
 */
const newCalls = async (pool: Pool, filter: CallFilter, span: Span): Promise<Came[]> => {
  const where = await visibleCalls(pool, filter);
  const { running, participantId } = filter;
  const source = { id: 'id', table: 'read.call', join: 'call.id = "bornTo"::uuid' };
  if (running === false) return begun(pool, source, ['SessionEnded'], where, span);
  if (!participantId) return begun(pool, source, ['SessionStarted'], where, span);
  // The table may know of her although only somebody else's joining has been looked at so far.
  where.add(
    `(select min("joinedAt") from read.call_leg hers where hers."sessionId" = call.id
       and hers."participantId" = ?) = "bornWhen"`,
    participantId,
  );
  return begun(pool, source, ['ParticipantJoined'], where, span);
};

const newMessages = async (pool: Pool, filter: ChatFilter, span: Span): Promise<Came[]> => {
  const source = { id: '"eventId"', table: 'read.chat_message', join: 'chat_message."eventId" = "bornBy"' };
  return begun(pool, source, ['ChatMessagePosted'], await visibleMessages(pool, filter), span);
};

const newEndpoints = async (pool: Pool, filter: EndpointFilter, span: Span): Promise<Came[]> => {
  const source = { id: 'id', table: 'read.endpoint', join: '"firstPosition" = "bornAt"' };
  return begun(pool, source, ['SignedIn', 'ParticipantJoined'], await visibleEndpoints(pool, filter), span);
};

const newEvents = async (pool: Pool, filter: EventFilter, { after, upTo }: Span): Promise<Came[]> => {
  const { where } = await visibleEvents(pool, filter);
  where.add('number > ?', after);
  where.add('number <= ?', upTo);
  const { rows } = await pool.query<Came>(
    `select "eventId" as id, number::text as number from read.event where ${where.sql()}
     order by read.event.number limit ${newsMax}`,
    where.values,
  );
  return rows;
};

/** One report and what is asked of it. */
export type FollowedList =
  | { report: 'events'; filter: EventFilter }
  | { report: 'calls'; filter: CallFilter }
  | { report: 'chat'; filter: ChatFilter }
  | { report: 'endpoints'; filter: EndpointFilter }
  | { report: 'changes'; filter: ChangeFilter };

const cameInto = (pool: Pool, { report, filter }: FollowedList, span: Span): Promise<Came[]> => {
  switch (report) {
    case 'events':
      return newEvents(pool, filter, span);
    case 'calls':
      return newCalls(pool, filter, span);
    case 'chat':
      return newMessages(pool, filter, span);
    case 'endpoints':
      return newEndpoints(pool, filter, span);
    case 'changes':
      return changesAfter(pool, filter, span.after, span.upTo, newsMax);
  }
};

/** Ids of rows as the report has them, each once; everything up to the event `upTo` has been looked at. */
export type News = { ids: string[]; upTo: string; more: boolean };

/** What came into a report after an event; no more than `newsMax` at once, the earliest first. */
export const newsOf = async (pool: Pool, asked: FollowedList, after: string): Promise<News> => {
  const upTo = await heededBy(pool, projectionOf[asked.report]);
  if (upTo === null || BigInt(upTo) <= BigInt(after)) return { ids: [], upTo: after, more: false };
  const came = await cameInto(pool, asked, { after, upTo });
  const last = came.length < newsMax ? undefined : came.at(-1)?.number;
  return { ids: [...new Set(came.map(({ id }) => id))], upTo: last ?? upTo, more: last !== undefined };
};
