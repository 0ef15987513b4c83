// A real PostgreSQL as a server would have it, fsync on, and pgbench from the distribution against it.
import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { ensureAptPackages } from '../scripts/aptPackages.ts';
import { type Connection, startEmbeddedPostgres } from '../src/operations/embeddedPostgres.ts';

export type BenchPostgres = {
  connection: Connection;
  sql: (text: string) => Promise<void>;
  /** Runs `script` (SQL for pgbench, prepared) and answers its transactions per second and its latencies. */
  pgbench: (script: string, load: Load) => Promise<{ tps: number; latenciesMs: number[] }>;
  stop: () => Promise<void>;
};

type Load = { clients: number; seconds: number; variables?: Record<string, string> };

const pgbenchPath = (say: (line: string) => void): string => {
  const find = () =>
    ['/usr/bin/pgbench', ...globSync('/usr/lib/postgresql/*/bin/pgbench')].find((path) => existsSync(path));
  if (!find()) ensureAptPackages([{ apt: 'postgresql-contrib', file: '/usr/bin/pgbench' }], say);
  const found = find();
  if (!found) throw new Error('pgbench was installed but is not where Debian puts it');
  return found;
};

/** From the log of `pgbench -l`: its third column is microseconds. */
const latenciesIn = async (dir: string): Promise<number[]> => {
  const files = (await readdir(dir)).filter((name) => name.startsWith('pgbench_log'));
  const texts = await Promise.all(files.map((name) => readFile(join(dir, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[2]) / 1000),
  );
};

const settings = { shared_buffers: '256MB', max_connections: '200', max_wal_size: '4GB', checkpoint_timeout: '30min' };

/** Starts a server of its own in a temporary directory; `stop` removes it. */
export const startBenchPostgres = async (say: (line: string) => void): Promise<BenchPostgres> => {
  const program = pgbenchPath(say);
  const dir = await mkdtemp(join(tmpdir(), 'hansard-bench-'));
  const server = await startEmbeddedPostgres({ dataDir: dir, settings });
  const { connection } = server;
  return {
    connection,
    sql: async (text) => {
      const client = new pg.Client(connection);
      await client.connect();
      await client.query(text).finally(() => client.end());
    },
    pgbench: async (script, { clients, seconds, variables = {} }) => {
      const work = await mkdtemp(join(tmpdir(), 'hansard-pgbench-'));
      const file = join(work, 'script.sql');
      await writeFile(file, script);
      const where = ['-h', connection.host, '-p', String(connection.port), '-U', connection.user];
      const load = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), '-f', file];
      const given = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
      const logged = clients === 1 ? ['-l'] : [];
      const args = [...where, ...load, ...given, ...logged, connection.database];
      try {
        const { stdout } = await promisify(execFile)(program, args, { cwd: work });
        const tps = /tps = ([\d.]+)/.exec(stdout)?.[1];
        if (!tps) throw new Error(`pgbench said:\n${stdout}`);
        return { tps: Number(tps), latenciesMs: logged.length > 0 ? await latenciesIn(work) : [] };
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
