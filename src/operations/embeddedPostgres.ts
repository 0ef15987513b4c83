// Runs the PostgreSQL of an installation that has no database server of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, open, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { CannotStart } from './cannotStart.ts';
import { openDataDirectory, openToServers } from './dataDirectory.ts';
import { errnoOf, makeDirectory, readTextIfAny, syncDirectory } from './files.ts';
import { type Binaries, binariesFor, type RunAs, serverUser } from './postgresBinaries.ts';
import { commandLineOf, exclusively, isAlive, untilTrue } from './processes.ts';

export type Connection = { host: string; port: number; user: string; database: string };

export type EmbeddedPostgres = {
  connection: Connection;
  pid: number;
  /** Whether it was running already, left behind by a process that was killed. */
  adopted: boolean;
  /** Settled once the server is gone, for whatever reason. */
  exited: Promise<void>;
  /** Ends sessions, writes a checkpoint and waits for the end. Idempotent. */
  stop: () => Promise<void>;
};

export type EmbeddedPostgresOptions = {
  dataDir: string;
  /** Settings of postgresql.conf, over ours. */
  settings?: Record<string, string>;
  /** Where bin, lib and share are, when not in the npm package. */
  binaries?: string;
  /** Recovery after a crash may take long; nothing is lost by waiting. */
  startTimeoutMs?: number;
  /** It is a restore that starts it. */
  restoring?: boolean;
};

const majorVersion = '18';
const clusterIn = (dataDir: string): string => join(dataDir, `pg${majorVersion}`);
const user = 'hansard';
const database = 'hansard';
const port = 5432; // Names the socket file and nothing else: there is no TCP listener.
// sun_path of unix(7) holds 107 bytes and a final zero.
const socketPathBytesMax = 107;
const logBytesMax = 8 * 1024 * 1024;

const defaults: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  port: String(port),
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_min_messages: 'warning',
  // Containers often have a tiny /dev/shm.
  dynamic_shared_memory_type: 'mmap',
};

// Nothing is inherited: a PGDATA or LD_LIBRARY_PATH of the caller must not change what runs.
const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

type Place = { dataDir: string; cluster: string; socketDir: string; log: string; runAs: RunAs; binaries: Binaries };

const failed = (what: string, log: string, cause?: unknown) => {
  const lines = log.trim().split('\n');
  const telling = lines.findLast((line) => /FATAL|PANIC|ERROR|error:/.test(line)) ?? lines.at(-1) ?? '';
  return new CannotStart('postgres_failed', `${what}: ${telling.trim() || 'it gave no reason'}`, { cause });
};

const run = (command: string, args: string[], runAs: RunAs): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: environment, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...runAs });
    let output = '';
    const collect = (chunk: Buffer) => void (output = (output + chunk.toString('utf8')).slice(-8000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });

const ownedDirectory = async (path: string, runAs: RunAs, mode: number): Promise<void> => {
  await makeDirectory(path, mode);
  if (runAs) await chown(path, runAs.uid, runAs.gid);
  await chmod(path, mode);
};

const socketDirectory = async (dataDir: string, runAs: RunAs): Promise<string> => {
  const inside = join(dataDir, 'run');
  const fits = Buffer.byteLength(join(inside, `.s.PGSQL.${port}`)) <= socketPathBytesMax;
  if (fits) {
    await ownedDirectory(inside, runAs, 0o700);
    return inside;
  }
  const outside = join(tmpdir(), `hansard-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  try {
    await mkdir(outside, { mode: 0o700 });
    if (runAs) await chown(outside, runAs.uid, runAs.gid);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  // Anybody may write to the directory above: what was there before us must be ours.
  const found = await lstat(outside);
  if (!found.isDirectory() || found.uid !== (runAs?.uid ?? process.getuid?.()) || (found.mode & 0o077) !== 0) {
    throw new CannotStart(
      'data_directory_unusable',
      `The path ${dataDir} is too long for a socket, and ${outside}, where it would go instead, belongs to somebody else. ` +
        'Choose a shorter path with --data DIR.',
    );
  }
  return outside;
};

/** Makes the cluster beside its final place and renames it, so that an interruption leaves no half of one behind. */
const createCluster = async ({ cluster, dataDir, runAs, binaries }: Place): Promise<void> => {
  const partial = `${cluster}.init`;
  await rm(partial, { recursive: true, force: true });
  await ownedDirectory(partial, runAs, 0o700);
  const args = ['-D', partial, '-U', user, '-E', 'UTF8', '--auth-local=trust', '--auth-host=reject'];
  // The builtin provider sorts alike everywhere; the ICU inside these binaries is years old.
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--data-checksums');
  const { code, output } = await run(binaries.initdb, [...args, '--no-instructions'], runAs);
  if (code !== 0) {
    await rm(partial, { recursive: true, force: true });
    const what = `PostgreSQL cannot set up its files in ${dataDir} (choose a directory on a local disk with --data DIR)`;
    throw failed(what, output);
  }
  await rename(partial, cluster);
  await syncDirectory(dataDir);
};

/** Whether a data directory has a database of its own, which need not run. */
export const hasEmbeddedPostgres = async (dataDir: string): Promise<boolean> =>
  (await readTextIfAny(join(clusterIn(dataDir), 'PG_VERSION'))) !== null;

/** Whether there is a cluster, of the version we can run and the user we are. */
const clusterExists = async ({ cluster, dataDir }: Place): Promise<boolean> => {
  const found = await readTextIfAny(join(cluster, 'PG_VERSION')).catch((error: unknown) => {
    throw new CannotStart(
      'data_directory_unusable',
      `The database in ${dataDir} belongs to another user. Start Hansard as the user who created it, or as root.`,
      { cause: error },
    );
  });
  if (found === null) return false;
  if (found.trim() === majorVersion) return true;
  throw new CannotStart(
    'data_major_version',
    `The database in ${dataDir} belongs to PostgreSQL ${found.trim()}, this Hansard brings ${majorVersion}. ` +
      'Make a backup with the version that wrote it, and restore that into a new directory.',
  );
};

const connectionTo = ({ socketDir }: Place, name = database): Connection => ({
  host: socketDir,
  port,
  user,
  database: name,
});

const answers = async (place: Place): Promise<boolean> => {
  const client = new pg.Client({ ...connectionTo(place, 'postgres'), connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined); // A server that goes away while asked has answered: no.
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const ensureDatabase = async (place: Place): Promise<void> => {
  const client = new pg.Client(connectionTo(place, 'postgres'));
  client.on('error', () => undefined); // The statement under way is told.
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
};

/** The pid of a server that runs on this cluster, or null. A pid file may outlive its server, and pids are reused. */
const runningServer = async (cluster: string): Promise<number | null> => {
  const file = join(cluster, 'postmaster.pid');
  const pid = Number.parseInt((await readTextIfAny(file)) ?? '', 10);
  if (!(pid > 0) || !isAlive(pid)) return null; // PostgreSQL itself replaces the file of a dead server.
  const [program, ...args] = commandLineOf(pid);
  if (basename(program ?? '') === 'postgres' && args.includes(cluster)) return pid;
  await rm(file, { force: true });
  return null;
};

const launch = async (place: Place, settings: Record<string, string>): Promise<ChildProcess> => {
  const all = { ...defaults, unix_socket_directories: place.socketDir, ...settings };
  const args = ['-D', place.cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const log = await open(place.log, 'a', 0o600);
  try {
    // In a process group of its own: Ctrl-C is for us, and we stop it in order.
    const stdio = ['ignore', log.fd, log.fd] as const;
    const child = spawn(place.binaries.postgres, args, {
      env: environment,
      cwd: '/',
      detached: true,
      stdio: [...stdio],
      ...place.runAs,
    });
    await new Promise((resolve, reject) => void child.once('spawn', resolve).once('error', reject));
    child.unref();
    return child;
  } finally {
    await log.close();
  }
};

/** Where the next lines of the log will start; a long log is begun anew. */
const logStart = async (path: string): Promise<number> => {
  try {
    const { size } = await stat(path);
    if (size <= logBytesMax) return size;
    await truncate(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return 0;
};

// The sessions of a server that was killed outlive it for a moment, and PostgreSQL rightly waits for none of them.
const predecessorLives = /pre-existing shared memory block|lock file "[^"]+" already exists/;

const startServer = async (
  place: Place,
  settings: Record<string, string>,
  timeoutMs: number,
): Promise<ChildProcess> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const from = await logStart(place.log);
    const child = await launch(place, settings);
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    if (await untilTrue(async () => ended() || (await answers(place)), deadline - performance.now())) {
      if (!ended()) return child;
    } else {
      child.kill('SIGINT');
    }
    const log = (await readFile(place.log)).subarray(from).toString('utf8');
    if (!predecessorLives.test(log) || performance.now() > deadline) {
      throw failed(ended() ? 'PostgreSQL ended while it started' : 'PostgreSQL did not get ready in time', log);
    }
    await delay(100);
  }
};

const stopServer = async (pid: number): Promise<void> => {
  const gone = () => !isAlive(pid);
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one (recovery follows at the next start).
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (gone()) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error;
    }
    if (await untilTrue(gone, 30_000)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) does not end`);
};

/** Nothing announces the end of a process that is not our child. */
const exitOfStranger = (pid: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(timer);
      resolve();
    }, 250);
    timer.unref();
  });

const exitOfChild = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

const handleOf = (place: Place, pid: number, child: ChildProcess | null): EmbeddedPostgres => {
  const stopped = Promise.withResolvers<void>();
  const ended = child ? exitOfChild(child) : exitOfStranger(pid);
  return {
    connection: connectionTo(place),
    pid,
    adopted: child === null,
    exited: Promise.race([ended, stopped.promise]),
    stop: async () => {
      await stopServer(pid);
      stopped.resolve();
    },
  };
};

/** Stops the server of a data directory if one runs; answers whether one did. */
export const stopEmbeddedPostgres = async (dataDir: string): Promise<boolean> => {
  const pid = await runningServer(clusterIn(dataDir));
  if (pid === null) return false;
  await stopServer(pid);
  return true;
};

/**
 * Starts the server of a data directory, creating its cluster first if need be, and answers once it takes
 * connections. One that was left running is adopted. It listens on a unix socket only, which just this user (and root)
 * can open. Rejects with `CannotStart`.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { settings = {}, startTimeoutMs = 120_000, restoring = false } = options;
  const dataDir = await openDataDirectory(options.dataDir, undefined, { restoring });
  return exclusively(`PostgreSQL in ${dataDir}`, startTimeoutMs, async () => {
    const cluster = clusterIn(dataDir);
    const runAs = await serverUser(cluster, process.getuid?.() ?? -1);
    if (runAs) await openToServers(dataDir);
    const place: Place = {
      dataDir,
      cluster,
      runAs,
      socketDir: await socketDirectory(dataDir, runAs),
      log: join(dataDir, 'logs', 'postgres.log'),
      binaries: await binariesFor(runAs, dataDir, options.binaries),
    };
    await makeDirectory(join(dataDir, 'logs'), 0o700);
    if (!(await clusterExists(place))) await createCluster(place);
    const running = await runningServer(cluster);
    if (running !== null && (await untilTrue(() => !isAlive(running) || answers(place), startTimeoutMs))) {
      if (isAlive(running)) {
        await ensureDatabase(place);
        return handleOf(place, running, null);
      }
    } else if (running !== null) {
      throw failed(
        `PostgreSQL (process ${running}) runs on ${dataDir} but does not answer; end it, then start again`,
        '',
      );
    }
    const child = await startServer(place, settings, startTimeoutMs);
    await ensureDatabase(place);
    return handleOf(place, child.pid ?? -1, child);
  });
};
