// Keyset pages: a cursor names the last row seen, so that page 1 000 costs what page 1 costs.
import type { Pool } from 'pg';
import { isImpossibleValue } from './databaseErrors.ts';
import { dayOf, daysFrom, extentOf, nextWidth } from './days.ts';

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
  /** For a search in text. `from` names one table then. */
  searched?: Searched | undefined;
};

/**
 * No statistics know how common what is searched for is. First the nearest rows in the order asked for that meet the
 * condition `near` are looked through, which fill a page with what is common. What is not is then found by an index over
 * `read.day(time)` and the words, day after day, where the page is in the order of this time.
 */
export type Searched = {
  near: string;
  /** Rows outside are not asked for. */
  from: Date | null | undefined;
  to: Date | null | undefined;
  time: string;
  /** With its schema; it may be missing. */
  index: string;
};

const nearRows = 2_000;
/** So many among the nearest rows fill a page from a few times as many. */
const commonMin = 3;
/** How many rows to look through where so many were found in the nearest, to fill a page and some more. */
const enoughRows = (found: number, size: number): number => nearRows * Math.ceil(((size + 1) * 1.6) / found);
/**
 * What is in none of about twice as many days is rare, and so is what would have more than `manyDays` looked through at a
 * time, which also bounds a past that a wrong clock made long: all there is of it is found at once.
 */
const rareAfterDays = 2;
const manyDays = 256;

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
  const { searched } = query;
  if (!searched) return { page: { text: `select ${select} ${from} ${seek} ${end}`, values } };
  const [source = '', where = 'true'] = from.split(/ where ([^]*)/);
  // The fence keeps the planner from walking the whole table in the order of the page.
  const fenced = (more: string): string =>
    `select * from (select ${select} ${from} ${seek} ${more} offset 0) found ${end}`;
  return {
    page: { text: fenced(''), values },
    search: {
      ...searched,
      table: source.replace(/^from /, ''),
      probe: (rows: number): Asked => ({
        text: `select ${select} from (select * ${source} where ${searched.near} ${seek} ${order} limit ${rows}) near
          where ${where} ${end}`,
        values,
      }),
      // One after the other: for several values at once the planner may leave out this part of the index.
      within: (days: readonly number[]): Asked => ({
        text: `select found.* from unnest($${values.length + 1}::int[]) one ("dayAsked"), lateral (
          select ${select} ${from} ${seek} and read.day(${searched.time}) = "dayAsked" offset 0) found ${end}`,
        values: [...values, days],
      }),
    },
  };
};

const earliest = (a: Date, b: Date | null | undefined): Date => (b && b < a ? b : a);
const latest = (a: Date, b: Date | null | undefined): Date => (b && b > a ? b : a);

type Search = NonNullable<ReturnType<typeof statements>['search']>;
type Run<Row> = (asked: Asked) => Promise<Row[]>;

/** The rows of a page that the nearest ones did not fill, or null where they are better found at once. */
const inDays = async <Row>(
  pool: Pool,
  { search, direction, after }: { search: Search; direction: 'asc' | 'desc'; after: Date | null },
  size: number,
  run: Run<Row>,
): Promise<Row[] | null> => {
  const extent = await extentOf(pool, search);
  if (!extent) return null;
  const descending = direction === 'desc';
  const oldest = latest(latest(extent.oldest, search.from), descending ? null : after);
  const newest = earliest(earliest(extent.newest, search.to), descending ? after : null);
  const [first, last] = descending ? [newest, oldest] : [oldest, newest];
  const rows: Row[] = [];
  if (oldest > newest) return rows;
  for (let done = 0, width = 1; ; ) {
    const days = daysFrom(dayOf(first), dayOf(last), done, width);
    if (days.length > (rows.length === 0 ? rareAfterDays : manyDays)) return null;
    // Two at a time, each on a connection of its own: most of it is the database's work, and that of one process there.
    const middle = Math.ceil(days.length / 2);
    const halves = [days.slice(0, middle), days.slice(middle)].filter((half) => half.length > 0);
    const found = (await Promise.all(halves.map((half) => run(search.within(half))))).flat();
    rows.push(...found);
    if (rows.length > size || days.length < width) return rows;
    done += days.length;
    width = nextWidth(width, found.length, size + 1 - rows.length);
  }
};

/** Runs one page of a list. `from` must contain a `where`. */
export const keysetPage = async <Row extends object>(
  pool: Pool,
  query: KeysetQuery<Row>,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<Row>> => {
  const size = pageSize(first);
  const { page, search } = statements(query, size, after);
  const run: Run<Row> = async ({ text, values }) => (await pool.query<Row>(text, values)).rows;
  const found = async (): Promise<Row[]> => {
    if (!search) return run(page);
    const near = await run(search.probe(nearRows));
    if (near.length > size) return near;
    if (near.length >= commonMin) {
      const wider = await run(search.probe(enoughRows(near.length, size)));
      if (wider.length > size) return wider;
    }
    const byTime = query.keys[0]?.sql === search.time;
    const [time] = after == null ? [] : decodeCursor(query.kind, after, query.keys.length);
    const asked = { search, direction: query.direction, after: time === undefined ? null : new Date(time) };
    return (byTime && (await inDays(pool, asked, size, run))) || run(page);
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

/** The pages of two lists with the same keys, all of the first of which come before the second, as one page of both. */
export const pagesInTurn = <Row>(one: Page<Row>, next: Page<Row>, first: number | null | undefined): Page<Row> => {
  const size = pageSize(first);
  const rows = [...one.rows, ...next.rows];
  return {
    rows: rows.slice(0, size),
    hasNext: rows.length > size || one.hasNext || next.hasNext,
    total: async () => Math.min((await one.total()) + (await next.total()), countMax),
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
