// Days of a table's rows: an index over words that begins with them finds what is new without looking through the rest.
import type { Pool } from 'pg';

const dayMs = 86_400_000;
const firstDayMs = Date.UTC(2000);

/** The day of a moment, in UTC, as `read.day` counts it in the database. */
export const dayOf = (moment: Date): number => Math.floor((moment.getTime() - firstDayMs) / dayMs);

/** Up to `width` of the days from the first to the last of these, after so many of them; none after the last one. */
export const daysFrom = (first: number, last: number, after: number, width: number): number[] => {
  const step = last < first ? -1 : 1;
  const left = Math.abs(last - first) + 1 - after;
  return Array.from({ length: Math.max(0, Math.min(width, left)) }, (_, index) => first + (after + index) * step);
};

/**
 * How many days to look through next, where the last `width` held `found` rows and so many are missing: as many as will
 * do if they are like those, and at most twice as many. By these alone: what ended with a full day goes on with none.
 */
export const nextWidth = (width: number, found: number, missing: number): number =>
  found === 0 ? 2 * width : Math.min(Math.ceil((1.1 * missing * width) / found), 2 * width);

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
