// The row port of a rebuild: rows are held in memory up to a bound, and written out many at a time.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyLine } from './copyText.ts';
import { type Rows, writeSql } from './rows.ts';
import { type SeenKeys, seenKeys } from './seenKeys.ts';
import { addKey, stagedShape } from './staging.ts';
import type { TableShape } from './table.ts';

export type StagedRows = Rows & {
  /**
   * Begins to write out what is held, once it is much. Or writes it `now` and remembers nothing, so that the caller may
   * alter the tables: what is erased there must not come back. Rejects where an earlier one failed.
   */
  flush: (now: boolean) => Promise<void>;
};

export type Bounds = {
  /** Rows that wait to be written out, at most, over all tables; as many are being written. */
  held: number;
  /** Rows of each table that stay in memory when they are written out, since the newest are asked for again. */
  kept: number;
};
const usual: Bounds = { held: 25_000, kept: 5_000 };
const linesPerChunk = 500;

type Entry = { key: Record<string, unknown>; row: object | null; dirty: boolean };
type Held = {
  live: TableShape;
  staged: TableShape;
  entries: Map<string, Entry>;
  /** Lines of the rows that were added: less to hold than the rows. */
  added: string[];
  /** How many of the entries were kept when the others were written out. */
  kept: number;
  /** Something was written out that may be asked for again. */
  spilled: boolean;
  /** Keys that were written out. */
  seen: SeenKeys;
};

const keyOf = ({ keys }: TableShape, of: object): Record<string, unknown> =>
  Object.fromEntries(keys.map((name) => [name, (of as Record<string, unknown>)[name]]));

function* chunks<Each>(items: readonly Each[], lineOf: (item: Each) => string): Generator<string> {
  for (let from = 0; from < items.length; from += linesPerChunk) {
    const lines = items.slice(from, from + linesPerChunk).map(lineOf);
    yield lines.join('');
  }
}

const copy = async (client: Client, table: TableShape, chunks: Iterable<string>): Promise<void> => {
  const columns = table.columns.map((name) => `"${name}"`).join(', ');
  const sink = client.query(copyFrom(`copy ${table.sqlName} (${columns}) from stdin`));
  await pipeline(Readable.from(chunks), sink);
};

/** What is to be written out of one table, in this order. */
type Due = {
  held: Held;
  added: string[];
  /** Rows whose keys were never written before, those that may have been, and keys whose rows are gone. */
  fresh: object[];
  put: object[];
  deleted: object[];
  /** Nothing that could be asked for was written before. */
  first: boolean;
};

/** Takes what is to be written; the newest `keptMax` entries stay. */
const take = (held: Held, keptMax: number): Due => {
  const { entries, added, seen, spilled } = held;
  const due: Due = { held, added, fresh: [], put: [], deleted: [], first: !spilled };
  for (const [id, { row, key, dirty }] of entries) {
    if (!dirty) continue;
    if (row) (seen.maybe(id) ? due.put : due.fresh).push(row);
    else if (seen.maybe(id)) due.deleted.push(key);
    if (row) seen.add(id);
  }
  const newest = [...entries].slice(Math.max(0, entries.size - keptMax));
  held.entries = new Map(newest.map(([id, entry]) => [id, { ...entry, dirty: false }]));
  held.kept = held.entries.size;
  held.added = [];
  held.spilled ||= due.fresh.length > 0;
  return due;
};

/** What was not there before comes by COPY, what may be there already replaces it. */
const write = async (client: Client, { held, added, fresh, put, deleted, first }: Due): Promise<void> => {
  const { live, staged } = held;
  if (added.length > 0)
    await copy(
      client,
      staged,
      chunks(added, (line) => line),
    );
  if (fresh.length > 0)
    await copy(
      client,
      staged,
      chunks(fresh, (row) => copyLine(staged, row)),
    );
  if (fresh.length > 0 && first) await addKey(client, live);
  for (const [verb, rows] of [['put', put] as const, ['delete', deleted] as const]) {
    if (rows.length === 0) continue;
    await client.query(writeSql({ verb, table: staged, rows }, '$1', 'true'), [JSON.stringify(rows)]);
  }
};

/** Rows of the staged tables of a projection, written over one connection that nobody else uses. */
export const stagedRows = (client: Client, bounds = usual): StagedRows => {
  const tables = new Map<string, Held>();
  let writing: Promise<void> = Promise.resolve();
  const writeAll = async (all: readonly Due[]): Promise<void> => {
    for (const due of all) await write(client, due);
  };
  const of = (live: TableShape): Held => {
    const known = tables.get(live.sqlName);
    if (known) return known;
    const staged = stagedShape(live);
    const fresh: Held = { live, staged, entries: new Map(), added: [], kept: 0, spilled: false, seen: seenKeys() };
    tables.set(live.sqlName, fresh);
    return fresh;
  };
  const set = (table: TableShape, from: object, row: object | null): void => {
    const key = keyOf(table, from);
    const id = JSON.stringify(key);
    const { entries } = of(table);
    entries.delete(id); // The newest come last.
    entries.set(id, { key, row, dirty: true });
  };
  const read = async (held: Held, key: Record<string, unknown>, id: string): Promise<object | null> => {
    const { staged, spilled, seen } = held;
    if (!spilled || !seen.maybe(id)) return null;
    await writing;
    const where = staged.keys.map((name, index) => `"${name}" = $${index + 1}`).join(' and ');
    const text = `select * from ${staged.sqlName} where ${where}`;
    const { rows } = await client.query<object>({ name: `staged ${staged.sqlName}`, text, values: Object.values(key) });
    return rows[0] ?? null;
  };
  return {
    get: async <Row extends object>(table: TableShape, wanted: Partial<Row>): Promise<Row | undefined> => {
      const key = keyOf(table, wanted);
      const id = JSON.stringify(key);
      const held = of(table);
      const entry = held.entries.get(id) ?? { key, row: await read(held, key, id), dirty: false };
      held.entries.set(id, entry);
      return (entry.row as Row | null) ?? undefined;
    },
    put: (table, row) => set(table, row, row),
    add: (table, row) => void of(table).added.push(copyLine(table, row)),
    delete: (table, key) => set(table, key, null),
    flush: async (now) => {
      const all = [...tables.values()];
      const count = all.reduce((sum, { entries, kept, added }) => sum + entries.size - kept + added.length, 0);
      if (!now && count < bounds.held) return;
      await writing;
      writing = writeAll(all.map((held) => take(held, now ? 0 : bounds.kept)));
      writing.catch(() => undefined); // Told to whoever waits for it.
      if (now) await writing;
    },
  };
};
