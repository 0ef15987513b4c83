// Restores a backup into a new data directory, which appears only when all of it is there and checked.
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { logSteps } from '../commands/postgresLogSchema.ts';
import { migrateSchema } from '../commands/postgresMigrate.ts';
import { vaultSteps } from '../commands/postgresVaultSchema.ts';
import { Manifest, quoted, sha256Of } from './backup.ts';
import { CannotStart } from './cannotStart.ts';
import { type Connection, startEmbeddedPostgres } from './embeddedPostgres.ts';
import { errnoOf, syncDirectory } from './files.ts';

const unusable = (source: string, why: string, cause?: unknown) =>
  new CannotStart('backup_unusable', `The backup ${source} cannot be used: ${why}. Take another one.`, { cause });

const readManifest = async (source: string): Promise<Manifest> => {
  let text: string;
  try {
    text = await readFile(join(source, 'manifest.json'), 'utf8');
  } catch (error) {
    throw unusable(source, 'it has no readable manifest.json', error);
  }
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    throw unusable(source, 'its manifest.json is damaged or of a newer Hansard', error);
  }
};

const verifyParts = async (source: string, { tables, secrets }: Manifest): Promise<void> => {
  for (const { file, sha256 } of [...tables, ...secrets]) {
    const found = await sha256Of(join(source, file)).catch((error: unknown) => {
      throw unusable(source, `${file} cannot be read`, error);
    });
    if (found !== sha256) throw unusable(source, `${file} is not what was written`);
  }
};

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
  // First the schema it was taken from; the next start carries it on to the present one.
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

const isFree = async (dataDir: string): Promise<boolean> => {
  try {
    return (await readdir(dataDir)).length === 0;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
};

/** Rejects with `CannotStart` when the backup is damaged or the place is taken; then nothing has changed there. */
export const restore = async (options: { source: string; dataDir: string }): Promise<Manifest> => {
  const [source, dataDir] = [resolve(options.source), resolve(options.dataDir)];
  if (!(await isFree(dataDir))) {
    throw new CannotStart('data_directory_unusable', `${dataDir} is not empty. Name a new directory with --data DIR.`);
  }
  const manifest = await readManifest(source);
  await verifyParts(source, manifest);
  const staging = join(dirname(dataDir), `.${basename(dataDir)}.restoring`);
  await rm(staging, { recursive: true, force: true }); // Of a restore that was interrupted.
  try {
    const server = await startEmbeddedPostgres({ dataDir: staging });
    try {
      await fill(server.connection, source, manifest);
    } finally {
      await server.stop();
    }
    await mkdir(join(staging, 'secrets'), { recursive: true, mode: 0o700 });
    for (const { name, file } of manifest.secrets) await copyFile(join(source, file), join(staging, 'secrets', name));
    await rename(staging, dataDir);
    await syncDirectory(dirname(dataDir));
    return manifest;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};
