// Times for tests of the job port.
import type { JobTimes } from '../../src/commands/jobs.ts';

/** Hasty, so that a test need not wait for what is calm in a server. */
export const hastyTimes: JobTimes = { pollMs: 500, tellTimeoutMs: 2_000 };
