// Rebuilds of read models that were asked for, and how each ended.
import type { Pool } from 'pg';
import type { Recorded } from '../domain/kernel.ts';
import { readModelRebuildEvents } from '../domain/processes/events.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

export type RebuildRequestRow = {
  rebuildId: string;
  readModel: string;
  position: string;
  requestedAt: Date;
  endedAt: Date | null;
  /** Why it failed. */
  reason: string | null;
};

export const rebuildRequests = table<RebuildRequestRow>(
  'rebuild_request',
  {
    rebuildId: { type: 'uuid', primary: true },
    readModel: { type: 'text', primary: true },
    position: { type: 'text' },
    requestedAt: { type: 'timestamptz' },
    endedAt: { type: 'timestamptz', nullable: true },
    reason: { type: 'text', nullable: true },
  },
  [{ name: 'rebuild_request_by_age', columns: ['position', 'readModel'] }],
);

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = readModelRebuildEvents.parse(event);
  const { rebuildId } = data;
  if (type === 'RebuildRequested') {
    const row = { rebuildId, requestedAt: new Date(data.requestedAt), endedAt: null, reason: null };
    for (const readModel of data.readModels) rows.put(rebuildRequests, { ...row, readModel, position: event.position });
    return;
  }
  const row = await rows.get(rebuildRequests, { rebuildId, readModel: data.readModel });
  const reason = type === 'ReadModelRebuildFailed' ? data.reason : null;
  if (row) rows.put(rebuildRequests, { ...row, endedAt: new Date(data.endedAt), reason });
};

export const rebuildRequestList: Projection = {
  name: 'rebuild_requests',
  version: 1,
  categories: ['readModelRebuild'],
  tables: [rebuildRequests],
  apply,
};

/** What is still to be rebuilt, the oldest request first; at most 500. */
export const pendingRebuilds = async (pool: Pool): Promise<RebuildRequestRow[]> => {
  const text = `select * from ${rebuildRequests.sqlName} where "endedAt" is null order by position, "readModel" limit 500`;
  return (await pool.query<RebuildRequestRow>({ name: 'pending rebuilds', text })).rows;
};
