// What read models say, in one hash per table, so that those made from two stores can be compared.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { allProjections, entities } from './allProjections.ts';
import type { Connection } from './readDatabase.ts';
import { readSchema } from './table.ts';

export type TableHash = {
  table: string;
  rows: number;
  /** SHA-256 over the SHA-256 of each row, these in their own order. */
  hash: string;
};

/** Columns that hold a place in the log, which every store names in its own way. */
const places: readonly string[] = ['position', 'firstPosition', 'previous', 'last', 'from', 'until'];

const rowsPerFetch = 10_000;
const answerTimeoutMs = 30 * 60_000;

type Folded = { table: string; left: string[] };

/** The tables that projections fold, with the columns that no other store has alike. */
const folded = (): Folded[] => {
  const mine = new Set(allProjections([]).flatMap(({ tables }) => tables.map(({ sqlName }) => sqlName)));
  return entities.flatMap(({ options: { name, columns } }) => {
    const left = Object.entries(columns).filter(([column, kind]) => places.includes(column) && kind.type === 'text');
    if (!mine.has(`${readSchema}."${name}"`)) return [];
    return [{ table: name, left: left.map(([column]) => column) }];
  });
};

const hashOf = async (client: pg.Client, { table, left }: Folded): Promise<TableHash> => {
  const hash = createHash('sha256');
  let rows = 0;
  // What a column is called needs no quotes: all are letters.
  const told = `(to_jsonb(t) - '{${left.join()}}'::text[])::text`;
  await client.query(
    `declare rows no scroll cursor for
     select encode(sha256(convert_to(${told}, 'UTF8')), 'hex') collate "C" as row
     from ${readSchema}."${table}" t order by 1`,
  );
  for (;;) {
    const { rows: found } = await client.query<{ row: string }>(`fetch ${rowsPerFetch} from rows`);
    for (const { row } of found) hash.update(row);
    rows += found.length;
    if (found.length < rowsPerFetch) break;
  }
  await client.query('close rows');
  return { table, rows, hash: hash.digest('hex') };
};

/** The hashes of all tables that projections fold, as of one moment. Equal contents have equal ones in every store. */
export const readModelHashes = async (connection: Connection): Promise<TableHash[]> => {
  const settings = { options: '-c timezone=UTC -c datestyle=ISO', statement_timeout: answerTimeoutMs };
  const client = new pg.Client({ connectionTimeoutMillis: 5_000, ...connection, ...settings });
  client.on('error', () => undefined); // The next question is told.
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const found: TableHash[] = [];
    for (const each of folded()) found.push(await hashOf(client, each));
    await client.query('commit');
    return found;
  } finally {
    await client.end();
  }
};
