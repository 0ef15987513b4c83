// Looks at the configured database before anything is opened, so that whoever starts a server reads what is wrong.
import pg from 'pg';
import type { Connection } from '../projections/readDatabase.ts';
import { CannotStart } from './cannotStart.ts';

const connectTimeoutMs = 5_000;

const place = ({ host, port, database }: Connection): string => `${host}:${port}/${database}`;

/** What to do, by SQLSTATE (PostgreSQL documentation, appendix A); anything else is about the way there. */
const remedies: Record<string, string> = {
  '28P01': 'Correct the password in DATABASE_URL.',
  '28000': 'Correct the user in DATABASE_URL, or let the server admit it (pg_hba.conf).',
  '3D000': 'Create that database, or correct its name in DATABASE_URL.',
  '42501': 'Grant the user of DATABASE_URL the right to connect to it.',
  '53300': 'The server takes no more connections: raise max_connections, or end others.',
  '57P03': 'The server is just starting or stopping: try again in a moment.',
};
const unreachable = 'Start PostgreSQL there, or correct DATABASE_URL.';

/** Rejects with `CannotStart` where the database does not answer within 5 s or lets this user not in. */
export const assertDatabaseAnswers = async (connection: Connection): Promise<void> => {
  const limits = { connectionTimeoutMillis: connectTimeoutMs, query_timeout: connectTimeoutMs };
  const client = new pg.Client({ ...connection, ...limits, application_name: 'hansard start' });
  client.on('error', () => undefined); // The question is told.
  try {
    await client.connect();
    await client.query('select 1');
    await client.end();
  } catch (error) {
    client.connection.stream.destroy(); // Taking leave would wait for an answer, too.
    const { code, message } = error as { code?: string; message?: string };
    const why = message || code || 'it gave no reason';
    const remedy = remedies[code ?? ''] ?? unreachable;
    throw new CannotStart('no_database', `The database ${place(connection)} cannot be used: ${why}. ${remedy}`, {
      cause: error,
    });
  }
};
