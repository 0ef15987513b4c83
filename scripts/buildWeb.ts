// Builds the pages when their sources changed since the last build.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'web/dist/.stamp');

const sourcesHash = async (): Promise<string> => {
  const hash = createHash('sha256');
  const inWeb = await readdir(join(root, 'web'), { recursive: true, withFileTypes: true });
  const files = inWeb
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes('/web/dist/'))
    .concat(join(root, 'package-lock.json'), join(root, 'src/media/protocol.ts'))
    .toSorted();
  for (const file of files) hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest('hex');
};

/** Builds `web/dist` unless it was built from the very same sources. Answers whether it had to. */
export const ensureWebBuilt = async (): Promise<boolean> => {
  const wanted = await sourcesHash();
  const built = await readFile(stampFile, 'utf8').catch(() => null);
  if (built === wanted) return false;
  await build({ root: join(root, 'web'), logLevel: 'warn' });
  await writeFile(stampFile, wanted);
  return true;
};
