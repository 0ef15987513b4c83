// How far each projection has come, and whether it stands still and why.
import type { ClientBase, Pool } from 'pg';
import { table } from './table.ts';

export type Checkpoint = {
  name: string;
  version: number;
  logId: string;
  /** Null before the first event. */
  position: string | null;
  haltedAt: string | null;
  haltReason: string | null;
  /** Which making of the tables it belongs to: a rebuild puts others in their place. */
  built: number;
};

export const checkpoints = table<Checkpoint>('checkpoint', {
  name: { type: 'text', primary: true },
  version: { type: 'int' },
  logId: { type: 'uuid' },
  position: { type: 'text', nullable: true },
  haltedAt: { type: 'text', nullable: true },
  haltReason: { type: 'text', nullable: true },
  built: { type: 'int', default: 0 },
});

export const checkpointOf = async (client: Pool | ClientBase, name: string): Promise<Checkpoint | null> => {
  const { rows } = await client.query<Checkpoint>('select * from read.checkpoint where name = $1', [name]);
  return rows[0] ?? null;
};

export const allCheckpoints = async (pool: Pool): Promise<Checkpoint[]> =>
  (await pool.query<Checkpoint>('select * from read.checkpoint order by name limit 100')).rows;

export const putCheckpoint = async (
  client: Pool | ClientBase,
  { name, version, logId, position }: Omit<Checkpoint, 'built'>,
): Promise<void> => {
  await client.query(
    `insert into read.checkpoint (name, version, "logId", position) values ($1, $2, $3, $4)
     on conflict (name) do update set version = excluded.version, "logId" = excluded."logId",
       position = excluded.position, "haltedAt" = null, "haltReason" = null`,
    [name, version, logId, position],
  );
};

/** Moves a checkpoint on if it still stands where this runner left it; false tells that another runner moved it. */
export const advance = async (
  client: Pool | ClientBase,
  name: string,
  from: string | null,
  to: string,
): Promise<boolean> => {
  const { rowCount } = await client.query({
    name: 'advance checkpoint',
    text: `update read.checkpoint set position = $3 where name = $1 and position is not distinct from $2 and "haltedAt" is null`,
    values: [name, from, to],
  });
  return rowCount === 1;
};

/**
 * Halts a projection, where its checkpoint is still what the runner left; false tells that another one moved it, so
 * that the rows which the event did not fit were not those before it.
 */
export const halt = async (
  pool: Pool,
  { name, position, built }: Pick<Checkpoint, 'name' | 'position' | 'built'>,
  at: string,
  reason: string,
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `update read.checkpoint set "haltedAt" = $2, "haltReason" = $3
     where name = $1 and position is not distinct from $4 and built = $5`,
    [name, at, reason.slice(0, 2_000), position, built],
  );
  return rowCount === 1;
};

/** Lets projections begin anew, unless their checkpoints belong to this log; null spares none. */
export const forgetCheckpoints = async (
  client: Pool | ClientBase,
  names: readonly string[],
  logId: string | null,
): Promise<void> => {
  await client.query('delete from read.checkpoint where name = any($1) and "logId" is distinct from $2', [
    names,
    logId,
  ]);
};
