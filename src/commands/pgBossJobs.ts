// The job port on pg-boss: in the database that is there anyway, in a schema of its own.
import { type JobWithMetadata, PgBoss } from 'pg-boss';
import { steadyPool } from '../steadyPool.ts';
import { assertJob, calmTimes, closeTimeoutMs, type JobQueue, type JobTimes, type Tell } from './jobs.ts';
import { within } from './postgresConnection.ts';

type Options = {
  connection: { host: string; port: number; user: string; database: string; password?: string };
  times?: JobTimes;
  /** Told of faults it gets over by itself. */
  onFault: (error: unknown) => void;
};

const schema = 'jobs';
const queue = 'wake';
const answerMs = 5_000;
const retryDelayMaxS = 60;
const keepDoneS = 3_600;
const ownLookS = 3_600;

/** Of 'short', since two workers that take one key collide under 'stately', and then neither takes anything else. */
const policy = 'short';

const openPool = ({ connection, onFault }: Options) =>
  steadyPool({ ...connection, max: 2, application_name: 'hansard-jobs', connectionTimeoutMillis: 1_500 }, onFault);

const openBoss = async (
  pool: ReturnType<typeof openPool>,
  { onFault }: Options,
  tellTimeoutS: number,
): Promise<PgBoss> => {
  const boss = new PgBoss({
    // Its own pool has nobody listen to connections it has given up.
    db: { executeSql: (text, values) => pool.query<Record<string, unknown>>(text, values) },
    schema,
    schedule: false,
    // Looks for dead workers' keys.
    superviseIntervalSeconds: tellTimeoutS,
    monitorIntervalSeconds: tellTimeoutS,
    maintenanceIntervalSeconds: keepDoneS,
  });
  boss.on('error', onFault);
  boss.on('warning', onFault);
  await boss.start();
  await boss.createQueue(queue, { policy });
  return boss;
};

type OpenOf = (key: string) => Promise<JobWithMetadata<unknown>[]>;

/** Begins to tell due keys; answers the timer of its looks. */
const begin = async (
  boss: PgBoss,
  { times, onFault }: Options,
  openOf: OpenOf,
  tell: Tell,
): Promise<NodeJS.Timeout> => {
  let worker: string | null = null;
  const polling = { pollingIntervalSeconds: ownLookS, includeMetadata: true, batchSize: 1 } as const;
  const mine = await boss.work(queue, polling, async ([job]: JobWithMetadata<unknown>[]) => {
    // Else it would wait before it looks for the next key, however many are due.
    if (worker !== null) boss.notifyWorker(worker);
    const key = job?.singletonKey;
    if (!key) return;
    try {
      await tell(key);
    } catch (error) {
      onFault(error);
      // Woken meanwhile: it is told at that time, and not also again for this one.
      if ((await openOf(key)).every(({ id }) => id === job.id)) throw error;
    }
  });
  worker = mine;
  // pg-boss times its looks by the wall clock: set back during one, it would wait for as long as the step.
  return setInterval(() => boss.notifyWorker(mine), (times ?? calmTimes).pollMs);
};

/**
 * Opens the queue, making its schema where there is none. Due times go by the database's clock, whatever the clocks of
 * the processes say: where it is set forward keys are told early, where it is set back late, and always once.
 */
export const openPgBossJobs = async (options: Options): Promise<JobQueue> => {
  const { tellTimeoutMs } = options.times ?? calmTimes;
  const tellTimeoutS = Math.ceil(tellTimeoutMs / 1_000);
  const pool = openPool(options);
  const boss = await openBoss(pool, options, tellTimeoutS).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const jobOptions = {
    expireInSeconds: tellTimeoutS,
    deleteAfterSeconds: keepDoneS,
    retryLimit: 1_000_000,
    retryBackoff: true,
    retryDelay: 1,
    retryDelayMax: retryDelayMaxS,
  };
  let closing: Promise<void> | null = null;
  let looking: NodeJS.Timeout | undefined;

  const openOf: OpenOf = async (key) => {
    const found = await boss.findJobs(queue, { key });
    return found.filter(({ state }) => state === 'created' || state === 'retry' || state === 'active');
  };
  const cancelAll = async (jobs: readonly JobWithMetadata<unknown>[]): Promise<void> => {
    if (jobs.length > 0)
      await boss.cancel(
        queue,
        jobs.map(({ id }) => id),
      );
  };

  const wake = async (key: string, at: Date): Promise<void> => {
    const { jobs } = await boss.upsert(queue, null, { ...jobOptions, singletonKey: key, startAfter: at });
    const others = (await openOf(key)).filter(({ id, state }) => state === 'retry' && !jobs.includes(id));
    await cancelAll(others);
  };

  return {
    wake: async (key, at) => {
      assertJob(key, at);
      await within(answerMs, 'Waking a job', wake(key, at));
    },
    cancel: async (key) => {
      assertJob(key);
      await within(answerMs, 'Cancelling a job', openOf(key).then(cancelAll));
    },
    work: async (tell) => {
      looking = await begin(boss, options, openOf, tell);
    },
    close: async () => {
      clearInterval(looking);
      const stop = () => boss.stop({ timeout: closeTimeoutMs }).finally(() => pool.end());
      closing ??= within(2 * closeTimeoutMs, 'Closing the jobs', stop()).catch(options.onFault);
      await closing;
    },
  };
};
