// Days of a table's rows: an index over words that begins with them finds what is new without looking through the rest.
import type { Pool } from 'pg';

const dayMs = 86_400_000;
const firstDayMs = Date.UTC(2000);

/** The day of a moment, in UTC, as `read.day` counts it in the database. */
export const dayOf = (moment: Date): number => Math.floor((moment.getTime() - firstDayMs) / dayMs);

/** The days from the first to the last of these, in groups: each has twice as many as the one before. */
export const widening = function* (first: number, last: number): Generator<number[], void> {
  const step = last < first ? -1 : 1;
  const count = Math.abs(last - first) + 1;
  for (let done = 0, width = 1; done < count; done += width, width *= 2)
    yield Array.from({ length: Math.min(width, count - done) }, (_, index) => first + (done + index) * step);
};

/** The first and the last moment in a column; null where there is none, or no index over words. */
export const extentOf = async (
  pool: Pool,
  { table, time, index }: { table: string; time: string; index: string },
): Promise<{ oldest: Date; newest: Date } | null> => {
  type Row = { oldest: Date | null; newest: Date | null; indexed: boolean };
  const { rows } = await pool.query<Row>(
    `select min(${time}) oldest, max(${time}) newest, to_regclass('${index}') is not null indexed from ${table}`,
  );
  const [row] = rows;
  return row?.indexed && row.oldest && row.newest ? { oldest: row.oldest, newest: row.newest } : null;
};
