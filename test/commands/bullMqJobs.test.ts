import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'vitest';
import { openBullMqJobs, RedisUnusable } from '../../src/commands/bullMqJobs.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';
import { jobsContract } from './jobsContract.ts';
import { hastyTimes } from './jobsTimes.ts';

const common = { now: () => new Date(), newId: () => randomUUID(), onFault: () => undefined };

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
