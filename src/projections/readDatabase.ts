// The database of the read models: its schema by TypeORM migrations, its queries by a pool.
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ReadModels202611210800 } from '../../migrations/202611210800_readModels.ts';
import { ParkedEvents202611211130 } from '../../migrations/202611211130_parkedEvents.ts';
import { AccountStatuses202611211140 } from '../../migrations/202611211140_accountStatuses.ts';
import { Rebuilds202611211900 } from '../../migrations/202611211900_rebuilds.ts';
import { Proof202611211910 } from '../../migrations/202611211910_proof.ts';
import { Settings202611211920 } from '../../migrations/202611211920_settings.ts';
import { ConfigurationChanges202611211921 } from '../../migrations/202611211921_configurationChanges.ts';
import { EventReport202611211930 } from '../../migrations/202611211930_eventReport.ts';
import { CallsAndEndpoints202611211931 } from '../../migrations/202611211931_callsAndEndpoints.ts';
import { ReportRules202611211932 } from '../../migrations/202611211932_reportRules.ts';
import { RebuildRequests202611212010 } from '../../migrations/202611212010_rebuildRequests.ts';
import { Past202611212100 } from '../../migrations/202611212100_past.ts';
import { Erasure202611212200 } from '../../migrations/202611212200_erasure.ts';
import { Retention202611212201 } from '../../migrations/202611212201_retention.ts';
import { WitnessStates202611212300 } from '../../migrations/202611212300_witnessStates.ts';
import { PastLists202611220200 } from '../../migrations/202611220200_pastLists.ts';
import { FilteredPages202611220230 } from '../../migrations/202611220230_filteredPages.ts';
import { FirstHeardOf202611220430 } from '../../migrations/202611220430_firstHeardOf.ts';
import { SearchedDays202611221530 } from '../../migrations/202611221530_searchedDays.ts';
import { TailsOfAddresses202611222200 } from '../../migrations/202611222200_tailsOfAddresses.ts';
import { ReservedNames202611230740 } from '../../migrations/202611230740_reservedNames.ts';
import { RunningThen202611231300 } from '../../migrations/202611231300_runningThen.ts';
import { steadyPool } from '../steadyPool.ts';
import { entities } from './allProjections.ts';
import { createStagingSchemas } from './staging.ts';
import { readSchema } from './table.ts';

/** The pool that queries of the read models run on. */
export type ReadPool = pg.Pool;

/** As `pg` takes it; a unix socket's directory goes into `host`. */
export type Connection = { host: string; port: number; user: string; database: string; password?: string };

const poolMax = 12;
const statementTimeoutMs = 10_000;
// A frozen server answers nothing, not even that the statement took too long.
const answerTimeoutMs = 4_000;
// A frozen process must not keep what it has locked.
const idleTransactionMs = 10_000;

/** TypeORM's view of the read models, for migrations and their test. The caller destroys it. */
export const readDataSource = async ({ host, port, user, database, password }: Connection): Promise<DataSource> =>
  new DataSource({
    type: 'postgres',
    host,
    port,
    username: user,
    database,
    ...(password === undefined ? {} : { password }),
    schema: readSchema,
    entities,
    migrations: [
      ReadModels202611210800,
      ParkedEvents202611211130,
      AccountStatuses202611211140,
      Rebuilds202611211900,
      Proof202611211910,
      Settings202611211920,
      ConfigurationChanges202611211921,
      EventReport202611211930,
      CallsAndEndpoints202611211931,
      ReportRules202611211932,
      RebuildRequests202611212010,
      Past202611212100,
      Erasure202611212200,
      Retention202611212201,
      WitnessStates202611212300,
      PastLists202611220200,
      FilteredPages202611220230,
      FirstHeardOf202611220430,
      SearchedDays202611221530,
      TailsOfAddresses202611222200,
      ReservedNames202611230740,
      RunningThen202611231300,
    ],
    migrationsTableName: 'migration',
  }).initialize();

/** Brings the schema `read` up to date, and makes those in which tables are made anew. */
export const migrateReadModels = async (connection: Connection): Promise<void> => {
  const client = new pg.Client(connection);
  client.on('error', () => undefined); // The statement under way is told.
  await client.connect();
  try {
    // Several nodes may start at once; TypeORM does not lock.
    await client.query("select pg_advisory_lock(hashtext('hansard read migrations'))");
    await client.query(`create schema if not exists ${readSchema}`);
    await createStagingSchemas(client);
    const dataSource = await readDataSource(connection);
    try {
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await client.end();
  }
};

/** A bounded pool for queries and projections. `onError` hears of idle connections that broke. */
export const readPool = (connection: Connection, onError: (error: Error) => void): pg.Pool => {
  const limits = {
    max: poolMax,
    connectionTimeoutMillis: 2_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    answerTimeoutMs,
    idle_in_transaction_session_timeout: idleTransactionMs,
    application_name: 'hansard-read',
    // What is lost with the server's last moments is folded again: rows go with the checkpoint, and the log has it all.
    // Moments that are copied out are written by the server.
    options: '-c synchronous_commit=off -c datestyle=ISO',
  };
  return steadyPool({ ...connection, ...limits }, onError);
};
