// What a retention period would delete now: found by what the trail of events says of the order of things, so that a
// clock that was set back makes nothing look older than it is.
import type { Pool } from 'pg';
import type { RetainedReport } from '../domain/reports/events.ts';
import { calls } from './callHistory.ts';
import { visibleCalls } from './callReport.ts';
import { visibleMessages } from './chatReport.ts';
import { type Conditions, conditions } from './conditions.ts';
import { visibleEvents } from './eventReport.ts';
import { aged, type Held, heldNow, type RetentionRule, retentionOf } from './retentionRules.ts';
import { messages } from './transcript.ts';

export type RetentionWork = RetentionRule & { rows: number; holdIds: string[] };

const rowsMax = 1_000_000;

/**
 * The rule that a moment makes. Events are old up to the first that is not, whatever time the later ones bear; calls
 * and messages are judged by their own time, so it is moved back to before any that a clock set back has dated too
 * early: nothing of after is deleted, and what is old waits until these are.
 */
const ruleAt = async (pool: Pool, cutoff: Date, known: RetentionRule | undefined): Promise<RetentionRule> => {
  const { rows } = await pool.query<RetentionRule>(
    `with first as (
       select coalesce(
         (select number from read.event where "occurredAt" >= $1 and number >= $2 order by number limit 1),
         (select max(number) + 1 from read.event), 0) as number
     )
     select first.number::text as "upTo", least($1, (
       select min("occurredAt") from read.event e where e.number >= first.number and e."occurredAt" < $1)) as before
     from first`,
    [cutoff, known?.upTo ?? '0'],
  );
  return rows[0] ?? { upTo: '0', before: new Date(0) };
};

const shown: Record<RetainedReport, (pool: Pool) => Promise<{ from: string; where: Conditions }>> = {
  events: async (pool) => ({ from: 'read.event', where: (await visibleEvents(pool, {})).where }),
  calls: async (pool) => ({ from: calls.sqlName, where: await visibleCalls(pool, {}) }),
  chat: async (pool) => ({ from: messages.sqlName, where: await visibleMessages(pool, {}) }),
};

/** What of a report is shown and older than `cutoff`, and not kept; `rows` up to a million. */
export const retentionWork = async (pool: Pool, report: RetainedReport, cutoff: Date): Promise<RetentionWork> => {
  const [known, { holdIds, ...held }] = await Promise.all([retentionOf(pool, report), heldNow(pool)]);
  const rule = await ruleAt(pool, cutoff, known?.rule);
  const { from, where } = await shown[report](pool);
  const old = aged[report](rule, held);
  where.add(old.marked(), ...old.values);
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int n from (select from ${from} where ${where.sql()} limit ${rowsMax}) found`,
    where.values,
  );
  return { ...rule, rows: rows[0]?.n ?? 0, holdIds };
};

export type OldMessage = { sessionId: string; messageId: string; eventId: string; postedAt: Date };

/** Which messages go by the rule of chats, and which with their calls; what their authors' holds keep stays. */
const oldMessages = (report: 'chat' | 'calls', rule: RetentionRule, held: Held): Conditions => {
  if (report === 'chat') return aged.chat(rule, held);
  const [where, call] = [conditions(), aged.calls(rule, held)];
  where.add(
    `exists (select from ${calls.sqlName} where call.id = chat_message."sessionId" and (${call.marked()}))`,
    ...call.values,
  );
  where.add('not ("authorId" = any(?::uuid[]))', held.accountIds);
  return where;
};

/** Messages that are deleted by age and still have their text, the oldest first; `after`: the last of the page before. */
export const messagesToErase = async (
  pool: Pool,
  report: 'chat' | 'calls',
  after: OldMessage | null,
  limit: number,
): Promise<OldMessage[]> => {
  const found = await retentionOf(pool, report);
  if (!found) return [];
  const where = oldMessages(report, found.rule, found.held);
  where.add('text is not null');
  if (after) where.add('("postedAt", "eventId") > (?, ?::uuid)', after.postedAt, after.eventId);
  const { rows } = await pool.query<OldMessage>(
    `select "sessionId", id as "messageId", "eventId", "postedAt" from ${messages.sqlName} where ${where.sql()}
     order by "postedAt", "eventId" limit ${limit}`,
    where.values,
  );
  return rows;
};
