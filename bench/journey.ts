// The journey in real browsers with the log in EventStoreDB, against the same journey with the log in PostgreSQL.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Goal } from './goal.ts';

const timeoutMs = 300_000;

const Report = z.object({
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), duration: z.number().optional() })) }),
  ),
});

/** Seconds that the steps of the journey took, without starting servers and browsers. */
const seconds = async (file: string): Promise<number> => {
  const directory = await mkdtemp(join(tmpdir(), 'hansard-bench-journey-'));
  const outputFile = join(directory, 'report.json');
  try {
    const args = ['vitest', 'run', '--project', 'journeys', file, '--reporter=json', `--outputFile=${outputFile}`];
    await promisify(execFile)('npx', args, { timeout: timeoutMs });
    const { testResults } = Report.parse(JSON.parse(await readFile(outputFile, 'utf8')));
    const steps = testResults.flatMap(({ assertionResults }) => assertionResults);
    if (steps.length === 0 || steps.some(({ status }) => status !== 'passed')) throw new Error(`${file} did not pass`);
    return steps.reduce((sum, { duration = 0 }) => sum + duration, 0) / 1000;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

export const journeyOnEventStoreDb: Goal = {
  name: 'journey-esdb',
  title: 'the journey in two browsers on EventStoreDB, against the journey on PostgreSQL',
  unit: 's',
  better: 'lower',
  wanted: 1.3,
  prepare: async () => {
    const [ours, baseline] = ['meetingOnEventStoreDb', 'meeting'].map((name) => `test/journeys/${name}.test.ts`);
    await seconds(baseline ?? ''); // The pages are built and the browser is in memory.
    return {
      ours: () => seconds(ours ?? ''),
      baseline: () => seconds(baseline ?? ''),
      close: () => Promise.resolve(),
    };
  },
};
