// The row port that projections fold over: rows of a batch are held here and written through together.
import type { Pool } from 'pg';
import type { Table, TableShape } from './table.ts';

export type Rows = {
  get: <Row extends object>(table: Table<Row>, key: Partial<Row>) => Promise<Row | undefined>;
  put: <Row extends object>(table: Table<Row>, row: Row) => void;
  /** For rows that are not there yet, of a table whose rows are never asked for or changed afterwards: a journal. */
  add: <Row extends object>(table: Table<Row>, row: Row) => void;
  delete: <Row extends object>(table: Table<Row>, key: Partial<Row>) => void;
};

type Entry = { key: Record<string, unknown>; row: object | null; dirty: boolean; journal: boolean };
type Held = { table: TableShape; entries: Map<string, Entry> };

const keyOf = (table: TableShape, of: object): Record<string, unknown> =>
  Object.fromEntries(table.keys.map((name) => [name, (of as Record<string, unknown>)[name]]));

/**
 * Rows that a runner read or wrote in earlier batches, by table and key, as they stand after the last of them. They
 * hold as long as nobody else writes, which the checkpoint proves: it moves in the same transaction as the rows. After
 * any error there is to be a new one.
 */
export type RowMemory = Map<string, Map<string, object | null>>;

const rememberedMax = 500;
const keptMax = 250;

const remember = (memory: RowMemory, table: string, id: string, row: object | null): void => {
  const rows = memory.get(table) ?? new Map<string, object | null>();
  memory.set(table, rows);
  rows.delete(id); // The newest come last.
  rows.set(id, row);
  if (rows.size <= rememberedMax) return;
  for (const oldest of rows.keys()) {
    if (rows.size === keptMax) return;
    rows.delete(oldest);
  }
};

export type BatchRows = Rows & {
  /** What was put and deleted, as parts of one statement; empty where nothing was. */
  writes: () => Write[];
  /** To be called once they are written. */
  written: () => void;
};

/** Rows of one batch: read from the database as they are asked for, and held until they are written together. */
export const batchRows = (pool: Pool, memory: RowMemory): BatchRows => {
  const held = new Map<string, Held>();

  const of = (table: TableShape): Held => {
    const known = held.get(table.sqlName);
    if (known) return known;
    const fresh: Held = { table, entries: new Map() };
    held.set(table.sqlName, fresh);
    return fresh;
  };

  const set = (table: TableShape, from: object, row: object | null, journal = false): void => {
    const key = keyOf(table, from);
    of(table).entries.set(JSON.stringify(key), { key, row, dirty: true, journal });
  };

  const read = async (table: TableShape, key: Record<string, unknown>, id: string): Promise<object | null> => {
    const remembered = memory.get(table.sqlName)?.get(id);
    if (remembered !== undefined) return remembered;
    const where = table.keys.map((name, index) => `"${name}" = $${index + 1}`).join(' and ');
    const { rows } = await pool.query<object>({
      name: `get ${table.sqlName}`,
      text: `select * from ${table.sqlName} where ${where}`,
      values: Object.values(key),
    });
    return rows[0] ?? null;
  };

  return {
    get: async <Row extends object>(table: Table<Row>, wanted: Partial<Row>): Promise<Row | undefined> => {
      const key = keyOf(table, wanted);
      const id = JSON.stringify(key);
      const { entries } = of(table);
      const known = entries.get(id) ?? { key, row: await read(table, key, id), dirty: false, journal: false };
      entries.set(id, known);
      return (known.row as Row | null) ?? undefined;
    },
    put: (table, row) => set(table, row, row),
    add: (table, row) => set(table, row, row, true),
    delete: (table, key) => set(table, key, null),
    writes: () =>
      [...held.values()].flatMap(({ table, entries }) => {
        const changed = [...entries.values()].filter(({ dirty }) => dirty);
        const put = changed.flatMap(({ row }) => (row ? [row] : []));
        const deleted = changed.flatMap(({ row, key }) => (row ? [] : [key]));
        return [
          ...(put.length > 0 ? [{ verb: 'put' as const, table, rows: put }] : []),
          ...(deleted.length > 0 ? [{ verb: 'delete' as const, table, rows: deleted }] : []),
        ];
      }),
    written: () => {
      for (const [table, { entries }] of held) {
        for (const [id, { row, journal }] of entries) {
          // What is only ever written is not worth its room.
          if (!journal) remember(memory, table, id, row);
        }
      }
    },
  };
};

/** Rows to put into a table, or the keys of rows to delete from it. */
export type Write = { verb: 'put' | 'delete'; table: TableShape; rows: object[] };

const putSql = (table: TableShape, rows: string, condition: string): string => {
  const columns = table.columns.map((name) => `"${name}"`).join(', ');
  const rest = table.columns.filter((name) => !table.keys.includes(name));
  const change =
    rest.length === 0 ? 'nothing' : `update set ${rest.map((name) => `"${name}" = excluded."${name}"`).join(', ')}`;
  return `
    insert into ${table.sqlName} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${table.sqlName}, ${rows}::jsonb) where ${condition}
    on conflict (${table.keys.map((name) => `"${name}"`).join(', ')}) do ${change}`;
};

const deleteSql = (table: TableShape, rows: string, condition: string): string => {
  const same = table.keys.map((name) => `t."${name}" = k."${name}"`).join(' and ');
  return `
    delete from ${table.sqlName} t using jsonb_populate_recordset(null::${table.sqlName}, ${rows}::jsonb) k
    where ${same} and ${condition}`;
};

/** SQL of a write whose rows are the parameter `rows`; nothing is written where `condition` does not hold. */
export const writeSql = ({ verb, table }: Write, rows: string, condition: string): string =>
  verb === 'put' ? putSql(table, rows, condition) : deleteSql(table, rows, condition);
