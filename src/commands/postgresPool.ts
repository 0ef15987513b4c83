// Questions to PostgreSQL that are answered or refused in bounded time.
import pg from 'pg';
import { steadyPool } from '../steadyPool.ts';
import { StoreUnavailable } from './eventStore.ts';
import { saidNo, within } from './postgresConnection.ts';

export type Statement = {
  /** Prepared under this name. */
  name: string;
  text: string;
  /** May take its time: nobody waits for it at a screen. */
  patient?: boolean;
  /** Not to be asked a second time when its connection is lost. */
  once?: boolean;
};

export type Pool = {
  /** Rows as arrays. Rejects with `StoreUnavailable` when there is no answer, and with the server's error otherwise. */
  ask: <Row extends unknown[]>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
};

export type PoolOptions = {
  config: pg.ClientConfig;
  size: number;
  /** What the server shows in its list of sessions. */
  name: string;
  /** Settings of the sessions, as for `postgres -c`. */
  settings?: string;
  onFault: (error: unknown) => void;
};

const patientMs = 5000;
const timeoutMs = 2000;
const suspectTimeoutMs = 500;
const suspicionMs = 3000;

/**
 * Opens connections when they are needed. Questions fail at once where the server refuses connections, and quickly for
 * a while once it has left one unanswered.
 */
export const openPool = ({ config, size, name, settings, onFault }: PoolOptions): Pool => {
  const limits = { max: size, connectionTimeoutMillis: 1500, keepAlive: true, statement_timeout: 30_000 };
  const named = { ...config, ...limits, ...(settings && { options: settings }), application_name: name };
  const pool = steadyPool(named, onFault); // Where one was lost the next question opens another.
  let suspectUntilMs = 0;
  let closed = false;

  const boundOf = ({ patient }: Statement): number => {
    if (patient) return patientMs;
    return performance.now() < suspectUntilMs ? suspectTimeoutMs : timeoutMs;
  };

  const ask = async <Row extends unknown[]>(
    statement: Statement,
    values: readonly unknown[],
    mayRepeat = !statement.once,
  ): Promise<Row[]> => {
    if (closed) throw new StoreUnavailable(`The connections of ${name} are closed`);
    const bound = boundOf(statement);
    const { name: prepared, text } = statement;
    const query = { name: prepared, text, values: [...values], rowMode: 'array' as const, answerTimeoutMs: bound };
    const begunMs = performance.now();
    try {
      const { rows } = await within(bound + suspectTimeoutMs, name, pool.query<Row>(query));
      suspectUntilMs = 0;
      return rows;
    } catch (error) {
      if (saidNo(error) && !/^(53|57)/.test(error.code ?? '')) throw error;
      // A connection that was lost while it lay idle is noticed only now; a new one may well work.
      if (mayRepeat && !saidNo(error) && performance.now() - begunMs < suspectTimeoutMs) {
        return ask<Row>(statement, values, false);
      }
      // Only a full wait renews it, or a server that has become slow would stay suspect for ever.
      if (bound !== suspectTimeoutMs) suspectUntilMs = performance.now() + suspicionMs;
      throw new StoreUnavailable(`${name}: the database does not answer`, { cause: error });
    }
  };

  const close = async () => {
    if (closed) return;
    closed = true;
    await within(2000, `Closing ${name}`, pool.end()).catch(onFault);
  };
  return { ask, close };
};
