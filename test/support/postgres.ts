// A real PostgreSQL for server tests: one per test file, fresh databases from it.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll } from 'vitest';
import {
  type Connection,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/operations/embeddedPostgres.ts';

// A killed server process loses nothing without fsync, only a killed machine would.
const settings = { fsync: 'off', shared_buffers: '32MB', io_method: 'sync', max_connections: '200' };

let running: Promise<{ server: EmbeddedPostgres; dataDir: string }> | null = null;

const startIn = async (dataDir: string) => ({ server: await startEmbeddedPostgres({ dataDir, settings }), dataDir });
const start = async () => startIn(await mkdtemp(join(tmpdir(), 'hansard-test-')));

/** The server of this test file, started on first use and removed after its last test. */
export const testPostgres = async (): Promise<EmbeddedPostgres> => {
  running ??= start();
  return (await running).server;
};

/** Kills the server of this test file as a crash would; answers how to start it again on the same data. */
export const killPostgres = async (): Promise<() => Promise<void>> => {
  const { pid, exited } = await testPostgres();
  process.kill(pid, 'SIGKILL');
  await exited;
  return async () => {
    const before = await running;
    if (!before) throw new Error('There is no server to start again');
    running = startIn(before.dataDir);
    await running;
  };
};

afterAll(async () => {
  if (!running) return;
  const { server, dataDir } = await running;
  running = null;
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** One statement as the superuser of the test server. */
export const runSql = async (
  connection: Connection,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
};

/** An empty database of its own; `drop` ends the sessions that are still in it. */
export const freshDatabase = async (): Promise<{ connection: Connection; drop: () => Promise<void> }> => {
  const { connection } = await testPostgres();
  const database = `t_${randomUUID().replaceAll('-', '')}`;
  await runSql(connection, `create database ${database}`);
  return {
    connection: { ...connection, database },
    drop: async () => {
      await runSql(connection, `drop database if exists ${database} with (force)`);
    },
  };
};
