import { strict as assert } from 'node:assert';
import type pg from 'pg';
import { describe, test } from 'vitest';
import { steadyPool } from '../../src/steadyPool.ts';
import { testPostgres } from '../support/postgres.ts';

describe('a pool', () => {
  test('outlives what a dying server says on a connection that was just handed out', async () => {
    const { connection } = await testPostgres();
    const pool = steadyPool({ ...connection, max: 1 }, assert.fail);
    const client = await pool.connect();
    // As the client itself does with it; without a listener this throws.
    assert.ok(client.emit('error', new Error('terminating connection due to unexpected postmaster exit')));
    client.release(new Error('broken'));
    assert.deepEqual((await pool.query('select 1 one')).rows, [{ one: 1 }]);
    await pool.end();
  });

  test('hears of an idle connection that broke, and of none once it is being ended', async () => {
    const { connection } = await testPostgres();
    const told: string[] = [];
    const pool = steadyPool({ ...connection, max: 1 }, (error) => void told.push(error.message));
    const idle = async (): Promise<pg.PoolClient> => {
      const client = await pool.connect();
      client.release();
      return client;
    };
    (await idle()).emit('error', new Error('broke'));
    assert.deepEqual(told, ['broke']);
    const client = await idle();
    const ended = pool.end();
    client.emit('error', new Error('terminating connection due to administrator command'));
    await ended;
    assert.deepEqual(told, ['broke']);
  });
});
