// `hansard up`: PostgreSQL and the roles, started in order, watched, and stopped in the reverse order.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CannotStart } from './cannotStart.ts';
import { openDataDirectory } from './dataDirectory.ts';
import { type Connection, type EmbeddedPostgres, startEmbeddedPostgres } from './embeddedPostgres.ts';
import { type NodePlan, oneOfEach } from './nodePlans.ts';
import { claimPort, freePorts } from './ports.ts';
import { commandLineOf, isAlive, untilTrue } from './processes.ts';
import { answersReady } from './readiness.ts';
import { type RoleProcess, superviseRole } from './roleProcess.ts';
import { readiesOf } from './rollingRestart.ts';
import { dropStartGarbage, nodeFlagsOf } from './serverHeap.ts';
import { lockUp, readState, removeState, writeState } from './upState.ts';

type Env = Record<string, string | undefined>;

export type UpOptions = {
  dataDir: string;
  port: number;
  /** Interface to listen on. */
  host: string;
  /** Name or address for the printed URL. */
  shownHost: string;
  /** Port for the printed URL where another program listens in front of ours. */
  shownPort?: number;
  /** Files of the certificate; null means plain HTTP. */
  tls: { keyFile: string; certFile: string } | null;
  /** Passed on to the roles; `DATABASE_URL` in it replaces our own PostgreSQL. */
  env: Env;
  /** What is run as a role: interpreter, program and arguments, to which `serve --roles …` is added. */
  program: readonly string[];
  /** Gets ready what the roles need beside this (pages, media worker); answers variables for their environment. */
  prepare: (say: (line: string) => void) => Promise<Env>;
  say: (line: string) => void;
  /** Aborted when it shall stop. */
  stop: AbortSignal;
  readyTimeoutMs?: number;
  /** The processes to run, given the environment of all; one for media and one for everything else if absent. */
  plan?: (env: Env) => Promise<readonly NodePlan[]>;
  /** Called once it is up, with what starts all roles again at once, and the roles. */
  whenUp?: (restart: () => void, roles: readonly RoleProcess[]) => void;
};

type Started = { roles: RoleProcess[]; postgres: Postgres | null };

const apiGraceMs = 20_000;
const mediaGraceMs = 10_000;

const urlOf = ({ host, port, user, database }: Connection): string =>
  `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;

type Postgres = { connection: Connection; stop: () => Promise<void> };

/** Runs PostgreSQL and starts it again should it end. */
const keepPostgres = async (dataDir: string, say: (line: string) => void): Promise<Postgres> => {
  let server = await startEmbeddedPostgres({ dataDir });
  const stopping = new AbortController();
  const wanted = () => !stopping.signal.aborted;
  const again = async (): Promise<EmbeddedPostgres | null> => {
    for (let pauseMs = 100; wanted(); pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        return await startEmbeddedPostgres({ dataDir });
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
        await delay(pauseMs);
      }
    }
    return null;
  };
  const watch = async () => {
    while (wanted()) {
      await server.exited;
      if (!wanted()) return;
      say('PostgreSQL ended and is started again.');
      server = (await again()) ?? server;
    }
  };
  const watching = watch();
  return {
    connection: server.connection,
    stop: async () => {
      stopping.abort();
      await server.stop();
      await watching;
    },
  };
};

/** Ends roles whose supervisor was killed: they hold ports, and nobody would start them again. */
export const endOrphans = async (dataDir: string): Promise<void> => {
  const state = await readState(dataDir);
  for (const { pid } of state?.roles ?? []) {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (!isAlive(pid) || !commandLineOf(pid).includes('--roles')) break; // Gone, or the number is another's now.
      process.kill(pid, signal);
      await untilTrue(() => !isAlive(pid), apiGraceMs);
    }
  }
};

/** One that is free now may be taken when the media process comes to it, by another server that starts as well. */
const signallingPort = async ({ HANSARD_SIGNALLING_PORT: asked }: Env): Promise<Env> => {
  if (asked) return { HANSARD_SIGNALLING_PORT: asked };
  const found = await freePorts('127.0.0.1', 8081, 1);
  return { HANSARD_SIGNALLING_PORT: String(found), HANSARD_SIGNALLING_ANY_PORT: 'yes' };
};

const environmentOf = async (options: UpOptions, port: number, postgres: Postgres | null): Promise<Env> => {
  const { env, host, tls, dataDir } = options;
  const rtcListen = env['HANSARD_RTC_LISTEN'] ?? (tls ? '0.0.0.0' : '127.0.0.1');
  const rtcPorts = 2 * availableParallelism() + 1;
  const announced = tls && !env['HANSARD_RTC_ANNOUNCED'] ? { HANSARD_RTC_ANNOUNCED: options.shownHost } : {};
  return {
    ...env,
    ...announced,
    HANSARD_DATA: dataDir,
    HANSARD_HOST: host,
    HANSARD_PORT: String(port),
    ...(await signallingPort(env)),
    HANSARD_RTC_LISTEN: rtcListen,
    HANSARD_RTC_PORT: env['HANSARD_RTC_PORT'] ?? String(await freePorts(rtcListen, 40_000, rtcPorts)),
    ...(postgres && { DATABASE_URL: urlOf(postgres.connection) }),
    ...(tls && { HANSARD_TLS_KEY: tls.keyFile, HANSARD_TLS_CERT: tls.certFile }),
  };
};

/** The last line that says something: where in the program an error arose helps nobody who starts a server. */
const lastWords = (printed: string): string => {
  const lines = printed.trim().split('\n');
  const line = lines.findLast((each) => each.trim() !== '' && !/^\s+at |^[\s}]*$|^Node\.js v/.test(each)) ?? '';
  return line.length > 500 ? `${line.slice(0, 500)} ...` : line;
};

const allReady = async (roles: readonly RoleProcess[]): Promise<boolean> =>
  (await Promise.all(roles.map(readiesOf))).every((times) => times > 0);

const untilReady = async ({ roles }: Started, port: number, options: UpOptions): Promise<void> => {
  const { tls, readyTimeoutMs = 120_000, stop } = options;
  let failed: RoleProcess | undefined;
  const settled = async () => {
    failed = roles.find(({ failures }) => failures() > 0);
    if (stop.aborted || failed !== undefined) return true;
    return (await answersReady(port, tls !== null)) && (!options.plan || (await allReady(roles)));
  };
  if (!(await untilTrue(settled, readyTimeoutMs, 50))) {
    const logs = join(options.dataDir, 'logs');
    throw new CannotStart(
      'role_failed',
      `Hansard did not get ready in ${readyTimeoutMs / 1000} s. See the logs in ${logs}.`,
    );
  }
  if (failed) {
    const words = lastWords(await failed.printed());
    throw new CannotStart('role_failed', `The ${failed.name} process does not start: ${words || 'it printed nothing'}`);
  }
};

/** The first start prints where to make the first administrator; the role logs it as a field of its line "ready". */
const setupPathOf = async ({ roles }: Started): Promise<string | null> => {
  const printed = (await Promise.all(roles.map((role) => role.printed()))).join('');
  return /"setupPath":"([^"\\]+)"/.exec(printed)?.[1] ?? null;
};

const startRoles = async (
  options: UpOptions,
  started: Started,
  env: Env,
  record: () => Promise<void>,
): Promise<void> => {
  const { program, say, dataDir, plan } = options;
  const [node = '', ...main] = program;
  for (const { name, roles, env: own } of plan ? await plan(env) : oneOfEach) {
    const command = [node, ...nodeFlagsOf(roles), ...main, 'serve', '--roles', roles];
    const logFile = join(dataDir, 'logs', `${name}.log`);
    const onStarted = () => void record();
    started.roles.push(await superviseRole({ name, command, env: { ...env, ...own }, logFile, say, onStarted }));
  }
};

const stopAll = async ({ roles, postgres }: Started): Promise<void> => {
  const media = roles.filter(({ name }) => name.startsWith('media'));
  await Promise.all(roles.filter((role) => !media.includes(role)).map((role) => role.stop(apiGraceMs)));
  await Promise.all(media.map((role) => role.stop(mediaGraceMs)));
  await postgres?.stop();
};

const run = async (options: UpOptions, dataDir: string): Promise<void> => {
  const { say, stop, tls, shownHost } = options;
  await endOrphans(dataDir);
  const port = await claimPort(options.host, options.port);
  const started: Started = { roles: [], postgres: null };
  let url: string | null = null;
  let written = Promise.resolve();
  const record = (): Promise<void> => {
    const roles = started.roles.map((role) => ({ name: role.name, pid: role.pid() ?? 0 })).filter(({ pid }) => pid > 0);
    written = written
      .then(() => writeState(dataDir, { pid: process.pid, url, roles }))
      .catch((error: unknown) => say(`The file state.json could not be written: ${String(error)}`));
    return written;
  };
  try {
    await record();
    const prepared = await options.prepare(say);
    if (!options.env['DATABASE_URL'] && !options.env['DATABASE_URL_FILE']) {
      say('Starting PostgreSQL ...');
      started.postgres = await keepPostgres(dataDir, say);
    }
    const env = await environmentOf({ ...options, dataDir }, port, started.postgres);
    say('Starting Hansard ...');
    await startRoles({ ...options, dataDir }, started, { ...env, ...prepared }, record);
    await untilReady(started, port, { ...options, dataDir });
    if (!stop.aborted) {
      url = `${tls ? 'https' : 'http'}://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${options.shownPort ?? port}`;
      await record();
      const setupPath = await setupPathOf(started);
      if (setupPath) say(`Create the first administrator at ${url}${setupPath}`);
      say(`Hansard is up at ${url}`);
      dropStartGarbage();
      options.whenUp?.(() => {
        for (const role of started.roles) role.restart();
      }, started.roles);
      await new Promise<void>((resolve) => {
        if (stop.aborted) resolve();
        stop.addEventListener('abort', () => resolve(), { once: true });
      });
      say('Stopping ...');
    }
  } finally {
    await stopAll(started);
    await written;
    await removeState(dataDir);
  }
};

/**
 * Starts everything and settles once it has stopped. Says so and where, when it is up already. Rejects with
 * `CannotStart`.
 */
export const up = async (options: UpOptions): Promise<void> => {
  const dataDir = await openDataDirectory(options.dataDir);
  const release = await lockUp(dataDir);
  if (!release) {
    const state = await readState(dataDir);
    options.say(
      state?.url ? `Hansard is already up at ${state.url}` : 'Hansard is already starting in another process.',
    );
    return;
  }
  try {
    await run(options, dataDir);
    options.say('Hansard is down.');
  } finally {
    await release();
  }
};
