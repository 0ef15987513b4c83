// What there is of a person before she is erased, and what a legal hold keeps of it.
import type { Pool } from 'pg';
import type { ErasureCounts } from '../domain/identity/events.ts';
import { events } from './auditTrail.ts';
import { callLegs, callPeople, calls } from './callHistory.ts';
import { conferences } from './conferenceList.ts';
import { endpoints } from './endpoints.ts';
import { legalHolds } from './serverSettings.ts';
import { sessions } from './sessionRoster.ts';
import { messages } from './transcript.ts';
import { accounts, profileColumns, signIns } from './userDirectory.ts';

/** What these tell has to be of now for a decision. */
export const erasureFactsOf: readonly string[] = [
  'user_directory',
  'audit_trail',
  'call_history',
  'conference_list',
  'endpoints',
  'server_settings',
  'session_roster',
  'transcript',
];

const filled = profileColumns.map((name) => `("${name}" <> '')::int`).join(' + ');

/** Counts by kind what the read models hold of a person. */
export const erasureCounts = async (pool: Pool, accountId: string): Promise<ErasureCounts> => {
  const caused = `from ${events.sqlName} where "actorId" = $1::text and "actorKind" = 'account'`;
  const { rows } = await pool.query<ErasureCounts>(
    `select coalesce((select ${filled} from ${accounts.sqlName} where id = $1), 0) as "profileFields",
       (select count(*)::int from ${signIns.sqlName} where "accountId" = $1) as "signIns",
       (select count(*)::int from ${endpoints.sqlName} where "accountId" = $1) as devices,
       (select count(*)::int from ${messages.sqlName} where "authorId" = $1 and text is not null) as "chatMessages",
       (select count(*)::int from ${callPeople.sqlName} where "participantId" = $1) as sessions,
       (select count(*)::int from ${callLegs.sqlName} where "participantId" = $1) as connections,
       (select count(*)::int ${caused}) as events,
       (select count(*)::int ${caused} and type in ('ReportSearched', 'ChangesSearched')) as searches,
       (select count(*)::int ${caused} and type = 'ReportExportPrepared') as exports`,
    [accountId],
  );
  const [counts] = rows;
  if (!counts) throw new Error('Counting always gives a row');
  return counts;
};

type HoldName = { id: string; name: string };
const holdsMax = 20;

const holdsWhere = async (pool: Pool, keeps: string, values: readonly string[]): Promise<HoldName[]> =>
  (
    await pool.query<HoldName>(
      `select h.id, h.name from ${legalHolds.sqlName} h where h."releasedAt" is null and (${keeps})
       order by h.name, h.id limit ${holdsMax}`,
      [...values],
    )
  ).rows;

/** Holds that name the person, a conference of hers, or one that she took part in. */
export const holdsOfPerson = (pool: Pool, accountId: string): Promise<HoldName[]> =>
  holdsWhere(
    pool,
    `$1::uuid = any(h."accountIds")
     or exists (select from ${conferences.sqlName} c where c."ownerId" = $1 and c.id = any(h."conferenceIds"))
     or exists (select from ${callPeople.sqlName} p join ${calls.sqlName} c on c.id = p."sessionId"
       where p."participantId" = $1 and c."conferenceId" = any(h."conferenceIds"))`,
    [accountId],
  );

/** Whether there is a message with a text; and the holds that name its author or its conference. */
export const messageFacts = async (
  pool: Pool,
  { sessionId, messageId }: { sessionId: string; messageId: string },
): Promise<{ found: boolean; holds: HoldName[] }> => {
  const known = [sessionId, messageId];
  const { rows } = await pool.query(
    `select from ${messages.sqlName} where "sessionId" = $1 and id = $2 and text is not null`,
    known,
  );
  const holds = await holdsWhere(
    pool,
    `exists (select from ${messages.sqlName} m join ${sessions.sqlName} s on s.id = m."sessionId"
       where m."sessionId" = $1 and m.id = $2
         and (m."authorId" = any(h."accountIds") or s."conferenceId" = any(h."conferenceIds")))`,
    known,
  );
  return { found: rows.length > 0, holds };
};

/** Where the last erasure up to a position is recorded; the first event of all, where there is none. */
export const lastErasure = async (pool: Pool, upTo: string): Promise<string | null> => {
  // Of a sum there is no shortcut over all events from the last one down, which is long where erasures are rare.
  const { rows } = await pool.query<{ position: string }>(
    `select position from ${events.sqlName} where number = coalesce(
       (select max(number + 0) from ${events.sqlName}
        where type in ('PersonErased', 'ContentErased') and position <= $1), 0)`,
    [upTo],
  );
  return rows[0]?.position ?? null;
};

const keptMax = 100_000;

export type Kept = { calls: number; chatMessages: number };

/** How much in the reports of calls and messages a hold of these accounts and conferences keeps, up to 100 000 each. */
export const keptBy = async (
  pool: Pool,
  { accountIds, conferenceIds }: { accountIds: readonly string[]; conferenceIds: readonly string[] },
): Promise<Kept> => {
  const { rows } = await pool.query<Kept>(
    `select
       (select count(*)::int from (
          select from ${calls.sqlName} where "conferenceId" = any($2::uuid[]) or "ownerId" = any($1::uuid[]) or id in (
            select "sessionId" from ${callPeople.sqlName} where "participantId" = any($1::uuid[]))
          limit ${keptMax}) c) as calls,
       (select count(*)::int from (
          select from ${messages.sqlName} where "authorId" = any($1::uuid[]) or "sessionId" in (
            select id from ${sessions.sqlName} where "conferenceId" = any($2::uuid[]))
          limit ${keptMax}) m) as "chatMessages"`,
    [accountIds, conferenceIds],
  );
  return rows[0] ?? { calls: 0, chatMessages: 0 };
};
