// Events whose consequences failed, as long as they have.
import type { Pool } from 'pg';
import type { Recorded } from '../domain/kernel.ts';
import { parkedEventEvents } from '../domain/processes/events.ts';
import { keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

export type ParkedRow = {
  eventId: string;
  type: string;
  stream: string;
  revision: number;
  position: string;
  correlationId: string;
  reason: string;
  parkedAt: Date;
  /** Since when it is being tried again; null while it waits. */
  retriedAt: Date | null;
};

const text = { type: 'text' as const };

export const parked = table<ParkedRow>(
  'parked_event',
  {
    eventId: { type: 'uuid', primary: true },
    type: text,
    stream: text,
    revision: { type: 'int' },
    position: text,
    correlationId: text,
    reason: text,
    parkedAt: { type: 'timestamptz' },
    retriedAt: { type: 'timestamptz', nullable: true },
  },
  [{ name: 'parked_event_by_position', columns: ['position'], unique: true }],
);

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = parkedEventEvents.parse(event);
  switch (type) {
    case 'EventParked':
      return rows.put(parked, { ...data, parkedAt: new Date(data.parkedAt), retriedAt: null });
    case 'ParkedEventRetried': {
      const row = await rows.get(parked, { eventId: data.eventId });
      if (row) rows.put(parked, { ...row, retriedAt: new Date(data.retriedAt) });
      return;
    }
    case 'ParkedEventSettled':
      return rows.delete(parked, { eventId: data.eventId });
  }
};

export const parkedEvents: Projection = {
  name: 'parked_events',
  version: 1,
  categories: ['parkedEvent'],
  tables: [parked],
  apply,
};

/** The oldest event first. */
export const parkedPage = (
  pool: Pool,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<ParkedRow>> =>
  keysetPage<ParkedRow>(
    pool,
    {
      kind: 'parked',
      select: '*',
      from: `from ${parked.sqlName} where true`,
      values: [],
      keys: [{ sql: 'position', cast: 'text', of: (row) => row.position }],
      direction: 'asc',
    },
    first,
    after,
  );

export const countParked = async (pool: Pool): Promise<number> =>
  (await pool.query<{ n: number }>(`select count(*)::int n from ${parked.sqlName}`)).rows[0]?.n ?? 0;
