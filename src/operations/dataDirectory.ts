// The data directory: whether it can be used at all, and which program may touch what is in it.
import { constants } from 'node:fs';
import { access, chmod, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CannotStart } from './cannotStart.ts';
import { ledgerFile } from './erasureLedger.ts';
import { errnoOf, makeDirectory, readTextIfAny, whyUnwritable, writeFileAtomic } from './files.ts';
import { exclusively } from './processes.ts';

/** Carries the data from one format to the next; the n-th step (from 1) makes format n+1 out of n. */
export type FormatStep = (dataDir: string) => Promise<void>;

// Steps are added, never edited or removed: a directory may come from any older program.
const steps: readonly FormatStep[] = [];

const formatFile = 'format';
/** In a directory that a restore has not finished: nothing in it is to be used. */
export const restoringFile = 'restoring';
const ownNames = new Set([
  formatFile,
  'pg18',
  'pg18.init',
  'run',
  'secrets',
  'logs',
  'state.json',
  ledgerFile,
  'postgres',
  'lost+found',
  'witnessed',
  restoringFile,
]);

const unusable = (dataDir: string, why: string, cause?: unknown) =>
  new CannotStart(
    'data_directory_unusable',
    `The data directory ${dataDir} cannot be used: ${why}. Name another one with --data DIR.`,
    { cause },
  );

/** What to tell where a data directory takes nothing; any other error as it is. */
export const whyDirectoryUnusable = (dataDir: string, error: unknown): unknown => {
  const why = whyUnwritable(error);
  return why === undefined ? error : unusable(dataDir, why, error);
};

const prepare = async (dataDir: string): Promise<string> => {
  try {
    await makeDirectory(dataDir, 0o711);
    const real = await realpath(dataDir);
    await access(real, constants.R_OK | constants.W_OK | constants.X_OK);
    return real;
  } catch (error) {
    const isFile = errnoOf(error) === 'EEXIST';
    const why = isFile ? 'it is a file, not a directory' : (whyUnwritable(error) ?? String(error));
    throw unusable(dataDir, why, error);
  }
};

const bringToPresentFormat = async (dataDir: string, upgrades: readonly FormatStep[]): Promise<void> => {
  const present = upgrades.length + 1;
  const record = (format: number) => writeFileAtomic(join(dataDir, formatFile), `${format}\n`, 0o644);
  const recorded = await readTextIfAny(join(dataDir, formatFile));
  if (recorded === null) {
    const foreign = (await readdir(dataDir)).find((name) => !ownNames.has(name));
    if (foreign !== undefined) throw unusable(dataDir, `it holds other files (${foreign}) and no Hansard data`);
    return record(present);
  }
  const found = Number(recorded);
  if (!Number.isSafeInteger(found) || found < 1) throw unusable(dataDir, `its file "${formatFile}" is damaged`);
  if (found > present) {
    throw new CannotStart(
      'data_format_newer',
      `The data in ${dataDir} has format ${found} and was written by a newer Hansard; this one knows format ${present}. ` +
        'Start the newer version, or restore a backup that this version made.',
    );
  }
  for (const [index, step] of upgrades.entries()) {
    if (index + 1 < found) continue;
    await step(dataDir);
    await record(index + 2);
  }
};

const refuseHalfRestored = async (dataDir: string): Promise<void> => {
  const source = await readTextIfAny(join(dataDir, restoringFile));
  if (source === null) return;
  throw new CannotStart(
    'data_directory_unusable',
    `A restore into ${dataDir} did not come to its end, so nothing there can be used. ` +
      `Run it again: ./hansard restore ${source.trim()} --data ${dataDir}`,
  );
};

/**
 * Makes sure that a directory can hold Hansard's data, creates it if need be, and carries it to the present format.
 * Answers its real path. Rejects with `CannotStart` when it cannot work, was written by a newer program,
 * or holds a restore that was interrupted, unless it is the restore that asks.
 */
export const openDataDirectory = async (
  dataDir: string,
  upgrades: readonly FormatStep[] = steps,
  { restoring = false }: { restoring?: boolean } = {},
): Promise<string> => {
  const real = await prepare(dataDir);
  if (!restoring) await refuseHalfRestored(real);
  await exclusively(`the format of ${real}`, 60_000, () => bringToPresentFormat(real, upgrades));
  return real;
};

/** The first directory on the way to `path`, itself included, that other users may not pass; null when all may. */
export const closedToOthers = async (path: string): Promise<string | null> => {
  const parent = dirname(path);
  if (parent !== path) {
    const closed = await closedToOthers(parent);
    if (closed !== null) return closed;
  }
  const { mode } = await stat(path);
  return (mode & 0o001) === 0 ? path : null;
};

/** Lets another user pass through the data directory itself; the directories above it are not ours to change. */
export const openToServers = async (dataDir: string): Promise<void> => {
  const { mode } = await stat(dataDir);
  if ((mode & 0o001) === 0) await chmod(dataDir, (mode & 0o7777) | 0o011);
  const closed = await closedToOthers(dataDir);
  if (closed === null) return;
  throw unusable(
    dataDir,
    `PostgreSQL does not run as root, and its own user may not pass through ${closed} (run: chmod o+x ${closed})`,
  );
};
