import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { migrateReadModels, readDataSource } from '../../src/projections/readDatabase.ts';
import { freshDatabase } from '../support/postgres.ts';

describe('the read models', () => {
  test('are migrated to just what the entities say, also by several nodes at once', async () => {
    const { connection, drop } = await freshDatabase();
    await Promise.all([1, 2, 3].map(() => migrateReadModels(connection)));
    const dataSource = await readDataSource(connection);
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      assert.deepEqual(
        upQueries.map(({ query }) => query),
        [],
      );
      // Two that rebuild at once must not make them both.
      const schemas: unknown = await dataSource.query(
        "select nspname from pg_namespace where nspname in ('rebuild', 'replaced') order by 1",
      );
      assert.deepEqual(schemas, [{ nspname: 'rebuild' }, { nspname: 'replaced' }]);
    } finally {
      await dataSource.destroy();
      await drop();
    }
  });
});
