import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, test, vi } from 'vitest';
import { openBullMqJobs, RedisUnusable } from '../../src/commands/bullMqJobs.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';
import { jobsContract } from './jobsContract.ts';
import { hastyTimes } from './jobsTimes.ts';

const common = { now: () => new Date(Date.now()), newId: () => randomUUID(), onFault: () => undefined };

jobsContract('jobs on BullMQ', async () => {
  const { url, stop } = await startRedis();
  return {
    open: () => openBullMqJobs({ url, times: hastyTimes, ...common }),
    childArgs: ['bullmq', url],
    dispose: stop,
  };
});

test('a Redis that may throw jobs away is refused, and so is none', async () => {
  const { url, stop } = await startRedis('allkeys-lru');
  const open = openBullMqJobs({ url, ...common });
  await assert.rejects(
    open,
    (error) => error instanceof RedisUnusable && /"allkeys-lru".*noeviction/.test(error.message),
  );
  await stop();
  await assert.rejects(openBullMqJobs({ url, ...common }), RedisUnusable);
});

test('a Redis that lost everything tells what it is asked for again, and a worker goes on', async () => {
  const { url, command, stop } = await startRedis();
  const told: string[] = [];
  const queue = await openBullMqJobs({ url, times: hastyTimes, ...common });
  await queue.work(async (key) => void told.push(key));
  const at = new Date(Date.now() + 1_000);
  await queue.wake('one', at);
  await queue.wake('two', at);
  await command('FLUSHALL');
  await queue.wake('one', at);
  await eventually('what was asked for again', () => told.length > 0, 30_000);
  assert.deepEqual(told, ['one']);
  await queue.wake('two', at);
  await eventually('the other', () => told.length > 1, 30_000);
  await queue.close();
  await stop();
});

afterEach(() => void vi.restoreAllMocks());

test('due times go by the clock of the process: ahead at once, behind when it gets there, always once', async () => {
  const { url, stop } = await startRedis();
  const queue = await openBullMqJobs({ url, times: hastyTimes, ...common });
  const told: string[] = [];
  await queue.work(async (key) => void told.push(key));
  const real = Date.now.bind(Date);
  const hourMs = 3_600_000;
  let stepMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + stepMs);

  await queue.wake('in-an-hour', new Date(real() + hourMs));
  stepMs = hourMs;
  await eventually('what an hour ahead makes due', () => told.length > 0, 30_000);

  await queue.wake('soon', new Date(real() + hourMs + 1_500));
  stepMs = -hourMs;
  await queue.wake('now', new Date(Date.now()));
  await eventually('what is due by a clock that is behind', () => told.length > 1, 30_000);
  await delay(3_000);
  assert.deepEqual(told, ['in-an-hour', 'now']);

  stepMs = hourMs;
  await eventually('what became due while the clock was behind', () => told.length > 2, 30_000);
  await delay(1_500);
  assert.deepEqual(told, ['in-an-hour', 'now', 'soon']);
  await queue.close();
  await stop();
});
