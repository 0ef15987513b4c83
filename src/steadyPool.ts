// Connections to PostgreSQL that may break without ending the process; for commands and projections alike.
import pg from 'pg';

/**
 * A pool of connections to PostgreSQL. `onFault` hears of idle connections that broke, unless the pool is being
 * ended: the server may be ending as well. Of one in use its statement hears. A connection that is handed out has no
 * listener before its new user adds one. That may be too late: answer and last words of a dying server come in one
 * piece, and an error event nobody listens to ends the process.
 */
export const steadyPool = (config: pg.PoolConfig, onFault: (error: Error) => void): pg.Pool => {
  const pool = new pg.Pool(config);
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => {
    if (!pool.ending) onFault(error);
  });
  return pool;
};
