// The row port of a rebuild: rows are held in memory up to a bound, and written out many at a time.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyLine } from './copyText.ts';
import { type Rows, writeSql } from './rows.ts';
import { addKey, stagedShape } from './staging.ts';
import type { TableShape } from './table.ts';

export type StagedRows = Rows & {
  /** Writes out what is held, once it is much; or at once. */
  flush: (now: boolean) => Promise<void>;
};

/** Rows held at most, over all tables of a projection. */
const heldMax = 50_000;
const linesPerChunk = 500;

type Entry = { key: Record<string, unknown>; row: object | null; dirty: boolean };
type Held = {
  live: TableShape;
  staged: TableShape;
  entries: Map<string, Entry>;
  added: object[];
  /** Something was written out that may be asked for again. */
  spilled: boolean;
};

const keyOf = ({ keys }: TableShape, of: object): Record<string, unknown> =>
  Object.fromEntries(keys.map((name) => [name, (of as Record<string, unknown>)[name]]));

function* chunks(table: TableShape, rows: readonly object[]): Generator<string> {
  for (let from = 0; from < rows.length; from += linesPerChunk) {
    yield rows
      .slice(from, from + linesPerChunk)
      .map((row) => copyLine(table, row))
      .join('');
  }
}

const copy = async (client: Client, table: TableShape, rows: readonly object[]): Promise<void> => {
  if (rows.length === 0) return;
  const columns = table.columns.map((name) => `"${name}"`).join(', ');
  const sink = client.query(copyFrom(`copy ${table.sqlName} (${columns}) from stdin`));
  await pipeline(Readable.from(chunks(table, rows)), sink);
};

/** Writes out the rows of one table. What comes first comes by COPY, what may be there already replaces it. */
const spill = async (client: Client, held: Held): Promise<void> => {
  const { live, staged, entries, added } = held;
  await copy(client, staged, added.splice(0));
  const dirty = [...entries.values()].filter((entry) => entry.dirty);
  const put = dirty.flatMap(({ row }) => (row ? [row] : []));
  const deleted = dirty.flatMap(({ row, key }) => (row ? [] : [key]));
  entries.clear();
  if (!held.spilled) {
    if (put.length === 0) return;
    held.spilled = true;
    await copy(client, staged, put);
    return addKey(client, live);
  }
  for (const [verb, rows] of [['put', put] as const, ['delete', deleted] as const]) {
    if (rows.length === 0) continue;
    await client.query(writeSql({ verb, table: staged, rows }, '$1', 'true'), [JSON.stringify(rows)]);
  }
};

/** Rows of the staged tables of a projection, written over one connection that nobody else uses. */
export const stagedRows = (client: Client): StagedRows => {
  const tables = new Map<string, Held>();
  const of = (live: TableShape): Held => {
    const known = tables.get(live.sqlName);
    if (known) return known;
    const fresh: Held = { live, staged: stagedShape(live), entries: new Map(), added: [], spilled: false };
    tables.set(live.sqlName, fresh);
    return fresh;
  };
  const set = (table: TableShape, from: object, row: object | null): void => {
    const key = keyOf(table, from);
    of(table).entries.set(JSON.stringify(key), { key, row, dirty: true });
  };
  const read = async ({ staged, spilled }: Held, key: Record<string, unknown>): Promise<object | null> => {
    if (!spilled) return null;
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
      const entry = held.entries.get(id) ?? { key, row: await read(held, key), dirty: false };
      held.entries.set(id, entry);
      return (entry.row as Row | null) ?? undefined;
    },
    put: (table, row) => set(table, row, row),
    add: (table, row) => void of(table).added.push(row),
    delete: (table, key) => set(table, key, null),
    flush: async (now) => {
      const all = [...tables.values()];
      const count = all.reduce((sum, { entries, added }) => sum + entries.size + added.length, 0);
      if (!now && count < heldMax) return;
      for (const held of all) await spill(client, held);
    },
  };
};
