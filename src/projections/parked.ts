// Events whose consequences failed: set aside so that the others go on, and shown.
import type { Pool } from 'pg';
import { table } from './table.ts';

export type ParkedRow = { position: string; eventId: string; type: string; reason: string; parkedAt: Date };

export const parked = table<ParkedRow>('parked', {
  position: { type: 'text', primary: true },
  eventId: { type: 'uuid' },
  type: { type: 'text' },
  reason: { type: 'text' },
  parkedAt: { type: 'timestamptz' },
});

export const park = async (pool: Pool, { position, eventId, type, reason, parkedAt }: ParkedRow): Promise<void> => {
  await pool.query(
    `insert into ${parked.sqlName} (position, "eventId", type, reason, "parkedAt") values ($1, $2, $3, $4, $5)
     on conflict (position) do update set reason = excluded.reason, "parkedAt" = excluded."parkedAt"`,
    [position, eventId, type, reason.slice(0, 2_000), parkedAt],
  );
};

export const countParked = async (pool: Pool): Promise<number> =>
  (await pool.query<{ n: number }>(`select count(*)::int n from ${parked.sqlName}`)).rows[0]?.n ?? 0;
