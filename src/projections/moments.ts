// Which event a moment was after: by the running maximum of the events' times, so that a clock that was set back cannot
// reorder what was recorded.
import type { Pool } from 'pg';
import type { Then } from './versions.ts';

// Seconds are reached in the order of the log: the last one that had been reached ends after everything before.
const columns = `number::text as number, position, "occurredAt" as at, to_timestamp(1 + (
  select second from read.moment where position <= event.position order by position desc limit 1)) as reached`;

/** An event stays where it is: whoever looks around as of one asks for it again and again. */
const known = new WeakMap<Pool, Map<string, Then>>();
const knownMax = 500;

/** The place after the event with this number; null where there is no such event yet. */
export const afterEvent = async (pool: Pool, number: string): Promise<Then | null> => {
  const places = known.get(pool) ?? new Map<string, Then>();
  known.set(pool, places);
  const before = places.get(number);
  if (before) return before;
  const { rows } = await pool.query<Then>(`select ${columns} from read.event where number = $1`, [number]);
  const [then] = rows;
  if (!then) return null;
  if (places.size >= knownMax) places.clear();
  places.set(number, then);
  return then;
};

/**
 * The place after the last event that was recorded not later than `at`; null where that is before the first one. Looks
 * through the events of one second at most, unless a clock was set back in it.
 */
export const afterMoment = async (pool: Pool, at: Date): Promise<Then | null> => {
  const second = Math.floor(at.getTime() / 1000);
  const { rows } = await pool.query<Then>(
    `with begun as (
       select e.number from read.moment m join read.event e on e.position = m.position
       where m.second <= $2 order by m.second desc limit 1
     ),
     later as (
       select number from read.event
       where number >= coalesce((select number from begun), 0) and "occurredAt" > $1 order by number limit 1
     )
     select ${columns} from read.event
     where number = coalesce((select number from later) - 1, (select max(number) from read.event))`,
    [at, second],
  );
  return rows[0] ?? null;
};
