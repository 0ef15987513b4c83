// Rows that keep what they were: a projection folded over versions, each with the range of positions it held in.
import type { EntitySchemaColumnOptions } from 'typeorm';
import type { Rows } from './rows.ts';
import { type Table, type TableShape, table } from './table.ts';

/**
 * A place in the log that lists are asked as of: after the event with this public number. `reached`: no event up to
 * there was recorded at or after this moment, whatever the clock did.
 */
export type Then = { number: string; position: string; at: Date; reached: Date };

/** `from` is inclusive, `until` exclusive; both are positions. */
export type Version<Row extends object> = Row & { from: string; until: string };

/** The `until` of what still holds; sorts after every position. */
const open = 'now';

/** Which table keeps the versions of another, and what of its rows is not kept but stands for itself in folding. */
export type Versioned = { live: TableShape; versions: TableShape; absent: object };

const nameOf = ({ sqlName }: TableShape): string => sqlName.replace(/^.*"(.*)"$/, '$1');

/**
 * The table of the versions of a live one's rows; `absent` are columns that change all the time and tell nobody anything.
 * `ever`: indices that hold each object once.
 */
export const versionsOf = <Row extends object, Absent extends keyof Row & string = never>(
  live: Table<Row>,
  absent: Pick<Row, Absent>,
  indices: { name: string; columns: (keyof Row & string)[] }[] = [],
  ever: { name: string; columns: (keyof Row & string)[] }[] = [],
): { table: Table<Version<Omit<Row, Absent>>>; versioned: Versioned } => {
  const columns = Object.fromEntries(
    Object.entries<EntitySchemaColumnOptions | undefined>(live.entity.options.columns).filter(
      ([name]) => !Object.hasOwn(absent, name),
    ),
  );
  const position = { type: 'text' as const };
  const versions = table<Version<Omit<Row, Absent>>>(
    `${nameOf(live)}_version`,
    // What is left of the columns of a row are the columns of what is left of it.
    { ...columns, until: { ...position, primary: true }, from: position } as never,
    [...indices, ...ever.map((index) => ({ ...index, where: `"until" = '${open}'` }))] as never,
  );
  return { table: versions, versioned: { live, versions, absent } };
};

const same = (columns: readonly string[], one: object, other: object): boolean => {
  const told = (row: object): string =>
    JSON.stringify(columns.map((name) => (row as Record<string, unknown>)[name] ?? null));
  return told(one) === told(other);
};

type Held = { from: string; until: string };

/**
 * Row port for the `apply` of a live projection at one event: what it puts ends the version before and begins the next
 * one. The version that holds is found under its key alone, so that folding needs no search.
 */
export const versionRows = (
  rows: Rows,
  position: string,
  versionedOf: (live: TableShape) => Versioned,
): Pick<Rows, 'get' | 'put'> => {
  const held = new Map<string, Held>();
  const idOf = ({ sqlName, keys }: TableShape, of: object): string =>
    JSON.stringify([sqlName, ...keys.map((key) => (of as Record<string, unknown>)[key])]);

  return {
    get: async <Row extends object>(live: Table<Row>, key: Partial<Row>): Promise<Row | undefined> => {
      const { versions, absent } = versionedOf(live);
      const row = await rows.get(versions as Table<Held>, { ...key, until: open });
      if (!row) return undefined;
      held.set(idOf(live, row), row);
      // The table was made of the columns of the live one; what it leaves out stands in `absent`.
      return { ...(row as unknown as Row), ...absent };
    },
    put: (live, row) => {
      const { versions, absent } = versionedOf(live);
      const before = held.get(idOf(live, row));
      const columns = live.columns.filter((name) => !Object.hasOwn(absent, name));
      if (before && same(columns, before, row)) return;
      const told = Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name)));
      const after = { ...told, from: position, until: open };
      if (before && before.from !== position) rows.add(versions as Table<Held>, { ...before, until: position });
      rows.put(versions as Table<Held>, after);
      held.set(idOf(live, row), after);
    },
  };
};

/** A position as text of a statement. */
const quoted = ({ position }: Then): string => {
  if (!/^[\w.:/-]+$/.test(position)) throw new Error(`${position} is no position`);
  return `'${position}'`;
};

/** Whether a version held then, as a condition over its columns. */
const heldThen = (then: Then): string => `"from" <= ${quoted(then)} and "until" > ${quoted(then)}`;

/** Expressions for columns that versions do not keep. */
type Absent = Readonly<Record<string, string>>;

export const columnsThen = ({ columns }: TableShape, absent: Absent): string =>
  columns.map((name) => (absent[name] === undefined ? `"${name}"` : `${absent[name]} as "${name}"`)).join(', ');

/** What to read rows from: the live table, or what they were then. */
export const rowsOf = (live: TableShape, then: Then | null | undefined, absent: Absent = {}): string => {
  if (!then) return live.sqlName;
  const name = nameOf(live);
  return `(select ${columnsThen(live, absent)} from read."${name}_version" where ${heldThen(then)}) "${name}"`;
};

/**
 * The same for rows of one key each, given as the expression `key` for the columns of the table's key: found by one
 * step into the index, however many versions there are.
 */
export const rowThen = (
  live: TableShape,
  then: Then,
  keys: Readonly<Record<string, string>>,
  absent: Absent = {},
): string => {
  const same = Object.entries(keys).map(([name, sql]) => `"${name}" = ${sql}`);
  const name = nameOf(live);
  return `(select ${columnsThen(live, absent)} from (
      select * from read."${name}_version" where ${same.join(' and ')} and "until" > ${quoted(then)}
      order by "until" limit 1
    ) next where "from" <= ${quoted(then)}) "${name}"`;
};

/**
 * A list of rows as they were, found from the objects there ever were, in whose order an index is: `fixed` are columns
 * that never change, and every object has one version that is open. `born`, one of them, is the moment of the event that
 * made the object, so that those made later are not looked at.
 */
export const listThen = (
  live: TableShape,
  then: Then,
  { fixed, born }: { fixed: readonly string[]; born: string },
  absent: Absent = {},
): string => {
  const name = nameOf(live);
  const keys = Object.fromEntries(live.keys.map((key) => [key, `ever."${key}"`]));
  const columns = live.columns.map((column) => (fixed.includes(column) ? `ever."${column}"` : `was."${column}"`));
  return `(select ${columns.join(', ')} from read."${name}_version" ever
    cross join lateral (select * from ${rowThen(live, then, keys, absent)}) was
    where ever."until" = '${open}' and ever."${born}" < '${then.reached.toISOString()}') "${name}"`;
};

/**
 * Rows as they were that meet `where`, a condition over the table's columns for whose versions there is an index over
 * `read.positions("from", "until")`: however many there are before and after, only those that held then are looked at.
 */
export const listAmid = (live: TableShape, then: Then, where: string): string => {
  const name = nameOf(live);
  return `(select ${columnsThen(live, {})} from read."${name}_version"
    where ${where} and read.positions("from", "until") @> ${quoted(then)}::text) "${name}"`;
};

/** The event number in the kind of a cursor that `kindThen` made; null in any other. */
export const numberOfKind = (kind: string | null): string | null => / as of (\d{1,18})$/.exec(kind ?? '')?.[1] ?? null;

/** What ties a cursor to a list as it was: its further pages are of the same moment. */
export const kindThen = (kind: string, then: Then | null | undefined): string =>
  then ? `${kind} as of ${then.number}` : kind;
