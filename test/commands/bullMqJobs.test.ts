import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, test, vi } from 'vitest';
import { openBullMqJobs, RedisUnusable } from '../../src/commands/bullMqJobs.ts';
import { calmTimes, closeTimeoutMs, type JobQueue } from '../../src/commands/jobs.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
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

/** How long a call may take to be refused, and a close that nobody answers, on a machine that others keep busy. */
const refusedMsMax = 7_000;
const closedMsMax = closeTimeoutMs + 2_000;
const aWhileMs = 1_500;

const setting = async (times = hastyTimes) => {
  const redis = await startRedis();
  const faults: string[] = [];
  const told: string[] = [];
  const queue = await openBullMqJobs({ ...common, url: redis.url, times, onFault: (error) => faults.push(`${error}`) });
  return { redis, faults, told, queue, tell: async (key: string) => void told.push(key) };
};

/** Whether the queue took the wake. */
const woken = (queue: JobQueue, key: string): Promise<boolean> =>
  queue.wake(key, new Date(0)).then(
    () => true,
    () => false,
  );

const tookMs = async (act: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await act();
  return performance.now() - from;
};

test('a Redis that is killed refuses in time, is complained of once, and tells when it is back, once', async () => {
  const { redis, faults, told, queue, tell } = await setting();
  await queue.work(tell);
  await queue.wake('before', new Date(0));
  await eventually('the first', () => told.length === 1, 30_000);
  await redis.kill();
  const wake = () => queue.wake('after', new Date(0));
  for (let tries = 0; tries < 4; tries += 1) assert.ok((await tookMs(() => assert.rejects(wake()))) < refusedMsMax);
  await assert.rejects(queue.cancel('other'));
  assert.ok(faults.length <= 3, faults.join('\n')); // One for each connection.
  await redis.start();
  await eventually('to be heard', () => woken(queue, 'after'), 30_000);
  await eventually('what was asked for again', () => told.length > 1, 30_000);
  await delay(aWhileMs);
  assert.deepEqual(told, ['before', 'after']);
  await queue.close();
  await redis.stop();
});

test('a Redis that is killed just when a job was told is complained of no more than that', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { redis, faults, told, queue, tell } = await setting();
    await queue.work(tell);
    await queue.wake('before', new Date(0));
    while (told.length === 0) await delay(0);
    await delay(round % 5);
    await redis.kill();
    await assert.rejects(queue.wake('after', new Date(0)));
    assert.ok(faults.length <= 3, faults.join('\n'));
    await redis.start();
    await eventually('to be heard', () => woken(queue, 'after'), 30_000);
    await queue.close();
    await redis.stop();
  }
});

test('a Redis that is frozen refuses in time, and tells once it goes on what became due, once', async () => {
  const { redis, told, queue, tell } = await setting();
  await queue.work(tell);
  await queue.wake('due', new Date(Date.now() + 3_000));
  const thaw = redis.freeze();
  const later = new Date(Date.now() + 3_600_000);
  assert.ok((await tookMs(() => assert.rejects(queue.wake('later', later)))) < refusedMsMax);
  assert.equal(told.length, 0);
  thaw();
  await eventually('what was due', () => told.includes('due'), 30_000);
  await eventually('to be heard', () => woken(queue, 'new'), 30_000);
  await eventually('what is new', () => told.includes('new'), 30_000);
  await delay(aWhileMs);
  assert.deepEqual(told.toSorted(), ['due', 'new']);
  await queue.close();
  await redis.stop();
});

test('a worker that begins while Redis is away holds nobody up, and works when it is back', async () => {
  const { redis, told, queue, tell } = await setting();
  await redis.kill();
  assert.ok((await tookMs(() => queue.work(tell))) < 1_000);
  await redis.start();
  await eventually('to be heard', () => woken(queue, 'one'), 30_000);
  await eventually('it to be told', () => told.length === 1, 30_000);
  await queue.close();
  await redis.stop();
});

/** How long it takes to close after this befell a queue that works, or one that is just telling. */
const closes = async (befall: (redis: TestRedis) => unknown, telling: boolean, working = true): Promise<void> => {
  const { redis, told, queue, tell } = await setting(calmTimes);
  const stuck = (key: string) => tell(key).then(() => (telling ? new Promise<void>(() => undefined) : undefined));
  if (!working) await befall(redis);
  await queue.work(stuck);
  if (working) {
    await queue.wake('one', new Date(0));
    await eventually('it to be told', () => told.length === 1, 30_000);
    await befall(redis);
  }
  const ms = await tookMs(() => queue.close());
  assert.ok(ms < closedMsMax, `${ms} ms`);
  await redis.stop();
};

test('a queue closes in time, whatever Redis and what is being told are doing', async () => {
  const [nothing, kill, freeze] = [() => undefined, (it: TestRedis) => it.kill(), (it: TestRedis) => it.freeze()];
  await Promise.all([
    ...[nothing, kill, freeze].map((befall) => closes(befall, true)),
    ...[kill, freeze].map((befall) => closes(befall, false)),
    ...[kill, freeze].map((befall) => closes(befall, false, false)),
  ]);
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
