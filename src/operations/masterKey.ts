// The key over all keys, in a file of its own beside the database.
import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CannotStart } from './cannotStart.ts';
import { whyDirectoryUnusable } from './dataDirectory.ts';
import { errnoOf, makeDirectory, syncDirectory, writeFileAtomic } from './files.ts';

const keyBytes = 32;

const fileIn = (dataDir: string): string => join(dataDir, 'secrets', 'master.key');

const readKey = async (path: string): Promise<Buffer | null> => {
  let key: Buffer;
  try {
    key = await readFile(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return null;
    if (errno === 'ENOTDIR') throw whyDirectoryUnusable(dirname(dirname(path)), error);
    throw new CannotStart('master_key_unusable', `The master key ${path} cannot be read: run Hansard as its owner.`, {
      cause: error,
    });
  }
  if (key.length === keyBytes) return key;
  throw new CannotStart(
    'master_key_unusable',
    `The master key ${path} has ${key.length} bytes instead of ${keyBytes}: put it back from a backup.`,
  );
};

/** The key that is there, or null; makes none. Rejects with `CannotStart` where it cannot be used. */
export const presentMasterKeyIn = (dataDir: string): Promise<Buffer | null> => readKey(fileIn(dataDir));

/** Puts another master key into the place of the one in a data directory. */
export const keepMasterKeyIn =
  (dataDir: string) =>
  (key: Buffer): Promise<void> =>
    writeFileAtomic(fileIn(dataDir), key, 0o600);

/**
 * The 32 bytes in `secrets/master.key` of a data directory, made on first use and readable by its owner only. Whoever
 * comes first makes it; it is there whole or not at all. Rejects with `CannotStart`.
 */
export const masterKeyIn = async (dataDir: string): Promise<Buffer> => {
  const path = fileIn(dataDir);
  const directory = dirname(path);
  const present = await readKey(path);
  if (present) return present;
  const draft = join(directory, `master.key.${randomBytes(8).toString('hex')}`);
  const begin = async () => {
    await makeDirectory(directory, 0o700);
    return open(draft, 'wx', 0o600);
  };
  const handle = await begin().catch((error: unknown) => {
    throw whyDirectoryUnusable(dataDir, error);
  });
  try {
    await handle.writeFile(randomBytes(keyBytes));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, path); // Unlike a rename it never replaces a key that another process has just made.
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  await rm(draft);
  await syncDirectory(directory);
  const made = await readKey(path);
  if (made) return made;
  throw new CannotStart('master_key_unusable', `The master key ${path} vanished while it was made.`);
};
