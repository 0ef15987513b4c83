// The log in PostgreSQL as a whole: where it came from and whether it may be written.
import pg from 'pg';
import type { LogHome, LogIdentity, LogState } from './eventStore.ts';
import { logSteps } from './postgresLogSchema.ts';
import { migrateSchema } from './postgresMigrate.ts';

const lockTimeout = '20s';

/** Creates the schema of the log where there is none. Rejects when the server cannot be reached. */
export const openPostgresLogHome = async (connection: pg.ClientConfig): Promise<LogHome> => {
  await migrateSchema(connection, 'log', logSteps);
  const client = new pg.Client({ connectionTimeoutMillis: 5_000, statement_timeout: 60_000, ...connection });
  client.on('error', () => undefined); // The next question is told.
  await client.connect();

  const become = async (state: LogState): Promise<void> => {
    await client.query('begin');
    try {
      await client.query(`set local lock_timeout = '${lockTimeout}'`);
      // Waits for appends under way, and lets none begin before this is committed.
      await client.query('lock table log.events in share row exclusive mode');
      await client.query('drop trigger if exists moved on log.events');
      if (state === 'moved') {
        await client.query(`create trigger moved before insert on log.events
          for each statement execute function log.refuse_moved()`);
      }
      await client.query('update log.identity set state = $1', [state]);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  };

  return {
    identity: async () => {
      const { rows } = await client.query<LogIdentity>(
        'select log_id as "logId", positions_id as "positionsId", state from log.identity',
      );
      const [identity] = rows;
      if (!identity) throw new Error('The log has no identity: somebody has deleted it');
      return identity;
    },
    receive: async (logId) => {
      await client.query(
        `update log.identity set log_id = $1, positions_id = gen_random_uuid(), state = 'arriving'
         where not exists (select from log.events)`,
        [logId],
      );
    },
    become,
    close: () => client.end(),
  };
};
