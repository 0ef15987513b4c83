// What a backup says of itself: its parts with their hashes, and what a restore has to come to.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { CannotStart } from './cannotStart.ts';
import { errnoOf, writeFileAtomic } from './files.ts';

export const backupSchemas = ['log', 'vault'] as const;

/** Directories of the data directory that a backup holds beside the database. */
export const keptDirectories = ['witnessed'] as const;

const format = 2;
const manifestName = 'manifest.json';
const hashName = 'manifest.sha256';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Part = z.object({ file: z.string().regex(/^[\w][\w.-]*$/), sha256 });
const count = z.int().nonnegative();

/** A read model as it was at the backup: its tables have these many rows, whose hashes have this sum. */
const ReadModel = z.object({
  name: z.string(),
  version: z.int(),
  position: z.string().nullable(),
  tables: z.array(z.object({ table: z.string(), rows: z.string(), sum: z.string() })),
});

export const Manifest = z.object({
  format: z.int().min(1).max(format),
  createdAt: z.iso.datetime(),
  logId: z.uuid(),
  /** Number of events, which is the position of the last one. */
  events: count,
  versions: z.object({ log: z.int().positive(), vault: z.int().positive() }),
  tables: z.array(
    Part.extend({ schema: z.enum(backupSchemas), table: z.string(), columns: z.array(z.string()), rows: count }),
  ),
  secrets: z.array(Part.extend({ name: z.string().regex(/^[\w.-]+$/) })),
  /** Files of `keptDirectories`, by their path below the data directory. */
  files: z.array(Part.extend({ path: z.string().regex(/^witnessed\/\w[\w.-]*$/) })).default([]),
  /** The tree as far as it was built; its root in base64. */
  tree: z.object({ size: count, root: z.string() }).nullable().default(null),
  readModels: z.array(ReadModel).default([]),
});

export type Manifest = z.infer<typeof Manifest>;
export type Table = Manifest['tables'][number];
export type ReadModel = z.infer<typeof ReadModel>;

export const presentFormat = format;

/** SHA-256 of a file, in hex. */
const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** Writes the manifest last of all, with its own hash beside it. */
export const writeManifest = async (directory: string, manifest: Manifest): Promise<void> => {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const hash = createHash('sha256').update(text).digest('hex');
  await writeFileAtomic(join(directory, hashName), `${hash}  ${manifestName}\n`, 0o600);
  await writeFileAtomic(join(directory, manifestName), text, 0o600);
};

export const unusable = (source: string, why: string, cause?: unknown): CannotStart =>
  new CannotStart('backup_unusable', `The backup ${source} cannot be used: ${why}. Take another one.`, { cause });

const textIn = async (source: string, name: string): Promise<string> => {
  try {
    return await readFile(join(source, name), 'utf8');
  } catch (error) {
    if (name === hashName && errnoOf(error) === 'ENOENT') return '';
    throw unusable(source, `it has no readable ${name}`, error);
  }
};

/** The manifest of a backup. Rejects with `CannotStart` where it is none, is damaged, or is of a newer program. */
export const readManifest = async (source: string): Promise<Manifest> => {
  const [text, hash] = [await textIn(source, manifestName), await textIn(source, hashName)];
  const found = createHash('sha256').update(text).digest('hex');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw unusable(source, `its ${manifestName} is damaged`, error);
  }
  const { success, data } = z.object({ format: z.int().min(1) }).safeParse(parsed);
  if (!success) throw unusable(source, `its ${manifestName} is damaged`);
  // The first format had no hash of the manifest.
  if ((data.format > 1 || hash !== '') && hash !== `${found}  ${manifestName}\n`)
    throw unusable(source, `its ${manifestName} is not what was written`);
  if (data.format > format)
    throw unusable(
      source,
      `it has format ${data.format} and was made by a newer Hansard, which has to restore it; this one knows ${format}`,
    );
  const manifest = Manifest.safeParse(parsed);
  if (manifest.success) return manifest.data;
  throw unusable(source, `its ${manifestName} is damaged`, manifest.error);
};

/** Reads every part. Rejects with `CannotStart` where one is missing or is not what was written. */
export const verifyParts = async (source: string, { tables, secrets, files }: Manifest): Promise<void> => {
  for (const { file, sha256 } of [...tables, ...secrets, ...files]) {
    const found = await sha256Of(join(source, file)).catch((error: unknown) => {
      throw unusable(source, `${file} cannot be read`, error);
    });
    if (found !== sha256) throw unusable(source, `${file} is not what was written`);
  }
};
