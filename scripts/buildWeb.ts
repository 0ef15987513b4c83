// Builds the pages when their sources changed since the last build.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'web/dist/.stamp');

/** Sources outside `web` that the pages are made from. */
const fromServer = ['src/domain/refusals.ts', 'src/domain/inputProblems.ts'];

const sourcesHash = async (): Promise<string> => {
  const hash = createHash('sha256');
  const inWeb = await readdir(join(root, 'web'), { recursive: true, withFileTypes: true });
  const files = inWeb
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes('/web/dist/'))
    .concat(
      ['package-lock.json', ...fromServer].map((file) => join(root, file)),
      fileURLToPath(import.meta.url),
    )
    .toSorted();
  for (const file of files) hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest('hex');
};

/** Builds `web/dist` unless it was built from the very same sources. Answers whether it had to. */
export const ensureWebBuilt = async (): Promise<boolean> => {
  const wanted = await sourcesHash();
  const built = await readFile(stampFile, 'utf8').catch(() => null);
  if (built === wanted) return false;
  // A process of its own: under a test runner NODE_ENV says "test", and React would be built for development.
  await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', join(root, 'web'), '--logLevel', 'warn'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  );
  await writeFile(stampFile, wanted);
  return true;
};
