// What the read models' database knows of positions, brought along when the log moves to another store.
import pg from 'pg';
import type { Connection } from './embeddedPostgres.ts';

export type Places = {
  /** Identities of the old and of the new positions. */
  from: string;
  to: string;
  /** The new position of what is at or before an old one; null is the beginning. */
  at: (position: string) => Promise<string | null>;
};

/**
 * Lets every projection begin again from the new log, and the processes go on where they were: they react once to each
 * event, so for them alone the place must be kept. In one transaction; a repeat changes nothing.
 */
export const carryCheckpoints = async (database: Connection, { from, to, at }: Places): Promise<void> => {
  const client = new pg.Client({ connectionTimeoutMillis: 5_000, statement_timeout: 60_000, ...database });
  client.on('error', () => undefined); // The next question is told.
  await client.connect();
  try {
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regclass('read.checkpoint') is not null as there`,
    );
    if (rows[0]?.there !== true) return;
    await client.query('begin');
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
    await client.query('commit');
  } finally {
    await client.end();
  }
};
