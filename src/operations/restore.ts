// Restores a backup into a new data directory. Until all of it is there and checked a file in it says so, and nothing
// starts there.
import { createReadStream } from 'node:fs';
import { copyFile, open, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { logSteps } from '../commands/postgresLogSchema.ts';
import { migrateSchema } from '../commands/postgresMigrate.ts';
import { vaultSteps } from '../commands/postgresVaultSchema.ts';
import { readSchema } from '../projections/table.ts';
import type { Verifier } from '../proof/note.ts';
import { quoted } from './backup.ts';
import { type Manifest, readManifest, unusable, verifyParts } from './backupManifest.ts';
import { CannotStart } from './cannotStart.ts';
import { restoringFile, whyDirectoryUnusable } from './dataDirectory.ts';
import { type Connection, startEmbeddedPostgres, stopEmbeddedPostgres } from './embeddedPostgres.ts';
import { applyErasureLedger, ledgerFile } from './erasureLedger.ts';
import { errnoOf, makeDirectory, syncDirectory, writeFileAtomic } from './files.ts';
import { tryLock } from './processes.ts';
import { type Checked, checkRestored } from './restoreChecks.ts';

const copyIn = async (client: pg.ClientBase, source: string, table: Manifest['tables'][number]): Promise<void> => {
  const name = `${table.schema}.${quoted(table.table)}`;
  // What a new schema is born with (head and identity of the log); the events cannot be deleted, nor are there any.
  if (table.table !== 'events') await client.query(`delete from ${name}`);
  const sink = client.query(copyFrom(`copy ${name} (${table.columns.map(quoted).join(', ')}) from stdin`));
  await pipeline(createReadStream(join(source, table.file)), createGunzip(), sink);
  if (sink.rowCount !== table.rows)
    throw unusable(source, `${table.file} holds ${sink.rowCount} rows, not ${table.rows}`);
};

const verifyLog = async (client: pg.ClientBase, source: string, { events, logId }: Manifest): Promise<void> => {
  const { rows } = await client.query<{ sound: boolean }>(
    `select h.position = $1 and i.log_id = $2
        and (select count(*) = $1 and coalesce(max(position), 0) = $1 from log.events)
        and not exists (select from log.events group by stream having count(*) <> max(revision) + 1) as sound
     from log.head h, log.identity i`,
    [events, logId],
  );
  if (rows[0]?.sound !== true) throw unusable(source, 'its log has gaps');
};

const fill = async (connection: Connection, source: string, manifest: Manifest): Promise<void> => {
  const { log, vault } = manifest.versions;
  if (log > logSteps.length || vault > vaultSteps.length) {
    throw unusable(source, 'it was made by a newer Hansard, which has to restore it');
  }
  // First the schema it was taken from; opening it carries it on to the present one.
  await migrateSchema(connection, 'log', logSteps.slice(0, log));
  await migrateSchema(connection, 'vault', vaultSteps.slice(0, vault));
  const client = new pg.Client({ ...connection, application_name: 'hansard restore' });
  client.on('error', () => undefined); // The statement under way is told.
  await client.connect();
  try {
    await client.query('begin');
    for (const table of manifest.tables) await copyIn(client, source, table);
    await verifyLog(client, source, manifest);
    await client.query('commit');
    await client.query('analyze');
  } finally {
    await client.end();
  }
};

const restoreFiles = async (source: string, dataDir: string, { secrets, files }: Manifest): Promise<void> => {
  const parts = [...secrets.map(({ name, file }) => ({ path: `secrets/${name}`, file })), ...files];
  for (const { path, file } of parts) {
    await makeDirectory(dirname(join(dataDir, path)), 0o700);
    await copyFile(join(source, file), join(dataDir, path));
    const handle = await open(join(dataDir, path), 'r');
    await handle.sync().finally(() => handle.close());
  }
  if (!secrets.some(({ name }) => name === 'master.key')) throw unusable(source, 'it holds no master key');
};

/** What stands in the place: nothing, a restore that did not come to its end, or something else. */
const foundAt = async (dataDir: string): Promise<'free' | 'interrupted' | 'taken'> => {
  try {
    const names = await readdir(dataDir);
    return names.includes(restoringFile) ? 'interrupted' : names.length === 0 ? 'free' : 'taken';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'free';
    throw error;
  }
};

/**
 * Erases what the ledger names, once what was restored has been compared with what was backed up. The read models still
 * tell of those who were erased: the server makes them anew when it starts.
 */
const eraseAgain = async (connection: Connection, dataDir: string, ledger: string): Promise<number> => {
  const client = new pg.Client({ ...connection, application_name: 'hansard restore' });
  client.on('error', () => undefined); // The statement under way is told.
  await client.connect();
  try {
    await client.query('begin');
    const erased = await applyErasureLedger(client, ledger);
    if (erased > 0) await client.query(`drop schema if exists ${readSchema} cascade`);
    await client.query('commit');
    await copyFile(ledger, join(dataDir, ledgerFile));
    return erased;
  } finally {
    await client.end();
  }
};

/** Takes away what an interrupted restore has left; the mark goes last. */
const clear = async (dataDir: string): Promise<void> => {
  await stopEmbeddedPostgres(dataDir); // It outlives whoever started it.
  for (const name of await readdir(dataDir)) {
    if (name !== restoringFile) await rm(join(dataDir, name), { recursive: true, force: true });
  }
};

const full = /No space left on device|Disk quota exceeded/;

const told = (dataDir: string, error: unknown): unknown => {
  const { code } = error as { code?: string };
  const message = error instanceof Error ? error.message : String(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== '53100' && !full.test(message)) return error;
  return new CannotStart('data_directory_unusable', `The disk with ${dataDir} is full. Nothing was left there.`, {
    cause: error,
  });
};

export type RestoreOptions = {
  source: string;
  dataDir: string;
  /** The public key that the checkpoint has to be signed with, or one it vouches for; null trusts the backup's own. */
  key: Verifier | null;
  /** The erasure ledger of the server: what was erased after the backup was made stays erased. */
  erasures?: string;
  say: (line: string) => void;
};
export type Restored = { manifest: Manifest; checked: Checked };

/** The steps, in their order; each of them rejects with `CannotStart` where the backup is to blame. */
const restoreInto = async (options: RestoreOptions, source: string, dataDir: string): Promise<Restored> => {
  const { say, key } = options;
  const manifest = await readManifest(source);
  say('Reading the backup ...');
  await verifyParts(source, manifest);
  await restoreFiles(source, dataDir, manifest);
  const server = await startEmbeddedPostgres({ dataDir, restoring: true });
  try {
    say(`Restoring ${manifest.events} events ...`);
    await fill(server.connection, source, manifest);
    const { connection } = server;
    const checked = await checkRestored({ connection, dataDir, source, manifest, key, say });
    if (options.erasures !== undefined) {
      const erased = await eraseAgain(connection, dataDir, options.erasures);
      say(`Erased again ${erased} keys that the ledger names.`);
    }
    return { manifest, checked };
  } finally {
    await server.stop();
  }
};

/** Takes an empty or new directory, or one where a restore was interrupted; until it ends, nobody else uses it. */
const takePlace = async (dataDir: string, source: string, say: RestoreOptions['say']): Promise<void> => {
  const found = await foundAt(dataDir);
  if (found === 'taken') {
    const message = `${dataDir} is not empty. Name a new directory with --data DIR.`;
    throw new CannotStart('data_directory_unusable', message);
  }
  await makeDirectory(dataDir, 0o711);
  if (found === 'interrupted') {
    say('An earlier restore was interrupted here: this one begins afresh.');
    await clear(dataDir);
  } else await writeFileAtomic(join(dataDir, restoringFile), `${source}\n`);
};

/**
 * Restores into a directory that is free, or in which an earlier restore was interrupted. Rejects with `CannotStart`
 * when the backup is damaged or the place is taken; then nothing is left there.
 */
export const restore = async (options: RestoreOptions): Promise<Restored> => {
  const [source, dataDir] = [resolve(options.source), resolve(options.dataDir)];
  const release = await tryLock(`restore into ${dataDir}`);
  if (!release) throw new CannotStart('data_directory_unusable', `Another restore into ${dataDir} is under way.`);
  try {
    await takePlace(dataDir, source, options.say).catch((error: unknown) => {
      throw whyDirectoryUnusable(dataDir, error);
    });
    try {
      const restored = await restoreInto(options, source, dataDir);
      await rm(join(dataDir, restoringFile));
      await syncDirectory(dataDir);
      return restored;
    } catch (error) {
      await clear(dataDir);
      await rm(dataDir, { recursive: true, force: true });
      throw told(dataDir, error);
    }
  } finally {
    await release();
  }
};
