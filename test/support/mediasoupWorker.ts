// Which media worker binary the tests use.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The binary MEDIASOUP_WORKER_BIN names, or else the newest in the per-user cache. Throws when there is none. */
export const mediasoupWorkerBin = (): string => {
  const named = process.env['MEDIASOUP_WORKER_BIN'];
  if (named) return named;
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hansard');
  const built = existsSync(cache) ? readdirSync(cache) : [];
  const [newest] = built
    .filter((name) => /^mediasoup-worker-[\d.]+$/.test(name))
    .map((name) => join(cache, name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!newest) throw new Error('There is no media worker binary: set MEDIASOUP_WORKER_BIN, or run ./hansard test once');
  return newest;
};
