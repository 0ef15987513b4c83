// The job port on BullMQ: a Redis that several nodes share.
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { assertJob, calmTimes, closeTimeoutMs, type JobQueue, type JobTimes, type Tell } from './jobs.ts';
import { within } from './postgresConnection.ts';

type Options = {
  /** `redis://user:password@host:port/number`, `rediss:` with TLS, or the path of a unix socket. */
  url: string;
  times?: JobTimes;
  now: () => Date;
  newId: () => string;
  /** Told of faults it gets over by itself. */
  onFault: (error: unknown) => void;
};

/** Redis cannot be used as it is; `message` says what to do. */
export class RedisUnusable extends Error {}

/** `at` in ms, since a stored job counts its delay from wherever it is put back. */
type Wish = { at: number; cancelled: boolean };

const name = 'wake';
const prefix = 'hansard';
const answerMs = 5_000;
const retryMs = 1_000;
const retryMaxMs = 60_000;
const triesMax = 5;
/** BullMQ gives up after one stall, and after the attempts; the port does not. */
const endless = 1_000_000;

const backoffStrategy = (failures: number): number => Math.min(retryMs * 2 ** Math.min(failures - 1, 16), retryMaxMs);

/** A Redis that evicts keys forgets jobs, or half of one. */
const assertKeepsAll = async (client: Redis): Promise<void> => {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1] ?? 'unknown';
  if (policy === 'noeviction') return;
  throw new RedisUnusable(
    `Redis would throw jobs away when its memory is full: its maxmemory-policy is "${policy}". ` +
      'Put "maxmemory-policy noeviction" into its configuration, restart it, and start again.',
  );
};

const connect = async ({ url, onFault }: Options): Promise<Redis> => {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 1_500, maxRetriesPerRequest: 1 });
  client.on('error', onFault);
  try {
    await within(answerMs, 'Connecting to Redis', client.connect());
    await within(answerMs, 'Asking Redis how it is set up', assertKeepsAll(client));
    return client;
  } catch (error) {
    client.disconnect();
    if (error instanceof RedisUnusable) throw error;
    throw new RedisUnusable('Redis cannot be reached. Start it, or correct REDIS_URL, and start again.', {
      cause: error,
    });
  }
};

/** Puts the wish in the place of all earlier ones of this key. */
const wakeIn = async (queue: Queue<Wish>, { now, newId }: Options, key: string, at: Date): Promise<void> => {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const timestamp = now().getTime();
    const jobId = newId();
    const added = await queue.add(
      key,
      { at: at.getTime(), cancelled: false },
      {
        jobId,
        timestamp,
        delay: Math.max(0, at.getTime() - timestamp),
        deduplication: { id: key, replace: true, keepLastIfActive: true },
        attempts: endless,
        backoff: { type: 'custom' },
        removeOnComplete: true,
      },
    );
    // Another id: that one is being told and ours follows it, or it is due and in line; then it makes room.
    if (added.id === jobId) return;
    const before = await queue.getJob(added.id ?? '');
    if (before && (await before.isActive())) return;
    await before?.remove();
  }
  throw new Error(`${key} is woken by too many at once`);
};

const cancelIn = async (queue: Queue<Wish>, client: Redis, key: string): Promise<void> => {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const id = await queue.getDeduplicationJobId(key);
    const job = id === null ? null : await queue.getJob(id);
    if (!job) return;
    if (!(await job.isActive())) {
      if ((await queue.remove(job.id ?? '')) === 1) return;
      continue; // It has begun to be told, or is done.
    }
    await client.del(queue.toKey(`dn:${key}`)); // What was to follow it.
    await job.updateData({ ...job.data, cancelled: true });
    return;
  }
};

const workerOn = (queue: Queue<Wish>, options: Options, tell: Tell): Worker<Wish> => {
  const { url, now, onFault } = options;
  const { tellTimeoutMs } = options.times ?? calmTimes;
  const tellOnce = async (job: Job<Wish>): Promise<void> => {
    try {
      await within(tellTimeoutMs, `Telling ${job.name}`, tell(job.name));
    } catch (error) {
      onFault(error);
      const told = await queue.getJob(job.id ?? '');
      if (told && !told.data.cancelled) throw error;
    }
  };
  /** What was asked for meanwhile was put back with its whole delay, counted from now. */
  const correct = async (key: string): Promise<void> => {
    const id = await queue.getDeduplicationJobId(key);
    const next = id === null ? null : await queue.getJob(id);
    if (next && (await next.isDelayed()) && next.attemptsMade === 0) {
      await next.changeDelay(Math.max(0, next.data.at - now().getTime()));
    }
  };
  const connection = new Redis(url, { maxRetriesPerRequest: null, connectTimeout: 1_500 });
  connection.on('error', onFault);
  const worker = new Worker<Wish>(name, tellOnce, {
    connection,
    prefix,
    lockDuration: tellTimeoutMs,
    stalledInterval: tellTimeoutMs,
    maxStalledCount: endless,
    settings: { backoffStrategy },
  });
  worker.on('error', onFault);
  worker.on('completed', (job) => void correct(job.name).catch(onFault));
  worker.on('closed', () => connection.disconnect());
  return worker;
};

/**
 * Opens the queue. Rejects with `RedisUnusable` where Redis is not there or may forget. Due times go by the clocks of
 * the processes that wake and work: where a worker's is ahead it is told early, where it is behind late, always once.
 */
export const openBullMqJobs = async (options: Options): Promise<JobQueue> => {
  const client = await connect(options);
  const queue = new Queue<Wish>(name, { connection: client, prefix, streams: { events: { maxLen: 100 } } });
  queue.on('error', options.onFault);
  let worker: Worker<Wish> | null = null;
  let closing: Promise<void> | null = null;

  const closeAll = async (): Promise<void> => {
    await worker?.close();
    await queue.close();
    client.disconnect();
  };

  return {
    wake: async (key, at) => {
      assertJob(key, at);
      await within(answerMs, 'Waking a job', wakeIn(queue, options, key, at));
    },
    cancel: async (key) => {
      assertJob(key);
      await within(answerMs, 'Cancelling a job', cancelIn(queue, client, key));
    },
    work: async (tell) => {
      worker = workerOn(queue, options, tell);
      await worker.waitUntilReady();
    },
    close: async () => {
      closing ??= within(closeTimeoutMs, 'Closing the jobs', closeAll()).catch(async (error: unknown) => {
        options.onFault(error);
        await worker?.close(true).catch(options.onFault);
        client.disconnect();
      });
      await closing;
    },
  };
};
