// Keyset pages: a cursor names the last row seen, so that page 1 000 costs what page 1 costs.
import type { Pool } from 'pg';
import { isImpossibleValue } from './databaseErrors.ts';

export type Page<Row> = { rows: { row: Row; cursor: string }[]; hasNext: boolean; total: number };

export class BadCursor extends Error {
  readonly code = 'BadCursor';
}

const pageMax = 200;
/** Totals are counted up to here; more than that is shown as "more than". */
const countMax = 10_000;

const pageSize = (first: number | null | undefined): number => Math.min(Math.max(first ?? 50, 1), pageMax);

/** `kind` ties a cursor to its query. */
const encodeCursor = (kind: string, keys: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([kind, ...keys])).toString('base64url');

/** The keys of a cursor; throws BadCursor for one that is damaged or belongs to another query. */
const decodeCursor = (kind: string, cursor: string, keys: number): string[] => {
  try {
    const [of, ...values] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (of === kind && values.length === keys && values.every((value) => typeof value === 'string')) return values;
  } catch {
    throw new BadCursor('The cursor is damaged. Start again from the first page.');
  }
  throw new BadCursor('The cursor belongs to another list. Start again from the first page.');
};

export type KeysetQuery<Row> = {
  kind: string;
  /** `from … where …` with its parameters; the keyset condition is added. */
  from: string;
  select: string;
  values: readonly unknown[];
  /** Sort expressions and how to read them off a row as text; all in one direction. */
  keys: readonly { sql: string; cast: string; of: (row: Row) => string }[];
  direction: 'asc' | 'desc';
};

/** Runs one page of a list. `from` must contain a `where`. */
export const keysetPage = async <Row extends object>(
  pool: Pool,
  query: KeysetQuery<Row>,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<Row>> => {
  const size = pageSize(first);
  const values = [...query.values];
  const expressions = query.keys.map(({ sql }) => sql).join(', ');
  let seek = '';
  if (after != null) {
    const start = values.length;
    values.push(...decodeCursor(query.kind, after, query.keys.length));
    const marks = query.keys.map(({ cast }, index) => `$${start + index + 1}::${cast}`).join(', ');
    seek = `and (${expressions}) ${query.direction === 'asc' ? '>' : '<'} (${marks})`;
  }
  const order = query.keys.map(({ sql }) => `${sql} ${query.direction}`).join(', ');
  const asked = Promise.all([
    pool.query<Row>(`select ${query.select} ${query.from} ${seek} order by ${order} limit ${size + 1}`, values),
    pool.query<{ n: number }>(`select count(*)::int n from (select 1 ${query.from} limit ${countMax}) counted`, [
      ...query.values,
    ]),
  ]);
  const [{ rows }, counted] = await asked.catch((error: unknown) => {
    if (after == null || !isImpossibleValue(error)) throw error;
    throw new BadCursor('The cursor is damaged. Start again from the first page.');
  });
  return {
    rows: rows.slice(0, size).map((row) => ({
      row,
      cursor: encodeCursor(
        query.kind,
        query.keys.map(({ of }) => of(row)),
      ),
    })),
    hasNext: rows.length > size,
    total: counted.rows[0]?.n ?? 0,
  };
};

/** A pattern for ILIKE that finds the text anywhere, taken literally. */
export const containing = (text: string): string => `%${text.trim().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
