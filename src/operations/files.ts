// Files that are there whole or not at all.
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The code of a system error such as ENOENT, or null. */
export const errnoOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

const unwritable: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a directory',
};

/** A directory that is there and takes nothing, as /proc; the system says ENOENT, as if it were missing. */
class TakesNothing extends Error {
  readonly code = 'ENOENT';

  constructor(directory: string, cause: unknown) {
    super(`nothing can be made in ${directory}`, { cause });
  }
}

/** Why a place cannot be written, in words; undefined where whoever named it can do nothing about the error. */
export const whyUnwritable = (error: unknown): string | undefined =>
  error instanceof TakesNothing ? error.message : unwritable[errnoOf(error) ?? ''];

/** The error of making something in a directory that was there just before. */
const takesNothing =
  (directory: string) =>
  (error: unknown): never => {
    throw errnoOf(error) === 'ENOENT' ? new TakesNothing(directory, error) : error;
  };

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;

/**
 * Makes a directory where there is none, and those above it. The recursive `mkdir` of Node.js tries for ever where one
 * is there but takes nothing.
 */
export const makeDirectory = async (path: string, mode = 0o777): Promise<void> => {
  const above = dirname(path);
  const make = async (): Promise<void> => {
    try {
      await mkdir(path, { mode });
    } catch (error) {
      if (!(await isDirectory(path))) throw error;
    }
  };
  try {
    await make();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || above === path) throw error;
    await makeDirectory(above, mode);
    await make().catch(takesNothing(above));
  }
};

/** Makes names in a directory durable. */
export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

let draft = 0;

/**
 * Replaces a file durably by what `fill` writes, piece by piece: after a crash the old content is there or the new one,
 * never a part of it. Where `fill` rejects, the old content stays.
 */
export const replaceFile = async (
  path: string,
  fill: (write: (content: string | Uint8Array) => Promise<void>) => Promise<void>,
  mode = 0o600,
): Promise<void> => {
  const directory = dirname(path);
  await makeDirectory(directory);
  draft += 1;
  const partial = `${path}.${process.pid}.${draft}.partial`;
  const handle = await open(partial, 'w', mode).catch(takesNothing(directory));
  try {
    await handle.chmod(mode);
    await fill((content) => handle.writeFile(content));
    await handle.sync();
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await syncDirectory(directory);
};

/** The same with content that is there as a whole. */
export const writeFileAtomic = (path: string, content: string | Uint8Array, mode = 0o600): Promise<void> =>
  replaceFile(path, (write) => write(content), mode);

/** The text of a file, or null when there is none. */
export const readTextIfAny = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
};
