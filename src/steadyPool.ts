// Connections to PostgreSQL that may break without ending the process; for commands and projections alike.
import pg from 'pg';

export type SteadyConfig = pg.PoolConfig & {
  /** How long a question may go unanswered, unless it says so itself; without it, for ever. */
  answerTimeoutMs?: number;
};

/** A question may have a bound of its own. */
const boundOf = (asked: unknown, usualMs: number | undefined): number | undefined =>
  typeof asked === 'object' && asked !== null && 'answerTimeoutMs' in asked
    ? (asked as SteadyConfig).answerTimeoutMs
    : usualMs;

/**
 * Gives up a connection that has not answered in time; its statement rejects then. With the driver's own `query_timeout`
 * all that was read outlives two collections of young objects and is copied by each: 76 KB of 50 rows, and pauses five
 * to ten times as long (measured on Node 24 with pg 8.23, also without any code of ours; why is not known).
 */
const boundAnswers = (client: pg.PoolClient, usualMs: number | undefined): void => {
  const giveUp = () => client.connection.stream.destroy(new Error('Query read timeout'));
  let timer: NodeJS.Timeout | undefined;
  const answered = () => clearTimeout(timer);
  const query = client.query.bind(client) as (...asked: unknown[]) => unknown;
  client.query = ((...asked: unknown[]) => {
    answered();
    const bound = boundOf(asked[0], usualMs);
    if (bound !== undefined) timer = setTimeout(giveUp, bound);
    return query(...asked);
  }) as typeof client.query;
  client.on('drain', answered).on('end', answered);
};

/**
 * A pool of connections to PostgreSQL. `onFault` hears of idle connections that broke, unless the pool is being
 * ended: the server may be ending as well. Of one in use its statement hears. A connection that is handed out has no
 * listener before its new user adds one. That may be too late: answer and last words of a dying server come in one
 * piece, and an error event nobody listens to ends the process.
 */
export const steadyPool = ({ answerTimeoutMs, ...config }: SteadyConfig, onFault: (error: Error) => void): pg.Pool => {
  const pool = new pg.Pool(config);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    boundAnswers(client, answerTimeoutMs);
  });
  pool.on('error', (error) => {
    if (!pool.ending) onFault(error);
  });
  return pool;
};
