// Unique names that were reserved, and neither confirmed nor let go so far.
import type { Pool } from 'pg';
import { conferenceIdEvents } from '../domain/conferences/events.ts';
import { loginEvents } from '../domain/identity/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

/** `key`: what the name's stream is called; of a login that is a keyed hash. */
type ReservedNameRow = { category: 'login' | 'cid'; key: string; until: Date };

export const reservedNames = table<ReservedNameRow>('reserved_name', {
  category: { type: 'text', primary: true },
  key: { type: 'text', primary: true },
  until: { type: 'timestamptz' },
});

const apply = (event: Recorded, rows: Rows): Promise<void> => {
  const dash = event.stream.indexOf('-');
  const category = event.stream.startsWith('login-') ? 'login' : 'cid';
  const key = event.stream.slice(dash + 1);
  const { type, data } = category === 'login' ? loginEvents.parse(event) : conferenceIdEvents.parse(event);
  if (type === 'LoginReserved' || type === 'ConferenceIdReserved') {
    rows.put(reservedNames, { category, key, until: new Date(data.reservedUntil) });
  } else {
    rows.delete(reservedNames, { category, key });
  }
  return Promise.resolve();
};

export const reservedNameList: Projection = {
  name: 'reserved_names',
  version: 1,
  categories: ['login', 'cid'],
  tables: [reservedNames],
  apply,
};

/** Reservations that stand, of names with these keys or of all, the one that lapses first first; at most 1 000. */
export const standingReservations = async (pool: Pool, keys: readonly string[] | null): Promise<ReservedNameRow[]> =>
  (
    await pool.query<ReservedNameRow>({
      name: 'standing reservations',
      text: `select category, key, until from ${reservedNames.sqlName}
        where $1::text[] is null or key = any($1) order by until limit 1000`,
      values: [keys],
    })
  ).rows;
