// Backup of what cannot be rebuilt: the log, the vault and the secrets. Logical, so it also leads to another
// PostgreSQL.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { vocabularies } from '../commands/vocabularies.ts';
import { checkpoint } from '../domain/proof/checkpoint.ts';
import { allProjections } from '../projections/allProjections.ts';
import { fingerprintsOf, spelling } from '../projections/foldTo.ts';
import { merkleTree } from '../projections/merkleTree.ts';
import type { Projection } from '../projections/projection.ts';
import { rootAt } from '../proof/merkle.ts';
import { nodesIn } from '../proof/tiles.ts';
import {
  backupSchemas,
  keptDirectories,
  type Manifest,
  presentFormat,
  type ReadModel,
  type Table,
  writeManifest,
} from './backupManifest.ts';
import { CannotStart } from './cannotStart.ts';
import { errnoOf, makeDirectory, syncDirectory, whyUnwritable } from './files.ts';

/** A name as SQL, safe whatever it holds. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const tablesIn = async (client: pg.ClientBase) => {
  type Row = { schema: (typeof backupSchemas)[number]; table: string; columns: string[] };
  const { rows } = await client.query<Row>(
    `select table_schema as schema, table_name as table,
       array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = any ($1) and table_type = 'BASE TABLE' and table_name <> 'meta' and is_generated = 'NEVER'
     group by 1, 2 order by 1, 2`,
    [[...backupSchemas]],
  );
  return rows;
};

const copyOut = async (
  client: pg.ClientBase,
  directory: string,
  table: Pick<Table, 'schema' | 'table' | 'columns'>,
) => {
  const file = `${table.schema}.${table.table}.copy.gz`;
  const columns = table.columns.map(quoted).join(', ');
  const source = client.query(copyTo(`copy ${table.schema}.${quoted(table.table)} (${columns}) to stdout`));
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(
    source,
    createGzip({ level: 3 }),
    hashing,
    createWriteStream(join(directory, file), { mode: 0o600, flush: true }),
  );
  return { ...table, file, sha256: hash.digest('hex'), rows: source.rowCount };
};

/** Copies a file and makes it durable; answers its hash. */
const copyDurably = async (from: string, to: string): Promise<string> => {
  const bytes = await readFile(from);
  await writeFile(to, bytes, { mode: 0o600, flush: true });
  return createHash('sha256').update(bytes).digest('hex');
};

const copySecrets = async (dataDir: string, directory: string): Promise<Manifest['secrets']> => {
  const names = await readdir(join(dataDir, 'secrets'));
  return Promise.all(
    names
      .filter((name) => /^[\w-]+\.(key|crt)$/.test(name))
      .map(async (name) => {
        const file = `secret.${name}`;
        return { name, file, sha256: await copyDurably(join(dataDir, 'secrets', name), join(directory, file)) };
      }),
  );
};

const namesIn = async (directory: string): Promise<string[]> => {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
};

/** Files that are no part of the database; what is just being written has another name until it is whole. */
const copyFiles = async (dataDir: string, directory: string): Promise<Manifest['files']> => {
  const files: Manifest['files'] = [];
  for (const kept of keptDirectories) {
    for (const name of (await namesIn(join(dataDir, kept))).toSorted()) {
      if (!/^\w[\w.-]*$/.test(name) || name.endsWith('.partial')) continue;
      const file = `file.${kept}.${name}`;
      const sha256 = await copyDurably(join(dataDir, kept, name), join(directory, file));
      files.push({ path: `${kept}/${name}`, file, sha256 });
    }
  }
  return files;
};

const isThere = async (client: pg.Client, table: string): Promise<boolean> =>
  (await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table])).rows[0]?.there ===
  true;

/** Read models as they are in this snapshot: those of this program's version, and that are not halted. */
const readModelsOf = async (client: pg.Client): Promise<ReadModel[]> => {
  const categories = [...vocabularies.keys()];
  const projections: readonly Pick<Projection, 'name' | 'version' | 'tables'>[] = [
    merkleTree(categories, checkpoint.category),
    ...allProjections(categories),
  ];
  if (!(await isThere(client, 'read.checkpoint'))) return [];
  const { rows } = await client.query<{ name: string; version: number; position: string | null }>(
    'select name, version, position from read.checkpoint where "haltedAt" is null order by name',
  );
  const found: ReadModel[] = [];
  for (const { name, version, position } of rows) {
    const projection = projections.find((each) => each.name === name && each.version === version);
    if (!projection || position === null) continue;
    found.push({ name, version, position, tables: await fingerprintsOf(client, projection.tables) });
  }
  return found;
};

/** The tree, as far as it is built in this snapshot. */
const treeOf = async (client: pg.Client): Promise<Manifest['tree']> => {
  if (!(await isThere(client, 'read.proof_tree'))) return null;
  const trees = await client.query<{ size: string }>('select size from read.proof_tree');
  const size = Number(trees.rows[0]?.size ?? 0);
  let last: Promise<unknown> = Promise.resolve();
  const tileAt = (level: number, index: number): Promise<Buffer> => {
    const text = 'select hashes from read.proof_tile where level = $1 and index = $2';
    // One connection has one snapshot, and answers one question at a time.
    const next = last.then(async () => {
      const { rows } = await client.query<{ hashes: Buffer }>({ name: 'tile', text, values: [level, index] });
      return rows[0]?.hashes ?? Buffer.alloc(0);
    });
    last = next;
    return next;
  };
  return size === 0 ? null : { size, root: (await rootAt(size, nodesIn(tileAt))).toString('base64') };
};

type Facts = { logId: string; events: number; log: number; vault: number };

const readFacts = async (client: pg.ClientBase): Promise<Facts> => {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('log.identity') is not null and to_regclass('vault.meta') is not null as there`,
  );
  if (rows[0]?.there !== true)
    throw new CannotStart('backup_unusable', 'There is no log to back up. Start Hansard once.');
  const found = await client.query<Facts>(
    `select i.log_id as "logId", h.position::int as events, l.version as log, v.version as vault
     from log.identity i, log.head h, log.meta l, vault.meta v`,
  );
  const [facts] = found.rows;
  assert(facts, 'A log has an identity, a head and versions');
  return facts;
};

const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
};

/** Held by whoever gives the keys another master: its halfway state must not be taken for a whole one. */
const holdMasterKey = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ held: boolean }>(
    `select pg_try_advisory_lock_shared(hashtextextended('hansard master key', 0)) as held`,
  );
  if (rows[0]?.held === true) return;
  throw new CannotStart('backup_unusable', 'The master key is being rotated. Make the backup once that has ended.');
};

const writeParts = async (client: pg.Client, options: BackupOptions, directory: string): Promise<Manifest> => {
  const { dataDir, now } = options;
  await holdMasterKey(client);
  // One snapshot for everything: no event without its key, and none twice.
  await client.query('begin isolation level repeatable read read only');
  const { logId, events, ...versions } = await readFacts(client);
  const tables: Table[] = [];
  for (const table of await tablesIn(client)) tables.push(await copyOut(client, directory, table));
  const readModels = await readModelsOf(client);
  const tree = await treeOf(client);
  await client.query('commit');
  const manifest: Manifest = {
    format: presentFormat,
    createdAt: now.toISOString(),
    logId,
    events,
    versions,
    tables,
    secrets: await copySecrets(dataDir, directory),
    files: await copyFiles(dataDir, directory),
    tree,
    readModels,
  };
  await writeManifest(directory, manifest);
  return manifest;
};

export type BackupOptions = {
  connection: pg.ClientConfig;
  dataDir: string;
  target: string;
  now: Date;
};

/** What whoever makes a backup can do something about. */
const told = (target: string, error: unknown): unknown => {
  const why = whyUnwritable(error);
  if (why === undefined) return error;
  return new CannotStart(
    'backup_unusable',
    `The backup cannot be written to ${target}: ${why}. Nothing of it was left there; name another place.`,
    { cause: error },
  );
};

/**
 * Writes a consistent backup of a running server into the new directory `target`, which is there whole or not at all.
 * It holds the master key: whoever reads it reads everything. Rejects with `CannotStart`.
 */
export const backup = async (options: BackupOptions): Promise<Manifest> => {
  const target = resolve(options.target);
  if (await exists(target)) {
    throw new CannotStart('backup_unusable', `There is something at ${target} already. Name a place that is free.`);
  }
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  const client = new pg.Client({
    connectionTimeoutMillis: 10_000,
    ...options.connection,
    options: spelling,
    application_name: 'hansard backup',
  });
  client.on('error', () => undefined); // The statement under way is told.
  try {
    await rm(partial, { recursive: true, force: true });
    await makeDirectory(partial, 0o700);
    await client.connect();
    const manifest = await writeParts(client, options, partial);
    await syncDirectory(partial);
    await rename(partial, target);
    await syncDirectory(dirname(target));
    return manifest;
  } catch (error) {
    throw told(target, error);
  } finally {
    await client.end();
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
  }
};
