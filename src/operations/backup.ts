// Backup of what cannot be rebuilt: the log, the vault and the secrets. Logical, so it also leads to another
// PostgreSQL.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { z } from 'zod';
import { CannotStart } from './cannotStart.ts';
import { errnoOf, syncDirectory, writeFileAtomic } from './files.ts';

const backupSchemas = ['log', 'vault'] as const;

const Part = z.object({ file: z.string().regex(/^[\w.-]+$/), sha256: z.string() });

export const Manifest = z.object({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  logId: z.uuid(),
  /** Number of events, which is the position of the last one. */
  events: z.int().nonnegative(),
  versions: z.object({ log: z.int().positive(), vault: z.int().positive() }),
  tables: z.array(
    Part.extend({ schema: z.enum(backupSchemas), table: z.string(), columns: z.array(z.string()), rows: z.int() }),
  ),
  secrets: z.array(Part.extend({ name: z.string().regex(/^[\w.-]+$/) })),
});

export type Manifest = z.infer<typeof Manifest>;
type Table = Manifest['tables'][number];

/** SHA-256 of a file, in hex. */
export const sha256Of = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

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

const copySecrets = async (dataDir: string, directory: string): Promise<Manifest['secrets']> => {
  const names = await readdir(join(dataDir, 'secrets'));
  return Promise.all(
    names
      .filter((name) => /^[\w-]+\.(key|crt)$/.test(name))
      .map(async (name) => {
        const file = `secret.${name}`;
        await copyFile(join(dataDir, 'secrets', name), join(directory, file));
        return { name, file, sha256: await sha256Of(join(directory, file)) };
      }),
  );
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

const writeParts = async (client: pg.ClientBase, dataDir: string, directory: string, now: Date): Promise<Manifest> => {
  // One snapshot for everything: no event without its key, and none twice.
  await client.query('begin isolation level repeatable read read only');
  const { logId, events, ...versions } = await readFacts(client);
  const tables: Table[] = [];
  for (const table of await tablesIn(client)) tables.push(await copyOut(client, directory, table));
  await client.query('commit');
  const secrets = await copySecrets(dataDir, directory);
  const manifest: Manifest = { format: 1, createdAt: now.toISOString(), logId, events, versions, tables, secrets };
  await writeFileAtomic(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, 0o600);
  return manifest;
};

export type BackupOptions = { connection: pg.ClientConfig; dataDir: string; target: string; now: Date };

/**
 * Writes a consistent backup of a running server into the new directory `target`, which is there whole or not at all.
 * It holds the master key: whoever reads it reads everything.
 */
export const backup = async ({ connection, dataDir, target: asked, now }: BackupOptions): Promise<Manifest> => {
  const target = resolve(asked);
  if (await exists(target)) {
    throw new CannotStart('backup_unusable', `There is something at ${target} already. Name a place that is free.`);
  }
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const client = new pg.Client({ ...connection, application_name: 'hansard backup' });
  client.on('error', () => undefined); // The statement under way is told.
  try {
    await client.connect();
    const manifest = await writeParts(client, dataDir, partial, now);
    await rename(partial, target);
    await syncDirectory(dirname(target));
    return manifest;
  } finally {
    await client.end();
    await rm(partial, { recursive: true, force: true });
  }
};
