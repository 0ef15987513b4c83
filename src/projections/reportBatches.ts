// Whole reports, in batches of plain text, the newest row first: what exports are made of.
import type { Pool } from 'pg';
import { calls } from './callHistory.ts';
import { type CallFilter, visibleCalls } from './callReport.ts';
import { type ChatFilter, visibleMessages } from './chatReport.ts';
import type { Conditions } from './conditions.ts';
import { type EventFilter, visibleEvents } from './eventReport.ts';
import { messages } from './transcript.ts';

/** Values of a row in the order of the columns: moments in milliseconds, an empty text for what is not there. */
export type TextRow = string[];
type Batches = AsyncGenerator<TextRow[], void>;

const batchRows = 5_000;
/** No statement looks through more events than this, however few of them are meant. */
const windowEvents = 100_000n;

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** For Intl and Date: milliseconds, which cost a third of a moment written out. */
const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::int8`;

type Query = { select: readonly string[]; from: string; keys: readonly { sql: string; cast: string; text: string }[] };

// A batch comes as one text: a row for each would cost more than all that is done with it. Where a value holds one of
// the signs that part rows and values, which nobody writes, the batch is asked for once more, row by row.
const unit = '\u001f';
const record = '\u001e';

/** The rows of a joined batch, or null where they cannot be told apart. */
const apart = (joined: string, count: number, columns: number): string[][] | null => {
  const lines = count === 0 ? [] : joined.split(record);
  if (lines.length !== count) return null;
  const rows = lines.map((line) => line.split(unit));
  return rows.every(({ length }) => length === columns) ? rows : null;
};

type Asked = { columns: readonly string[]; rest: string; values: unknown[] };

const batchOf = async (pool: Pool, { columns, rest, values }: Asked): Promise<string[][]> => {
  const listed = columns.join(', ');
  const joined = await pool.query<[number, string]>({
    text: `select count(*)::int, coalesce(string_agg(line, e'\\x1e'), '')
           from (select concat_ws(e'\\x1f', ${listed}) as line ${rest}) batch`,
    values,
    rowMode: 'array',
  });
  const [count, text] = joined.rows[0] ?? [0, ''];
  const rows = apart(text, count, columns.length);
  if (rows) return rows;
  const texts = columns.map((column) => `(${column})::text`).join(', ');
  return (await pool.query<string[]>({ text: `select ${texts} ${rest}`, values, rowMode: 'array' })).rows;
};

/** Goes through the rows by keyset; the conditions are asked anew for each batch. */
const descending = async function* (pool: Pool, { select, from, keys }: Query, where: Conditions): Batches {
  const columns = [...keys.map(({ text }) => text), ...select].map((sql) => `coalesce((${sql})::text, '')`);
  const order = keys.map(({ sql }) => `${sql} desc`).join(', ');
  const marks = keys.map(({ cast }) => `?::${cast}`).join(', ');
  const seek = `(${keys.map(({ sql }) => sql).join(', ')}) < (${marks})`;
  const batch = async (after: readonly string[] | null): Promise<string[][]> => {
    const { sql, values } = where.with(after && seek, after ?? []);
    return batchOf(pool, { columns, rest: `${from} where ${sql} order by ${order} limit ${batchRows}`, values });
  };
  let next: Promise<string[][]> | null = batch(null);
  while (next) {
    const rows: string[][] = await next;
    const last = rows.length === batchRows ? rows.at(-1) : undefined;
    // The database works on the next batch while this one is written.
    next = last ? batch(last.slice(0, keys.length)) : null;
    next?.catch(() => undefined); // Nobody may come back for it.
    for (const row of rows) row.splice(0, keys.length);
    if (rows.length > 0) yield rows;
  }
};

/** Columns: number, time, type, severity, source, kind and id of the object, kind, id and name of the actor, address,
 * user agent, reason, data as JSON. */
export const eventBatches = async function* (pool: Pool, filter: EventFilter, upTo: string): Batches {
  const query: Query = {
    select: [
      'number',
      ms('"occurredAt"'),
      'type',
      'severity',
      'source',
      '"objectType"',
      '"objectId"',
      '"actorKind"',
      '"actorId"',
      '"actorName"',
      'ip',
      '"userAgent"',
      'reason',
      'data',
    ],
    from: 'from read.event',
    keys: [{ sql: 'number', cast: 'int8', text: 'number' }],
  };
  for (let top = BigInt(upTo); top >= 0n; top -= windowEvents) {
    const { where } = await visibleEvents(pool, filter);
    where.add('number <= ? and number > ?', String(top), String(top - windowEvents));
    yield* descending(pool, query, where);
  }
};

/** Columns: session, conference, title, owner, start, end, cause of ending, people, connections. */
export const callBatches = async function* (pool: Pool, filter: CallFilter): Batches {
  const query: Query = {
    select: [
      'id',
      '"conferenceId"',
      'title',
      '"ownerId"',
      ms('"startedAt"'),
      ms('"endedAt"'),
      '"endCause"',
      'people',
      'connections',
    ],
    from: `from ${calls.sqlName}`,
    keys: [
      { sql: '"startedAt"', cast: 'timestamptz', text: iso('"startedAt"') },
      { sql: 'id', cast: 'uuid', text: 'id' },
    ],
  };
  yield* descending(pool, query, await visibleCalls(pool, filter));
};

/** Columns: event id, session, sender's id and name, time, text. */
export const messageBatches = async function* (pool: Pool, filter: ChatFilter): Batches {
  const query: Query = {
    select: ['"eventId"', '"sessionId"', '"authorId"', '"authorName"', ms('"postedAt"'), 'text'],
    from: `from ${messages.sqlName}`,
    keys: [
      { sql: '"postedAt"', cast: 'timestamptz', text: iso('"postedAt"') },
      { sql: '"eventId"', cast: 'uuid', text: '"eventId"' },
    ],
  };
  yield* descending(pool, query, await visibleMessages(pool, filter));
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Names of accounts, conferences and sessions as they are now, by id. */
export const namesOf = async (pool: Pool, ids: Iterable<string>): Promise<ReadonlyMap<string, string>> => {
  const known = [...new Set(ids)].filter((id) => uuid.test(id));
  const { rows } = await pool.query<[string, string]>({
    text: `select id::text, coalesce(nullif("displayName", ''), login) from read.account where id = any($1::uuid[])
           union all select id::text, title from read.conference where id = any($1::uuid[])
           union all select id::text, title from read.session where id = any($1::uuid[])`,
    values: [known],
    rowMode: 'array',
  });
  return new Map(rows);
};

/** Conference IDs by the ids of conferences. */
export const cidsOf = async (pool: Pool, ids: Iterable<string>): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await pool.query<[string, string]>({
    text: 'select id::text, cid from read.conference where id = any($1::uuid[])',
    values: [[...new Set(ids)]],
    rowMode: 'array',
  });
  return new Map(rows);
};

/**
 * Tells whether rows of a report that were copied would be copied alike again: changes with the names they bear, and
 * with what is deleted or erased.
 */
export const stateOfRows = async (pool: Pool, report: string): Promise<string> => {
  const { rows } = await pool.query<[string]>({
    text: `select concat_ws(' ',
        (select count(*) || '+' || coalesce(sum(revision), 0) from read.account),
        (select count(*) || '+' || coalesce(sum(revision), 0) from read.conference),
        (select deletions from read.report_rule_count where report = $1),
        (select before::text || '+' || "upTo"::text from read.retention_rule where report = $1),
        (select count(*) from read.event where type = any('{ContentErased,PersonErasureOrdered,PersonErased}')))`,
    values: [report],
    rowMode: 'array',
  });
  return rows[0]?.[0] ?? '';
};
