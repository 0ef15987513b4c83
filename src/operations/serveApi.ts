// The roles `api`, `projections` and `jobs`, together or apart.
import { readFile } from 'node:fs/promises';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ApiParts, ProjectionState, ServiceState } from '../api/context.ts';
import { presence } from '../api/presence.ts';
import { type ApiServer, startApi } from '../api/server.ts';
import { systemActor } from '../commands/call.ts';
import { highestFormatLevel, raiseFormatLevelAtStart } from '../commands/formatLevel.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import type { Config } from '../config.ts';
import { server as serverDecider } from '../domain/identity/server.ts';
import { Refusal } from '../domain/kernel.ts';
import { refusals } from '../domain/refusals.ts';
import { allProjections } from '../projections/allProjections.ts';
import { allCheckpoints } from '../projections/checkpoints.ts';
import { countParked } from '../projections/parked.ts';
import { type ProjectionStatus, runProjection } from '../projections/projection.ts';
import { migrateReadModels, readPool } from '../projections/readDatabase.ts';
import { watchProjections } from '../projections/watch.ts';
import { CannotStart } from './cannotStart.ts';
import { machineFigures } from './figures.ts';
import { ensureAdministrator } from './firstAdministrator.ts';
import { runJobs } from './jobs.ts';
import type { ServerLog } from './logging.ts';
import { fetchMediaMetrics } from './mediaMetrics.ts';
import { mayReadMetrics, refuseMetrics } from './metricsAccess.ts';
import { openJobs } from './openJobs.ts';
import { databaseOf, type OpenLog, openLog, type Sources } from './openLog.ts';
import { probePort } from './probePort.ts';
import type { Running } from './serveMedia.ts';
import { recordStatuses } from './statusRecorder.ts';
import { version, webRoot } from './version.ts';

export type ServerRole = 'api' | 'projections' | 'jobs';

type Statuses = () => ProjectionStatus[];
type Base = { config: Config; opened: OpenLog; pool: ReturnType<typeof readPool>; sources: Sources; log: ServerLog };

const startProjections = ({ opened, pool, sources, log }: Base, signal: AbortSignal) => {
  const runners = allProjections([...vocabularies.keys()]).map((projection) =>
    runProjection(
      {
        pool,
        feed: opened.feed,
        logId: opened.needs.serverId,
        now: sources.now,
        log: (message, fields) => log.warn(message, fields),
      },
      projection,
      signal,
    ),
  );
  return {
    statuses: () => runners.map(({ status }) => status()),
    done: Promise.all(runners.map(({ done }) => done)).then(() => undefined),
  };
};

const projectionStates =
  ({ pool }: Base, statuses: Statuses) =>
  async (): Promise<ProjectionState[]> => {
    const lags = new Map(statuses().map(({ name, lagMs }) => [name, lagMs]));
    const known = await allCheckpoints(pool);
    return known
      .filter(({ name }) => name !== 'processes')
      .map(({ name, haltedAt, haltReason }) => ({ name, lagMs: lags.get(name) ?? 0, haltedAt, haltReason }));
  };

const serviceStates = (base: Base) => {
  const { config, opened, pool } = base;
  const unknown: ServiceState = { name: 'format_level', condition: 'off', detail: '' };
  return async (): Promise<ServiceState[]> => {
    const [head, mediaUp, parked, format] = await Promise.all([
      opened.store.head().then(
        () => true,
        () => false,
      ),
      probePort(config.signalling),
      countParked(pool),
      formatState(base).catch(() => unknown),
    ]);
    return [
      { name: 'event_store', condition: head ? 'ok' : 'down', detail: 'PostgreSQL' },
      {
        name: 'media',
        condition: mediaUp ? 'ok' : 'down',
        detail: `${config.signalling.host}:${config.signalling.port}`,
      },
      { name: 'https', condition: config.tls ? 'ok' : 'off', detail: '' },
      { name: 'processes', condition: parked > 0 ? 'degraded' : 'ok', detail: String(parked) },
      format,
    ];
  };
};

const metricsOf = ({ signalling, metricsToken }: Config, statuses: Statuses) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const lag = new Gauge({
    name: 'hansard_projection_lag_ms',
    help: 'How far a projection is behind the log, in milliseconds.',
    labelNames: ['projection'],
    registers: [registry],
  });
  return async () => {
    for (const { name, lagMs } of statuses()) lag.set({ projection: name }, lagMs);
    const [own, media] = await Promise.all([registry.metrics(), fetchMediaMetrics(signalling, metricsToken)]);
    return { contentType: registry.contentType, body: own + media };
  };
};

const recordStart = async ({ opened, config, sources }: Base, type: 'StartServer' | 'StopServer'): Promise<void> => {
  const { serverId, executor } = opened.needs;
  const data = { serverId, node: config.node, version, formatLevel: highestFormatLevel };
  const ctx = { actor: systemActor, origin: null, commandId: sources.newId(), asked: data };
  await executor.execute(serverDecider, serverId, { type, data }, ctx);
};

/** Says on the record that this node runs, then lets the log use what it reads, unless an older node is running. */
const begin = async (base: Base): Promise<void> => {
  try {
    await recordStart(base, 'StartServer');
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'server.program_too_old')) throw error;
    throw new CannotStart('log_format_newer', refusals[error.code], { cause: error });
  }
  const nodes = await raiseFormatLevelAtStart(base.opened.needs, base.sources.newId);
  if (nodes.length > 0) base.log.warn('format level not raised: older nodes are running', { nodes });
};

/** What the log's format level is, of the level that this program reads. */
const formatState = async ({ opened }: Base): Promise<ServiceState> => {
  const { serverId, executor } = opened.needs;
  const { state } = await executor.load(serverDecider, serverId);
  const condition = state.formatLevel < highestFormatLevel ? 'degraded' : 'ok';
  return { name: 'format_level', condition, detail: `${state.formatLevel} / ${highestFormatLevel}` };
};

const startApiServer = async (
  base: Base,
  statuses: Statuses,
): Promise<{ api: ApiServer; close: () => Promise<void> }> => {
  const { config, opened, pool, sources, log } = base;
  const watch = await watchProjections(databaseOf(config), (message, fields) => log.warn(message, fields));
  const figures = machineFigures(config.dataDir);
  const here = presence(sources.now);
  const parts: ApiParts = {
    needs: opened.needs,
    store: opened.store,
    codec: opened.codec,
    pool,
    watch,
    now: sources.now,
    presence: here,
    figures: figures.read,
    services: serviceStates(base),
    projections: projectionStates(base, statuses),
    serverName: config.serverName,
    version,
  };
  const { tls } = config;
  const api = await startApi(parts, {
    listen: config.listen,
    tls: tls && { key: await readFile(tls.keyFile, 'utf8'), cert: await readFile(tls.certFile, 'utf8') },
    trustedProxies: config.trustedProxies,
    media: config.signalling,
    webRoot,
    log: (message, fields) => log.warn(message, fields),
    notReady: async () => {
      try {
        await opened.store.head();
        await pool.query('select 1');
        return (await probePort(config.signalling)) ? null : 'The media process is not up yet.';
      } catch {
        return 'The database cannot be reached.';
      }
    },
    metrics: metricsOf(config, statuses),
    mayReadMetrics: (request) => mayReadMetrics(request, config.metricsToken),
    refuseMetrics,
  });
  const stopRecording = recordStatuses({ needs: opened.needs, pool, presence: here, log });
  return {
    api,
    close: async () => {
      await stopRecording();
      await api.close();
      figures.close();
      await watch.close();
    },
  };
};

const startJobs = async (base: Base, signal: AbortSignal): Promise<{ close: () => Promise<void> }> => {
  const { config, opened, pool, sources, log } = base;
  const [watch, queue] = await Promise.all([
    watchProjections(databaseOf(config), (message, fields) => log.warn(message, fields)),
    openJobs(config, sources, log),
  ]);
  const running = runJobs({ opened, pool, watch, queue, now: sources.now, log }, signal);
  return {
    close: async () => {
      await running.catch((error: unknown) => log.error('jobs ended', { reason: String(error) }));
      await queue.close();
      await watch.close();
    },
  };
};

/** Starts the roles asked for; `stop` drains them in the reverse order. */
export const serveRoles = async (
  config: Config,
  roles: ReadonlySet<ServerRole>,
  sources: Sources,
  log: ServerLog,
): Promise<Running> => {
  const connection = databaseOf(config);
  await migrateReadModels(connection);
  const opened = await openLog(config, sources, log);
  const pool = readPool(connection, (error) => log.warn('read connection lost', { reason: error.message }));
  const base: Base = { config, opened, pool, sources, log };
  const stopping = new AbortController();
  const working: Promise<unknown>[] = [];

  const projections = roles.has('projections') ? startProjections(base, stopping.signal) : null;
  if (projections) working.push(projections.done);
  const setupPath = await ensureAdministrator(opened.needs, config, sources.newId);
  await begin(base);
  const jobs = roles.has('jobs') ? await startJobs(base, stopping.signal) : null;
  const served = roles.has('api') ? await startApiServer(base, projections?.statuses ?? (() => [])) : null;
  log.info('ready', { port: served?.api.port, ...(setupPath ? { setupPath } : {}) });

  return {
    stop: async () => {
      await served?.close();
      await recordStart(base, 'StopServer').catch((error: unknown) =>
        log.warn('the stop is not on the record', { reason: String(error) }),
      );
      stopping.abort();
      await Promise.allSettled(working);
      await jobs?.close();
      await opened.close();
      await pool.end();
    },
  };
};
