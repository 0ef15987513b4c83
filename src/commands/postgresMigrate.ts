// Brings a schema of ours to the present version, whoever comes first.
import pg from 'pg';
import { StoreUnavailable } from './eventStore.ts';
import { drop, saidNo, within } from './postgresConnection.ts';

const timeoutMs = 60_000;

class SchemaTooNew extends Error {}

const migrate = async (client: pg.ClientBase, schema: string, steps: readonly string[]): Promise<void> => {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`hansard schema ${schema}`]);
  await client.query(`
    create schema if not exists ${schema};
    create table if not exists ${schema}.meta (one boolean primary key default true check (one), version int not null);
    insert into ${schema}.meta (version) values (0) on conflict do nothing`);
  const { rows } = await client.query<{ version: number }>(`select version from ${schema}.meta`);
  const version = rows[0]?.version ?? 0;
  if (version > steps.length) {
    throw new SchemaTooNew(
      `The schema "${schema}" has version ${version}, this program knows ${steps.length}: start the newer version of it`,
    );
  }
  for (const step of steps.slice(version)) await client.query(step);
  if (version < steps.length) await client.query(`update ${schema}.meta set version = $1`, [steps.length]);
};

/**
 * Creates `schema` or applies the steps it lacks, in one transaction. Safe to be called by many processes at once.
 * Rejects with `StoreUnavailable` when the server cannot be reached.
 */
export const migrateSchema = async (
  config: pg.ClientConfig,
  schema: string,
  steps: readonly string[],
): Promise<void> => {
  const client = new pg.Client({ connectionTimeoutMillis: 1500, application_name: 'hansard schema', ...config });
  client.on('error', () => undefined); // The statement under way is told.
  try {
    await client.connect();
    await client.query('begin');
    await within(timeoutMs, `Preparing the schema ${schema}`, migrate(client, schema, steps));
    await client.query('commit');
    await client.end();
  } catch (error) {
    drop(client); // Which rolls back.
    if (saidNo(error) || error instanceof SchemaTooNew) throw error;
    throw new StoreUnavailable('The database cannot be reached', { cause: error });
  }
};
