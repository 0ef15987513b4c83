// The job port on BullMQ: a Redis that several nodes share.
import { type Job, Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
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

type Lines = {
  open: (options: RedisOptions) => Redis;
  /** Of what is done over them. While one is lost it fails for that, which was said. */
  onFault: (error: Error) => void;
  /** Ends them all, whatever is asked over them. */
  drop: () => void;
};

/** All connections to one Redis. That one is lost is said once, and not at each of the tries to have it again. */
const linesTo = ({ url, onFault }: Options): Lines => {
  const clients: Redis[] = [];
  const said = new WeakSet<Error>();
  const lost = new Set<Redis>();
  let dropped = false;
  const open = (options: RedisOptions): Redis => {
    const client = new Redis(url, { connectTimeout: 1_500, ...options });
    client.on('ready', () => lost.delete(client));
    client.on('error', (error) => {
      said.add(error);
      if (!lost.has(client)) onFault(error);
      lost.add(client);
    });
    client.duplicate = (override) => open({ ...options, ...override }); // How BullMQ makes one of its own.
    clients.push(client);
    return client;
  };
  return {
    open,
    onFault: (error) => {
      if (!dropped && lost.size === 0 && !said.has(error)) onFault(error);
    },
    drop: () => {
      dropped = true;
      for (const client of clients) client.disconnect();
    },
  };
};

const connect = async (lines: Lines): Promise<Redis> => {
  const client = lines.open({ lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await within(answerMs, 'Connecting to Redis', client.connect());
    await within(answerMs, 'Asking Redis how it is set up', assertKeepsAll(client));
    return client;
  } catch (error) {
    lines.drop();
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
    await queue.remove(added.id ?? ''); // Unless it has begun to be told meanwhile; then ours follows it next time.
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

const workerOn = (queue: Queue<Wish>, options: Options, lines: Lines, tell: Tell): Worker<Wish> => {
  const { now, onFault } = options;
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
  const worker = new Worker<Wish>(name, tellOnce, {
    connection: lines.open({ maxRetriesPerRequest: null }),
    prefix,
    lockDuration: tellTimeoutMs,
    stalledInterval: tellTimeoutMs,
    maxStalledCount: endless,
    settings: { backoffStrategy },
  });
  worker.on('error', lines.onFault);
  worker.on('completed', (job) => void correct(job.name).catch(lines.onFault));
  return worker;
};

/**
 * Opens the queue. Rejects with `RedisUnusable` where Redis is not there or may forget. Due times go by the clocks of
 * the processes that wake and work: where a worker's is ahead it is told early, where it is behind late, always once.
 */
export const openBullMqJobs = async (options: Options): Promise<JobQueue> => {
  const lines = linesTo(options);
  const client = await connect(lines);
  const queue = new Queue<Wish>(name, { connection: client, prefix, streams: { events: { maxLen: 100 } } });
  queue.on('error', lines.onFault);
  let worker: Worker<Wish> | null = null;
  let closing: Promise<void> | null = null;

  const closeAll = async (): Promise<void> => {
    await worker?.close();
    await queue.close();
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
    // Not once it is connected: a Redis that went since it was opened must hold nobody up, least of all a stop.
    work: async (tell) => {
      worker = workerOn(queue, options, lines, tell);
    },
    // BullMQ has no way to be hurried once it closes: with a Redis that is away it waits for ever.
    close: async () => {
      closing ??= within(closeTimeoutMs, 'Closing the jobs', closeAll()).catch(options.onFault).finally(lines.drop);
      await closing;
    },
  };
};
