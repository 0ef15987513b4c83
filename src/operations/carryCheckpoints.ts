// What the read models' database knows of positions, brought along when the log moves to another store.
import pg from 'pg';
import { CannotStart } from './cannotStart.ts';
import type { Connection } from './embeddedPostgres.ts';

export type Places = {
  /** Identities of the old and of the new positions. */
  from: string;
  to: string;
  /** The new position of what is at or before an old one; null is the beginning. */
  at: (position: string) => Promise<string | null>;
};

/** Works on the checkpoints in one transaction, if the database has any. */
const onCheckpoints = async (database: Connection, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionTimeoutMillis: 5_000, statement_timeout: 60_000, ...database });
  client.on('error', () => undefined); // The next question is told.
  await client.connect();
  try {
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regclass('read.checkpoint') is not null as there`,
    );
    if (rows[0]?.there !== true) return;
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
};

/**
 * Lets every projection begin again from the new log that was not made from it yet, and the processes go on where they
 * were: they react once to each event, so for them alone the place must be kept. A repeat changes nothing.
 */
export const carryCheckpoints = (database: Connection, { from, to, at }: Places): Promise<void> =>
  onCheckpoints(database, async (client) => {
    const found = await client.query<{ position: string | null }>(
      `select position from read.checkpoint where name = 'processes' and "logId" = $1 for update`,
      [from],
    );
    const [processes] = found.rows;
    if (processes) {
      const position = processes.position === null ? null : await at(processes.position);
      await client.query(`update read.checkpoint set position = $1, "logId" = $2 where name = 'processes'`, [
        position,
        to,
      ]);
    }
    await client.query('delete from read.checkpoint where "logId" = $1', [from]);
  });

/**
 * Lets every projection that was already made from the new log begin again from the old one. Rejects with `CannotStart`
 * where the processes have been brought along: then nothing but the last step is missing.
 */
export const giveBackCheckpoints = (database: Connection, from: string): Promise<void> =>
  onCheckpoints(database, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'delete from read.checkpoint where "logId" <> $1 returning name',
      [from],
    );
    if (rows.some(({ name }) => name === 'processes'))
      throw new CannotStart(
        'log_not_movable',
        'All was moved and proved already. Type the same move again to end it, or move the log back.',
      );
  });
