import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import { describe, test } from 'vitest';
import { steadyPool } from '../../src/steadyPool.ts';
import { testPostgres } from '../support/postgres.ts';

const run = promisify(execFile);
const poolReader = fileURLToPath(new URL('poolReader.ts', import.meta.url));

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

  test('gives up a connection that does not answer in time, and no other', { timeout: 40_000 }, async () => {
    const { connection } = await testPostgres();
    const pool = steadyPool({ ...connection, max: 1, answerTimeoutMs: 2_000 }, assert.fail);
    const longerMs = 2_500;
    const backend = async (): Promise<unknown> => (await pool.query('select pg_backend_pid() pid')).rows[0];
    const before = await backend();
    await assert.rejects(pool.query('select pg_sleep(20)'), /Query read timeout/);
    assert.notDeepEqual(await backend(), before);
    // An answer ends the wait, be it a refusal.
    await assert.rejects(pool.query('select 1 / 0'), /division by zero/);
    const after = await backend();
    await delay(longerMs);
    const client = await pool.connect();
    await client.query('begin');
    await delay(longerMs);
    await client.query('commit');
    client.release();
    assert.deepEqual(await backend(), after);
    await pool.end();
  });

  test('heeds the bound of a question before its own', { timeout: 30_000 }, async () => {
    const { connection } = await testPostgres();
    const hasty = steadyPool({ ...connection, max: 1, answerTimeoutMs: 1_000 }, assert.fail);
    const patient = { text: 'select pg_sleep(1.5)', answerTimeoutMs: 20_000 };
    assert.equal((await hasty.query(patient)).rowCount, 1);
    await hasty.end();
    const unbounded = steadyPool({ ...connection, max: 1 }, assert.fail);
    const bounded = { text: 'select pg_sleep(5)', answerTimeoutMs: 100 };
    await assert.rejects(unbounded.query(bounded), /Query read timeout/);
    await unbounded.end();
  });

  test('keeps nothing of what was read alive until a whole collection', { timeout: 60_000 }, async () => {
    const { connection } = await testPostgres();
    const { database, host, port, user } = connection;
    const config = JSON.stringify({ database, host, port, user, max: 1, answerTimeoutMs: 4_000 });
    const { stdout } = await run(process.execPath, ['--trace-gc', poolReader, config], { maxBuffer: 2 ** 24 });
    const [, measured = ''] = stdout.split('measured from here on');
    const scavenges = [...measured.matchAll(/Scavenge ([\d.]+) \([\d.]+\) -> ([\d.]+)/g)];
    const left = scavenges.map(([, , after]) => Number(after));
    const grown = left.reduce((sum, after, at) => sum + Math.max(0, after - (left[at - 1] ?? after)), 0);
    assert.ok(scavenges.length >= 5, `${scavenges.length} collections of young objects`);
    assert.ok(grown / scavenges.length < 1, `${grown} MB outlived ${scavenges.length} collections of young objects`);
  });
});
