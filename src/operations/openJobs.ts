// The queue of jobs that the configuration names.
import type { JobQueue } from '../commands/jobs.ts';
import type { Config } from '../config.ts';
import { CannotStart } from './cannotStart.ts';
import type { ServerLog } from './logging.ts';
import { databaseOf, type Sources } from './openLog.ts';

const openRedis = async (url: string, sources: Sources, onFault: (error: unknown) => void): Promise<JobQueue> => {
  const { openBullMqJobs, RedisUnusable } = await import('../commands/bullMqJobs.ts');
  try {
    return await openBullMqJobs({ url, ...sources, onFault });
  } catch (error) {
    if (!(error instanceof RedisUnusable)) throw error;
    throw new CannotStart('redis_unusable', error.message, { cause: error });
  }
};

/** Opens it, in Redis where there is one, otherwise in the database. Loads only what it uses. */
export const openJobs = async (config: Config, sources: Sources, log: ServerLog): Promise<JobQueue> => {
  const onFault = (error: unknown): void => log.warn('job fault, it is tried again', { reason: String(error) });
  if (config.redisUrl !== null) return openRedis(config.redisUrl, sources, onFault);
  const { openPgBossJobs } = await import('../commands/pgBossJobs.ts');
  return openPgBossJobs({ connection: databaseOf(config), onFault });
};
