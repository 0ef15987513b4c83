// How long a log of real events takes to be backed up, and then to be restored, proved and compared.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { codecOf } from '../src/commands/codec.ts';
import { openPostgresEventStore } from '../src/commands/postgresEventStore.ts';
import { openPostgresVault } from '../src/commands/postgresVault.ts';
import { vocabularies } from '../src/commands/vocabularies.ts';
import { backup } from '../src/operations/backup.ts';
import { type Connection, startEmbeddedPostgres } from '../src/operations/embeddedPostgres.ts';
import { masterKeyIn } from '../src/operations/masterKey.ts';
import { restore } from '../src/operations/restore.ts';
import { generateLog } from './generateLog.ts';
import type { Goal } from './goal.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const shownTimeoutMs = 1_800_000;
const seconds = (sinceMs: number): number => (performance.now() - sinceMs) / 1_000;

/** Fills an empty log and its vault. */
export const fillLog = async (connection: Connection, dataDir: string, rows: number): Promise<number> => {
  await (await openPostgresEventStore({ connection })).close();
  const vault = await openPostgresVault({ connection, masterKey: await masterKeyIn(dataDir) });
  try {
    return await generateLog({ connection, codec: codecOf(vault, vocabularies), events: rows });
  } finally {
    await vault.close();
  }
};

/** Lets a server fold all of it into its read models, and sign it. */
export const showLog = async (connection: Connection, dataDir: string, events: number): Promise<void> => {
  const url = `postgresql://${connection.user}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}`;
  const child = spawn(process.execPath, [main, 'serve', '--roles', 'projections,jobs'], {
    env: { ...process.env, DATABASE_URL: url, HANSARD_DATA: dataDir, HANSARD_CHECKPOINT_SECONDS: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const client = new pg.Client(connection);
  await client.connect();
  const deadline = performance.now() + shownTimeoutMs;
  try {
    for (let shown = 0; shown < events; await delay(1_000)) {
      if (performance.now() > deadline || child.exitCode !== null) throw new Error('The read models did not get there');
      const { rows } = await client
        .query<{ shown: number }>(
          `select least(
             min(coalesce(position::bigint, 0)),
             coalesce((select max(size) from read.proof_checkpoint), 0))::int as shown
           from read.checkpoint`,
        )
        .catch(() => ({ rows: [{ shown: 0 }] })); // Before its tables are there.
      shown = rows[0]?.shown ?? 0;
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
    await client.end();
  }
};

/** What an event takes on the disk: its row and its indices in the log, and what the read models keep of it. */
const diskPerEvent = async (connection: Connection, events: number): Promise<string> => {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string; bytes: string }>(
      `select schemaname as schema, sum(pg_total_relation_size(relid)) as bytes
       from pg_stat_user_tables where schemaname in ('log', 'read') group by schemaname order by schemaname`,
    );
    return rows.map(({ schema, bytes }) => `${Math.round(Number(bytes) / events)} bytes in ${schema}`).join(', ');
  } finally {
    await client.end();
  }
};

export const backedUp: Goal = {
  name: 'backup',
  title: 'backing up a log of real events, and restoring, proving and comparing it',
  unit: 's',
  better: 'lower',
  wanted: 300,
  prepare: async (say, { rows }) => {
    const scratch = await mkdtemp(join(tmpdir(), 'hansard-bench-backup-'));
    await chmod(scratch, 0o755);
    const dataDir = join(scratch, 'data');
    const postgres = await startEmbeddedPostgres({ dataDir });
    const { connection } = postgres;
    const begunMs = performance.now();
    const events = await fillLog(connection, dataDir, rows);
    say(`  ${events} events copied into the log in ${seconds(begunMs).toFixed(0)} s`);
    await showLog(connection, dataDir, events);
    say(`  shown and signed after ${seconds(begunMs).toFixed(0)} s`);
    say(`  an event takes ${await diskPerEvent(connection, events)}`);
    return {
      ours: async () => {
        const [target, restored] = [join(scratch, 'backup'), join(scratch, 'restored')];
        const startMs = performance.now();
        await backup({ connection, dataDir, target, now: new Date() });
        say(`  backed up in ${seconds(startMs).toFixed(1)} s`);
        const { checked } = await restore({ source: target, dataDir: restored, key: null, say });
        const took = seconds(startMs);
        if (checked.differing.length > 0 || (checked.proved?.size ?? 0) < events)
          throw new Error(`Not what it was: ${JSON.stringify(checked)}`);
        await rm(target, { recursive: true });
        await rm(restored, { recursive: true });
        return took;
      },
      close: async () => {
        await postgres.stop();
        await rm(scratch, { recursive: true, force: true });
      },
    };
  },
};
