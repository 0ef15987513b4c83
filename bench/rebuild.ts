// P3: rebuilding a read model beside the live one, with personal fields in its events, against COPY of the same events.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { to } from 'pg-copy-streams';
import { codecOf } from '../src/commands/codec.ts';
import { openedFeed } from '../src/commands/feed.ts';
import { openPostgresEventStore } from '../src/commands/postgresEventStore.ts';
import { openPostgresVault } from '../src/commands/postgresVault.ts';
import { vocabularies } from '../src/commands/vocabularies.ts';
import { startEmbeddedPostgres } from '../src/operations/embeddedPostgres.ts';
import { masterKeyIn } from '../src/operations/masterKey.ts';
import { readPool } from '../src/projections/readDatabase.ts';
import { rebuild } from '../src/projections/rebuild.ts';
import { sessionRoster } from '../src/projections/sessionRoster.ts';
import { fillLog, showLog } from './backup.ts';
import type { Goal } from './goal.ts';

const copied = `copy (select position, stream, revision, id, type, data, metadata, recorded_at from log.events
  where stream >= 'session-' and stream < 'session.') to stdout`;

const secondsOf = async (act: () => Promise<unknown>): Promise<number> => {
  const begunMs = performance.now();
  await act();
  return (performance.now() - begunMs) / 1_000;
};

export const rebuiltLikeCopied: Goal = {
  name: 'P3',
  title: 'rebuild of the sessions with their people, against COPY of their events',
  unit: 'events/s',
  better: 'higher',
  wanted: 0.8,
  prepare: async (say, { rows }) => {
    const scratch = await mkdtemp(join(tmpdir(), 'hansard-bench-rebuild-'));
    await chmod(scratch, 0o755);
    const dataDir = join(scratch, 'data');
    const postgres = await startEmbeddedPostgres({ dataDir });
    const { connection } = postgres;
    const events = await fillLog(connection, dataDir, rows);
    await showLog(connection, dataDir, events);
    const store = await openPostgresEventStore({ connection });
    const vault = await openPostgresVault({ connection, masterKey: await masterKeyIn(dataDir) });
    const pool = readPool(connection, () => undefined);
    const sql = new pg.Client(connection);
    await sql.connect();
    const { rows: counted } = await sql.query<{ n: number }>(
      `select count(*)::int n from log.events where stream >= 'session-' and stream < 'session.'`,
    );
    const sessions = counted[0]?.n ?? 0;
    say(`  ${events} events in the log, ${sessions} of them of sessions`);
    const feed = openedFeed(store, codecOf(vault, vocabularies));
    const needs = { pool, connection, logId: await store.positionsId(), feed };
    return {
      baseline: async () => {
        let bytes = 0;
        const took = await secondsOf(async () => {
          for await (const piece of sql.query(to(copied))) bytes += (piece as Buffer).length;
        });
        if (bytes < sessions) throw new Error(`The copy has ${bytes} bytes`);
        return sessions / took;
      },
      ours: async () => {
        const took = await secondsOf(async () => {
          const options = { compare: false, now: () => new Date() };
          const row = await rebuild(needs, sessionRoster, options, AbortSignal.timeout(1_800_000));
          if (row?.phase !== 'done' || Number(row.events) < sessions) throw new Error(JSON.stringify(row));
        });
        return sessions / took;
      },
      close: async () => {
        await sql.end();
        await pool.end();
        await vault.close();
        await store.close();
        await postgres.stop();
        await rm(scratch, { recursive: true, force: true });
      },
    };
  },
};
