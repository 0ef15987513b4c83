// Ids of what bears a name, for filters that people type.
import type { Pool } from 'pg';
import { containing } from './page.ts';

const namedMax = 500;

const among = async (pool: Pool, sources: string, name: string): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(`select id::text from (${sources}) found limit ${namedMax}`, [
    containing(name),
  ]);
  return rows.map(({ id }) => id);
};

const people = `select id from read.account where concat_ws(' ', login, "displayName") ilike $1`;
const conferences = `select id from read.conference where concat_ws(' ', title, cid) ilike $1`;

/** Ids of accounts, conferences and sessions named like this now, at most 500. */
export const anythingNamed = (pool: Pool, name: string): Promise<string[]> =>
  among(pool, `${people} union all ${conferences} union all select id from read.session where title ilike $1`, name);

/** Ids of accounts with such a name or login, deleted ones too, at most 500. */
export const peopleNamed = (pool: Pool, name: string): Promise<string[]> => among(pool, people, name);

/** Ids of conferences with such a title or conference ID, deleted ones too, at most 500. */
export const conferencesNamed = (pool: Pool, name: string): Promise<string[]> => among(pool, conferences, name);
