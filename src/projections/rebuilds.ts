// How far rebuilds of projections have come and how the last one ended: telemetry, told by whoever rebuilds.
import type { Pool } from 'pg';
import { table } from './table.ts';

export type RebuildPhase = 'folding' | 'indexing' | 'comparing' | 'switching' | 'done' | 'failed';

/**
 * How the table that was in use compares with the one made from the log. Counts of rows by key: those without ground in
 * the log, those that were lost, and those with other values; null where nothing was compared.
 */
export type TableReport = {
  table: string;
  rows: number;
  unfounded: number | null;
  lost: number | null;
  different: number | null;
};

export type RebuildRow = {
  name: string;
  phase: RebuildPhase;
  /** As far as it has read. */
  position: string | null;
  events: string;
  startedAt: Date;
  endedAt: Date | null;
  /** Why it failed. */
  reason: string | null;
  tables: readonly TableReport[];
};

export const rebuilds = table<RebuildRow>('rebuild', {
  name: { type: 'text', primary: true },
  phase: { type: 'text' },
  position: { type: 'text', nullable: true },
  events: { type: 'int8' },
  startedAt: { type: 'timestamptz' },
  endedAt: { type: 'timestamptz', nullable: true },
  reason: { type: 'text', nullable: true },
  tables: { type: 'jsonb' },
});

export const tellRebuild = async (pool: Pool, row: RebuildRow): Promise<void> => {
  await pool.query(
    `insert into ${rebuilds.sqlName} (name, phase, position, events, "startedAt", "endedAt", reason, tables)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (name) do update set phase = excluded.phase, position = excluded.position, events = excluded.events,
       "startedAt" = excluded."startedAt", "endedAt" = excluded."endedAt", reason = excluded.reason,
       tables = excluded.tables`,
    [row.name, row.phase, row.position, row.events, row.startedAt, row.endedAt, row.reason, JSON.stringify(row.tables)],
  );
};

export const allRebuilds = async (pool: Pool): Promise<RebuildRow[]> =>
  (await pool.query<RebuildRow>(`select * from ${rebuilds.sqlName} order by name limit 100`)).rows;
