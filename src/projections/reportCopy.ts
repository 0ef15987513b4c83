// Whole reports as lines, made by PostgreSQL and copied out of it, the newest row first: what exports are made of.
import pg, { type Pool } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Conditions } from './conditions.ts';
import type { Cell, Sheet } from './reportSheets.ts';

/** How far a zone is before UTC, in seconds, from a moment in milliseconds on. */
export type Offset = { fromMs: number; seconds: number };

/**
 * `csv`: RFC 4180, moments as `2026-11-19 08:10:42` by offsets, the latest first, and no cell that a spreadsheet would
 * take for a formula (OWASP, CSV injection: an apostrophe is put before it). `ndjson`: an object in each line, null for
 * what is not there, moments in UTC.
 */
export type Form = { kind: 'csv'; delimiter: string; offsets: readonly Offset[] } | { kind: 'ndjson' };

export type Batch = { rows: number; bytes: Buffer };

const batchRows = 5_000;
/** Batches that the database works on while one is sent. */
const ahead = 1;

const zoned = (moment: string, offsets: readonly Offset[]): string => {
  const since = offsets.map(
    ({ fromMs, seconds }) => `when ${moment} >= to_timestamp(${fromMs / 1_000}) then interval '${seconds} s'`,
  );
  return `date_trunc('second', ${moment} at time zone case ${since.join(' ')} else interval '0' end)`;
};

// What ends a line is written as an escape, so that each line feed on the way ends one; a carriage return is quoted.
const escaped = (cell: string): string =>
  `case when strpos(${cell}, e'\\n') + strpos(${cell}, e'\\r') = 0 then ${cell}
     else replace(replace(${cell}, e'\\r', e'\\rr'), e'\\n', e'\\rn') end`;
/** Tabs and carriage returns first, as some programs leave them out, and then the signs of formulas. */
const formulas = [9, 13, 43, 45, 61, 64];

const csvCell = ({ name, kind }: Cell, offsets: readonly Offset[]): string => {
  const cell = `cells."${name}"`;
  if (kind === 'time') return zoned(cell, offsets);
  if (kind !== 'text') return cell;
  const safe = escaped(`nullif(${cell}, '')`);
  return `case when ascii(${cell}) in (${formulas.join(', ')}) then '''' || ${safe} else ${safe} end`;
};

const jsonCell = ({ name, kind }: Cell): string => {
  const cell = `cells."${name}"`;
  if (kind === 'time') return `to_char(${cell} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "${name}"`;
  return `${kind === 'text' ? `nullif(${cell}, '')` : cell} as "${name}"`;
};

const uuid = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/**
 * The lines of the rows with these keys; names are those of now. COPY takes no parameters, and a server may write what
 * fails into its log: nothing that anybody asked for is a part of it.
 */
const copied = ({ table, columns, keys, named, joins, cells }: Sheet, ids: readonly string[], form: Form): string => {
  const key = keys.at(-1) ?? { sql: '', cast: '' };
  const order = keys.map(({ sql }) => `line.${sql} desc`).join(', ');
  const lines = `from (select ${cells.map(({ name, sql }) => `${sql} as "${name}"`).join(', ')}
    from batch line ${joins} order by ${order}) cells`;
  const [select, options] =
    form.kind === 'csv'
      ? [
          `select ${cells.map((cell) => csvCell(cell, form.offsets)).join(', ')} ${lines}`,
          `delimiter ${pg.escapeLiteral(form.delimiter)}`,
        ]
      : // JSON holds no control characters, so nothing is ever quoted.
        [
          `select row_to_json(object)::text from (select ${cells.map(jsonCell).join(', ')} ${lines}) object`,
          `delimiter e'\\x01', quote e'\\x02'`,
        ];
  return `copy (
    with batch as materialized (select ${columns.join(', ')} from ${table}
      where ${key.sql} = any(${pg.escapeLiteral(`{${ids.join(',')}}`)}::${key.cast}[])),
    meant as materialized (select array_agg(case when id ~ '${uuid}' then id::uuid end) ids
      from (${named.map((ids) => `select distinct ${ids}`).join(' union all ')}) each (id)),
    named as materialized (select distinct on (id) id::text, name from (
      select 0 rank, id, coalesce(nullif("displayName", ''), login) as name from read.account
        where id = any((select ids from meant)::uuid[])
      union all select 1, id, title from read.conference where id = any((select ids from meant)::uuid[])
      union all select 2, id, title from read.session where id = any((select ids from meant)::uuid[])
    ) known order by id, rank desc)
    ${select}) to stdout (format csv, ${options})`;
};

/** All that a statement copies out. Rejects like a query, also where the database answers nothing for too long. */
const copyOut = async (pool: Pool, statement: string): Promise<Buffer> => {
  const client = await pool.connect();
  try {
    const source = client.query(copyTo(statement));
    const pieces: Buffer[] = [];
    for await (const piece of source) pieces.push(piece as Buffer);
    client.release();
    return Buffer.concat(pieces);
  } catch (error) {
    client.release(true);
    throw error;
  }
};

// The driver hears how many there were when it may be too late for who reads them.
const linesIn = (raw: Buffer): number => {
  let lines = 0;
  for (let at = raw.indexOf(10); at >= 0; at = raw.indexOf(10, at + 1)) lines += 1;
  return lines;
};

const lineFeed: Record<string, string> = { '\n': '\r\n', '\rr': '\r', '\rn': '\n' };
/** With the line ends that the standard wants, and those within cells as they were. */
const withEnds = (raw: Buffer): Buffer => {
  const text = raw.toString('latin1');
  const ended = raw.includes('\r')
    ? text.replace(/\r[rn]|\n/g, (sign) => lineFeed[sign] ?? sign)
    : text.replaceAll('\n', '\r\n');
  return Buffer.from(ended, 'latin1');
};

const batchOf = async (pool: Pool, sheet: Sheet, ids: readonly string[], form: Form): Promise<Batch> => {
  const raw = await copyOut(pool, copied(sheet, ids, form));
  return { rows: linesIn(raw), bytes: form.kind === 'csv' ? withEnds(raw) : raw };
};

/** Primary keys of the selected rows, batch after batch. */
const keysIn = async function* (pool: Pool, sheet: Sheet, where: Conditions): AsyncGenerator<string[], void> {
  const { table, keys } = sheet;
  const columns = keys.map(({ sql }) => sql);
  const order = (direction: string) => columns.map((column) => `${column} ${direction}`).join(', ');
  const seek = `(${columns.join(', ')}) < (${keys.map(({ cast }) => `?::${cast}`).join(', ')})`;
  for (let after: string[] | null = null; ; ) {
    const { sql, values } = where.with(after && seek, after ?? []);
    const found: [string[] | null, string[] | null][] = (
      await pool.query<[string[] | null, string[] | null]>({
        text: `with chosen as materialized (select ${columns.join(', ')} from ${table} where ${sql}
                 order by ${order('desc')} limit ${batchRows})
               select (select array_agg(${columns.at(-1)}::text) from chosen),
                 (select array[${columns.map((column) => `${column}::text`).join(', ')}] from chosen
                  order by ${order('asc')} limit 1)`,
        values,
        rowMode: 'array',
      })
    ).rows;
    const [ids, last] = found[0] ?? [null, null];
    if (ids) yield ids;
    if (!ids || ids.length < batchRows) return;
    after = last;
  }
};

/** The selected rows of a report; the conditions of each part are asked when its turn comes. */
export const copiedReport = async function* (
  pool: Pool,
  sheet: Sheet,
  parts: AsyncIterable<Conditions> | Iterable<Conditions>,
  form: Form,
): AsyncGenerator<Batch, void> {
  const running: Promise<Batch>[] = [];
  try {
    for await (const part of parts) {
      for await (const ids of keysIn(pool, sheet, part)) {
        const batch = batchOf(pool, sheet, ids, form);
        batch.catch(() => undefined); // Nobody may come back for it.
        running.push(batch);
        if (running.length > ahead) yield await (running.shift() as Promise<Batch>);
      }
    }
    for (const batch of running) yield await batch;
  } finally {
    await Promise.allSettled(running);
  }
};
