import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, test, vi } from 'vitest';
import { openPgBossJobs } from '../../src/commands/pgBossJobs.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { jobsContract } from './jobsContract.ts';
import { hastyTimes } from './jobsTimes.ts';

jobsContract('jobs on pg-boss', async () => {
  const { connection, drop } = await freshDatabase();
  return {
    open: () => openPgBossJobs({ connection, times: hastyTimes, onFault: () => undefined }),
    childArgs: ['pg-boss', JSON.stringify(connection)],
    dispose: drop,
  };
});

test('the queue stays in its own schema, whichever of two processes makes it', async () => {
  const { connection, drop } = await freshDatabase();
  const faults: unknown[] = [];
  const open = () => openPgBossJobs({ connection, onFault: (error) => faults.push(error) });
  const queues = await Promise.all([open(), open()]);
  const rows = await runSql(
    connection,
    `select distinct table_schema as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema')`,
  );
  assert.deepEqual(rows, [{ name: 'jobs' }]);
  assert.deepEqual(faults, []);
  for (const queue of queues) await queue.close();
  await drop();
});

afterEach(() => void vi.useRealTimers());

test('due times go by the clock of the database, though that of the process steps', async () => {
  const { connection, drop } = await freshDatabase();
  const queue = await openPgBossJobs({ connection, times: hastyTimes, onFault: () => undefined });
  const told: string[] = [];
  await queue.work(async (key) => void told.push(key));
  const realMs = Date.now();
  for (const [key, stepMs] of [['ahead', 3_600_000] as const, ['behind', -3_600_000] as const]) {
    vi.useFakeTimers({ toFake: ['Date'], now: realMs + stepMs });
    await queue.wake(`${key}-late`, new Date(realMs + 1_800_000));
    await queue.wake(key, new Date(realMs));
    await eventually(`${key} to be told`, () => told.includes(key));
  }
  await delay(1_500);
  assert.deepEqual(told, ['ahead', 'behind']);
  await queue.close();
  await drop();
});

test('looks go on while the clock of the process is set back over and over', async () => {
  const { connection, drop } = await freshDatabase();
  const queue = await openPgBossJobs({ connection, times: hastyTimes, onFault: () => undefined });
  const told: string[] = [];
  const [realMs, begun] = [Date.now(), performance.now()];
  const backwards = vi.spyOn(Date, 'now').mockImplementation(() => realMs - 100_000 * (performance.now() - begun));
  await queue.work(async (key) => void told.push(key));
  for (const key of ['first', 'second']) {
    await delay(1_000);
    await queue.wake(key, new Date(realMs));
    await eventually(`${key} to be told`, () => told.includes(key));
  }
  backwards.mockRestore();
  await queue.close();
  await drop();
});
