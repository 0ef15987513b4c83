// Tables of a projection that is rebuilt: made beside the live ones, compared with them, and put in their place.
import type { ClientBase } from 'pg';
import type { TableReport } from './rebuilds.ts';
import { readSchema, type TableShape } from './table.ts';

const stagingSchema = 'rebuild';
const replacedSchema = 'replaced';

/** Quoted, without its schema. */
const bareName = ({ sqlName }: TableShape): string => sqlName.slice(readSchema.length + 1);

/** The shape of the table that is built to take the place of a live one. */
export const stagedShape = (live: TableShape): TableShape => ({
  ...live,
  sqlName: `${stagingSchema}.${bareName(live)}`,
});

/**
 * Makes the schemas for tables that come and go. Two at once must not both make them, whatever `if not exists` says, so
 * that is done with the migrations, before anybody rebuilds.
 */
export const createStagingSchemas = async (client: ClientBase): Promise<void> => {
  for (const schema of [stagingSchema, replacedSchema]) await client.query(`create schema if not exists ${schema}`);
};

/** Makes empty tables with the columns of the live ones, without keys and indices; what was there before goes. */
export const createStaging = async (client: ClientBase, tables: readonly TableShape[]): Promise<void> => {
  for (const table of tables) {
    const { sqlName } = stagedShape(table);
    await client.query(`drop table if exists ${sqlName}`);
    await client.query(`create table ${sqlName} (like ${table.sqlName} including defaults including generated)`);
  }
};

export const dropStaging = async (client: ClientBase, tables: readonly TableShape[]): Promise<void> => {
  for (const table of tables) await client.query(`drop table if exists ${stagedShape(table).sqlName}`);
};

type Index = { name: string; definition: string; constraint: string | null; primary: boolean };

const indicesOf = async (client: ClientBase, { sqlName }: TableShape): Promise<Index[]> => {
  const { rows } = await client.query<Index>(
    `select quote_ident(r.relname) as name, pg_get_indexdef(i.indexrelid) as definition,
       pg_get_constraintdef(c.oid) as "constraint", i.indisprimary as "primary"
     from pg_index i join pg_class r on r.oid = i.indexrelid
     left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
     where i.indrelid = $1::regclass order by i.indisprimary desc, r.relname`,
    [sqlName],
  );
  return rows;
};

const create = async (client: ClientBase, table: TableShape, index: Index): Promise<void> => {
  const { sqlName } = stagedShape(table);
  if (index.constraint !== null) {
    await client.query(`alter table ${sqlName} add constraint ${index.name} ${index.constraint}`);
    return;
  }
  await client.query(index.definition.replace(/ ON (ONLY )?\S+ USING /, ` ON ${sqlName} USING `));
};

/** Gives a staged table its primary key, if it has none yet: rows can be found and replaced from then on. */
export const addKey = async (client: ClientBase, table: TableShape): Promise<void> => {
  const has = await indicesOf(client, stagedShape(table));
  if (has.some(({ primary }) => primary)) return;
  for (const index of await indicesOf(client, table)) if (index.primary) await create(client, table, index);
};

/** Gives staged tables every key and index of the live ones, and the planner its figures. */
export const finishStaging = async (client: ClientBase, tables: readonly TableShape[]): Promise<void> => {
  for (const table of tables) {
    const has = new Set((await indicesOf(client, stagedShape(table))).map(({ name }) => name));
    for (const index of await indicesOf(client, table)) if (!has.has(index.name)) await create(client, table, index);
    await client.query(`analyze ${stagedShape(table).sqlName}`);
  }
};

/** Number of rows and a sum over their hashes, whatever their order; equal sums are taken for equal tables. */
export const fingerprint = async (
  client: ClientBase,
  { sqlName, columns }: TableShape,
): Promise<{ rows: string; sum: string }> => {
  const list = columns.map((name) => `"${name}"`).join(', ');
  const { rows } = await client.query<{ rows: string; sum: string }>(
    `select count(*)::text as rows, coalesce(sum(hashtextextended(row(${list})::text, 0)::numeric), 0)::text as sum
     from ${sqlName}`,
  );
  return rows[0] ?? { rows: '0', sum: '0' };
};

/** Counts by key what a staged table has not, has too much, or has otherwise than the live one. */
export const differences = async (client: ClientBase, table: TableShape): Promise<TableReport> => {
  const list = (of: string): string => `row(${table.columns.map((name) => `${of}."${name}"`).join(', ')})::text`;
  const same = table.keys.map((name) => `a."${name}" = b."${name}"`).join(' and ');
  const [key = ''] = table.keys;
  const { rows } = await client.query<{ rows: number; unfounded: number; lost: number; different: number }>(
    `select count(b."${key}")::int as rows, count(*) filter (where b."${key}" is null)::int as unfounded,
       count(*) filter (where a."${key}" is null)::int as lost,
       count(*) filter (where ${list('a')} <> ${list('b')} and a."${key}" is not null and b."${key}" is not null)::int
         as different
     from ${table.sqlName} a full join ${stagedShape(table).sqlName} b on ${same}`,
  );
  const found = rows[0] ?? { rows: 0, unfounded: 0, lost: 0, different: 0 };
  return { table: bareName(table).replaceAll('"', ''), ...found };
};

/** The report of a table that was found equal, or of one that there was nothing to compare with. */
export const plainReport = (table: TableShape, rows: string, compared: boolean): TableReport => {
  const none = compared ? 0 : null;
  const name = bareName(table).replaceAll('"', '');
  return { table: name, rows: Number(rows), unfounded: none, lost: none, different: none };
};

const namesOf = (tables: readonly TableShape[]): string => tables.map(({ sqlName }) => sqlName).join(', ');

/** Lets nobody write to the live tables until the transaction ends; readers notice nothing. */
export const holdStill = async (client: ClientBase, tables: readonly TableShape[]): Promise<void> => {
  await client.query(`lock table ${namesOf(tables)} in share row exclusive mode`);
};

/**
 * Puts the staged tables in the place of the live ones; the caller commits. Waits for readers of the live ones as long
 * as `lock_timeout` says, and makes those who come later wait with it, so that is to be short.
 */
export const swapIn = async (client: ClientBase, tables: readonly TableShape[]): Promise<void> => {
  await client.query(`lock table ${namesOf(tables)} in access exclusive mode`);
  for (const table of tables) {
    await client.query(`alter table ${table.sqlName} set schema ${replacedSchema}`);
    await client.query(`alter table ${stagedShape(table).sqlName} set schema ${readSchema}`);
  }
  for (const table of tables) await client.query(`drop table ${replacedSchema}.${bareName(table)}`);
};
