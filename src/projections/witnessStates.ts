// How it went with each witness: telemetry, told by whoever brings checkpoints to them.
import type { Pool } from 'pg';
import { table } from './table.ts';

export type WitnessStateRow = {
  name: string;
  /** Of the checkpoint that it kept last; null before the first. */
  size: string | null;
  keptAt: Date | null;
  /** In a row, since then. */
  failures: number;
  failedAt: Date | null;
  reason: string | null;
};

export const witnessStates = table<WitnessStateRow>('witness_state', {
  name: { type: 'text', primary: true },
  size: { type: 'int8', nullable: true },
  keptAt: { type: 'timestamptz', nullable: true },
  failures: { type: 'int' },
  failedAt: { type: 'timestamptz', nullable: true },
  reason: { type: 'text', nullable: true },
});

const reasonMax = 500;

/** Of a witness on the list; what comes late from one that is none any more is not kept. */
export const tellWitnessKept = async (pool: Pool, name: string, size: number, at: Date): Promise<void> => {
  await pool.query(
    `update ${witnessStates.sqlName} set size = $2, "keptAt" = $3, failures = 0, "failedAt" = null, reason = null
     where name = $1`,
    [name, size, at],
  );
};

export const tellWitnessFailed = async (pool: Pool, name: string, reason: string, at: Date): Promise<void> => {
  await pool.query(
    `update ${witnessStates.sqlName} set failures = failures + 1, "failedAt" = $2, reason = $3 where name = $1`,
    [name, at, reason.slice(0, reasonMax)],
  );
};

/** Makes the list what it is now: those that are no witnesses any more go, new ones come without a state. */
export const keepWitnessStates = async (pool: Pool, names: readonly string[]): Promise<void> => {
  await pool.query(`delete from ${witnessStates.sqlName} where name <> all ($1)`, [names]);
  await pool.query(
    `insert into ${witnessStates.sqlName} (name, failures) select unnest($1::text[]), 0 on conflict do nothing`,
    [names],
  );
};

export const allWitnessStates = async (pool: Pool): Promise<WitnessStateRow[]> =>
  (await pool.query<WitnessStateRow>(`select * from ${witnessStates.sqlName} order by name limit 100`)).rows;
