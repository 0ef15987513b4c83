// The yardstick of the append path: pgbench inserting single rows of the same size into a table of the log's indices.
import type { BenchPostgres } from './postgres.ts';

const table = `
  create schema bench;
  create table bench.events (
    position bigint generated always as identity primary key, stream text collate "C" not null, revision int not null,
    id uuid not null unique, type text collate "C" not null, data bytea not null, metadata bytea not null,
    recorded_at timestamptz not null default now(), unique (stream, revision)
  );
  alter table bench.events alter column data set storage external, alter column metadata set storage external`;

const insert = `
insert into bench.events (stream, revision, id, type, data, metadata) values
  ('conference-' || gen_random_uuid(), 0, gen_random_uuid(), 'ConferenceRetitled', cast(:data as bytea), cast(:meta as bytea));
`;

/** What one row of the baseline holds, in bytes. */
export type Payload = { dataBytes: number; metadataBytes: number };

/** Makes the table; answers a round of `seconds` with `clients`. */
export const insertBaseline = async (postgres: BenchPostgres, { dataBytes, metadataBytes }: Payload) => {
  await postgres.sql(table);
  const variables = { data: 'd'.repeat(dataBytes), meta: 'm'.repeat(metadataBytes) };
  return (clients: number, seconds: number) => postgres.pgbench(insert, { clients, seconds, variables });
};
