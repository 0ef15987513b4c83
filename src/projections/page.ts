// Keyset pages: a cursor names the last row seen, so that page 1 000 costs what page 1 costs.
import type { Pool } from 'pg';
import { isImpossibleValue } from './databaseErrors.ts';

export type Page<Row> = {
  rows: { row: Row; cursor: string }[];
  hasNext: boolean;
  /** Counts when it is called, up to 10 000. */
  total: () => Promise<number>;
};

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

/** Which list a cursor belongs to; null for what is none. */
export const kindOf = (cursor: string): string | null => {
  try {
    const [kind] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    return typeof kind === 'string' ? kind : null;
  } catch {
    return null;
  }
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
  /**
   * For conditions that no statistics know, as a search in text: first the nearest rows in the order asked for that
   * meet this simple condition are looked through, which fill a page with what is common; what is rare is then found
   * by its own index. `from` names one table.
   */
  probed?: string | undefined;
};

const probeRows = 10_000;
/** Fewer than these among the probed rows is rare: all there are can be found by an index and sorted. */
const rareMax = 5;

/** How many rows to look through where so many were found in a probe, to fill a page and some more. */
const enoughRows = (found: number, size: number): number => probeRows * Math.ceil(((size + 1) * 1.6) / found);

type Asked = { text: string; values: unknown[] };

/** The statement of one page, and of its probe. */
const statements = <Row>(query: KeysetQuery<Row>, size: number, after: string | null | undefined) => {
  const { kind, from, select, keys, direction } = query;
  const values = [...query.values];
  let seek = '';
  if (after != null) {
    const start = values.length;
    values.push(...decodeCursor(kind, after, keys.length));
    const marks = keys.map(({ cast }, index) => `$${start + index + 1}::${cast}`).join(', ');
    seek = `and (${keys.map(({ sql }) => sql).join(', ')}) ${direction === 'asc' ? '>' : '<'} (${marks})`;
  }
  const order = `order by ${keys.map(({ sql }) => `${sql} ${direction}`).join(', ')}`;
  const end = `${order} limit ${size + 1}`;
  if (query.probed === undefined)
    return { probe: null, page: { text: `select ${select} ${from} ${seek} ${end}`, values } };
  const [source = '', where = 'true'] = from.split(/ where ([^]*)/);
  return {
    probe: (rows: number) => ({
      text: `select ${select} from (select * ${source} where ${query.probed} ${seek} ${order} limit ${rows}) probed
        where ${where} ${end}`,
      values,
    }),
    // The fence keeps the planner from walking the whole table in the order of the page.
    page: { text: `select * from (select ${select} ${from} ${seek} offset 0) found ${end}`, values },
  };
};

/** Runs one page of a list. `from` must contain a `where`. */
export const keysetPage = async <Row extends object>(
  pool: Pool,
  query: KeysetQuery<Row>,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<Row>> => {
  const size = pageSize(first);
  const { probe, page } = statements(query, size, after);
  const run = async ({ text, values }: Asked): Promise<Row[]> => (await pool.query<Row>(text, values)).rows;
  const found = async (): Promise<Row[]> => {
    if (!probe) return run(page);
    const near = await run(probe(probeRows));
    if (near.length > size) return near;
    if (near.length >= rareMax) {
      const wider = await run(probe(enoughRows(near.length, size)));
      if (wider.length > size) return wider;
    }
    return run(page);
  };
  const rows = await found().catch((error: unknown) => {
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
    total: async () => {
      // Without a cursor all rows of a short list are here.
      if (after == null && rows.length <= size) return rows.length;
      const counted = await pool.query<{ n: number }>(
        `select count(*)::int n from (select 1 ${query.from} limit ${countMax}) counted`,
        [...query.values],
      );
      return counted.rows[0]?.n ?? 0;
    },
  };
};

/** A pattern for ILIKE that finds the text anywhere, taken literally. */
export const containing = (text: string): string => `%${text.trim().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

const idsPerPage = 500;

/** The ids of a table's rows that were not deleted, in their order, a page at a time. */
export const idPages = async function* (pool: Pool, sqlName: string): AsyncGenerator<string[]> {
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: { id: string }[] } = await pool.query<{ id: string }>(
      `select id from ${sqlName} where not deleted and ($1::uuid is null or id > $1) order by id limit ${idsPerPage}`,
      [after],
    );
    if (rows.length > 0) yield rows.map(({ id }) => id);
    after = rows.at(-1)?.id ?? null;
    if (rows.length < idsPerPage) return;
  }
};
