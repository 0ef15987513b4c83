// P7: what the dashboard tells of all events, against PostgreSQL counting them: the number of the newest, which is how
// many there are, and what happened to each, is kept while they are folded.
import { newestNumber } from '../src/projections/auditTrail.ts';
import { readPool } from '../src/projections/readDatabase.ts';
import type { Goal } from './goal.ts';
import { until } from './processes.ts';
import { openReports } from './reports.ts';

const answers = 200;

/** How many answers a second so many turns of it make. */
const rateOf = async (turns: number, act: () => Promise<unknown>): Promise<number> => {
  const begunMs = performance.now();
  for (let turn = 0; turn < turns; turn += 1) await act();
  return (turns * 1_000) / (performance.now() - begunMs);
};

export const aggregates: Goal = {
  name: 'P7',
  title: 'the number of all events as the dashboard asks for it, against counting them',
  unit: 'answers/s',
  better: 'higher',
  wanted: 1_000,
  prepare: async (say, options) => {
    const { sql, connection } = await openReports(say, options);
    const pool = readPool(connection, () => undefined);
    const counted = async (): Promise<string> =>
      (await sql.query<{ n: string }>('select (count(*) - 1)::text n from read.event')).rows[0]?.n ?? '';
    // What came while they were counted is counted once more.
    await until('equal results', async () => (await counted()) === (await newestNumber(pool)), 60_000);
    return {
      baseline: () => rateOf(3, counted),
      ours: () => rateOf(answers, () => newestNumber(pool)),
      close: () => pool.end(),
    };
  },
};
