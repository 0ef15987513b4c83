// Empty read models in a database of their own, which no server writes.
import { migrateReadModels, readPool } from '../../src/projections/readDatabase.ts';
import { freshDatabase, runSql } from './postgres.ts';

/** Made with all tables and nothing in them; `close` drops the database. */
export const freshReadModels = async () => {
  const { connection, drop } = await freshDatabase();
  await migrateReadModels(connection);
  const pool = readPool(connection, () => undefined);
  return {
    connection,
    pool,
    /** A statement that takes as long as it takes; those of the pool are given up after what a reader waits. */
    fill: (sql: string, values: unknown[] = []) => runSql(connection, sql, values),
    close: async () => {
      await pool.end();
      await drop();
    },
  };
};
