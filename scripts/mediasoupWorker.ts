// Gets the mediasoup worker binary: downloaded where that works, otherwise built from the sources in the package.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { rootPrefix } from './aptPackages.ts';

export type WorkerOptions = {
  env?: Record<string, string | undefined>;
  say?: (line: string) => void;
  /** How long the download may take to begin. */
  downloadTimeoutMs?: number;
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packageDir = join(root, 'node_modules', 'mediasoup');
const builder = join(root, 'scripts', 'mediasoup-worker', 'build-mediasoup-worker.sh');
const transferTimeoutMs = 120_000;

const Package = z.object({ version: z.string(), repository: z.object({ url: z.string() }) });

/** Started by hand a worker that runs here exits with 41, since nobody tells it its version. */
const runsHere = (binary: string): boolean =>
  existsSync(binary) && spawnSync(binary, { env: {}, stdio: 'ignore' }).status === 41;

/** mediasoup's own name for the archive of this platform. */
const archiveName = (): string | null => {
  const asked = spawnSync(process.execPath, ['npm-scripts.mjs', 'worker:prebuild-name'], {
    cwd: packageDir,
    encoding: 'utf8',
  });
  return /mediasoup-worker-[\w.-]+\.tgz/.exec(asked.stdout)?.[0] ?? null;
};

const download = async (url: string, output: string, beginTimeoutMs: number): Promise<boolean> => {
  const begin = new AbortController();
  const timer = setTimeout(() => begin.abort(), beginTimeoutMs);
  const scratch = await mkdtemp(join(dirname(output), 'download-'));
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([begin.signal, AbortSignal.timeout(transferTimeoutMs)]),
    });
    clearTimeout(timer);
    if (!response.ok) return false;
    const archive = join(scratch, 'worker.tgz');
    await writeFile(archive, await response.bytes());
    const binary = join(scratch, 'mediasoup-worker');
    if (spawnSync('tar', ['-xzf', archive, '-C', scratch], { stdio: 'ignore' }).status !== 0) return false;
    await chmod(binary, 0o755);
    if (!runsHere(binary)) return false;
    await rename(binary, output);
    return true;
  } catch {
    return false; // Closed networks are a promise of this product: building is the other way.
  } finally {
    clearTimeout(timer);
    await rm(scratch, { recursive: true, force: true });
  }
};

const build = (output: string, say: (line: string) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...(rootPrefix() === null && { NO_APT: '1' }) };
    const child = spawn('bash', [builder, packageDir, output], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let messages = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      messages += chunk;
      for (const line of chunk.trimEnd().split('\n')) say(line);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const missing = /missing Debian packages: (.+)/.exec(messages)?.[1];
      const remedy = missing
        ? `As root, run: apt-get install --no-install-recommends ${missing}`
        : 'See the messages above, or set MEDIASOUP_WORKER_BIN to a binary that fits.';
      reject(new Error(`The media worker could not be built. ${remedy}`));
    });
  });

/**
 * Answers the path of a worker binary that runs here: the one MEDIASOUP_WORKER_BIN names, or the cached one of the
 * installed mediasoup version, which is downloaded or built first if need be (minutes, the first time only).
 */
export const ensureMediasoupWorker = async (options: WorkerOptions = {}): Promise<string> => {
  const { env = process.env, say = () => undefined, downloadTimeoutMs = 10_000 } = options;
  const named = env['MEDIASOUP_WORKER_BIN'];
  if (named) {
    accessSync(named, constants.X_OK);
    return named;
  }
  const { version, repository } = Package.parse(JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')));
  const cache = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hansard');
  const output = join(cache, `mediasoup-worker-${version}`);
  const built = existsSync(`${output}.stamp`); // Then the builder knows whether it is still current.
  if (!built && runsHere(output)) return output;
  await mkdir(cache, { recursive: true });
  if (!built) {
    say('Getting the media worker ...');
    const releases =
      env['MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'] ??
      `${repository.url.replace(/^git\+|\.git$/g, '')}/releases/download`;
    const name = archiveName();
    if (name !== null && (await download(`${releases}/${version}/${name}`, output, downloadTimeoutMs))) return output;
    say('It cannot be downloaded here, so it is built from its sources (about two minutes, once) ...');
  }
  await build(output, (line) => {
    if (!line.includes('up to date')) say(line);
  });
  return output;
};
