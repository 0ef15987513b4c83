// The roles `api`, `projections` and `jobs`, together or apart.
import { readFile } from 'node:fs/promises';
import { bodyTimes } from '../api/bodyTime.ts';
import type { ApiParts } from '../api/context.ts';
import { exportProgress } from '../api/exports/progress.ts';
import { presence } from '../api/presence.ts';
import { type ApiServer, startApi } from '../api/server.ts';
import { systemActor } from '../commands/call.ts';
import { highestFormatLevel, raiseFormatLevelAtStart } from '../commands/formatLevel.ts';
import type { JobQueue } from '../commands/jobs.ts';
import { readings } from '../commands/readings.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import type { Config } from '../config.ts';
import { server as serverDecider } from '../domain/identity/server.ts';
import { Refusal } from '../domain/kernel.ts';
import { checkpoint } from '../domain/proof/checkpoint.ts';
import { refusals } from '../domain/refusals.ts';
import { allProjections } from '../projections/allProjections.ts';
import { merkleTree } from '../projections/merkleTree.ts';
import { gatherMoves } from '../projections/moves.ts';
import { changesChannel } from '../projections/projection.ts';
import { migrateReadModels, readPool } from '../projections/readDatabase.ts';
import { type RunnerNeeds, runProjection } from '../projections/runner.ts';
import { watchProjections } from '../projections/watch.ts';
import { CannotStart } from './cannotStart.ts';
import { ledgerIn } from './erasureLedger.ts';
import { machineFigures } from './figures.ts';
import { ensureAdministrator } from './firstAdministrator.ts';
import { runJobs } from './jobs.ts';
import { journalDirectory } from './journal.ts';
import { journalsIn } from './journalReader.ts';
import { serveLiveness } from './liveness.ts';
import { followLogDetail } from './logDetail.ts';
import type { DetailedLog } from './logging.ts';
import { mediaNodesOf, signallingOf } from './mediaNodes.ts';
import { mayReadMetrics, refuseMetrics } from './metricsAccess.ts';
import { joinNodes, type NodeRegistry } from './nodeRegistry.ts';
import { openJobs } from './openJobs.ts';
import { databaseOf, type OpenLog, openLog, type Sources } from './openLog.ts';
import { keepPlacements } from './placementKeeper.ts';
import { keepProof, logReaderOf } from './proofKeeper.ts';
import { keepRebuilding } from './readModelRebuilder.ts';
import type { Running } from './serveMedia.ts';
import {
  mediaAnswering,
  metricsOf,
  projectionStates,
  type StatesNeeds,
  serviceStates,
  storeAnswers,
} from './serverStates.ts';
import { configurationFilesIn } from './settingsBackups.ts';
import { sharePresence } from './sharedPresence.ts';
import { recordStatuses } from './statusRecorder.ts';
import { cutStranded } from './strandedSignalling.ts';
import { untilSettled } from './untilSettled.ts';
import { version, webRoot } from './version.ts';
import { keepCheckpoints } from './witnessKeeper.ts';

export type ServerRole = 'api' | 'projections' | 'jobs';

type Base = {
  config: Config;
  opened: OpenLog;
  pool: ReturnType<typeof readPool>;
  registry: NodeRegistry;
  sources: Sources;
  log: DetailedLog;
};

const startProjections = async ({ config, opened, pool, sources, log }: Base, signal: AbortSignal): Promise<void> => {
  const needs: RunnerNeeds = {
    pool,
    connection: databaseOf(config),
    now: sources.now,
    moves: gatherMoves(pool, changesChannel),
    feed: opened.feed,
    logId: opened.positionsId,
    log: (message, fields) => log.warn(message, fields),
  };
  const categories = [...vocabularies.keys()];
  const tree = runProjection(
    { ...needs, feed: opened.storedFeed },
    merkleTree(categories, checkpoint.category),
    signal,
  );
  const all = allProjections(categories).map((projection) => runProjection(needs, projection, signal));
  const rebuilder = { opened, pool, connection: databaseOf(config), now: sources.now, log };
  await Promise.all([...[...all, tree].map(({ done }) => done), keepRebuilding(rebuilder, signal)]);
};

const recordStart = async (
  { opened, config }: Base,
  type: 'StartServer' | 'StopServer',
  commandId: string,
): Promise<void> => {
  const { serverId, executor } = opened.needs;
  const data = { serverId, node: config.node, version, formatLevel: highestFormatLevel };
  const ctx = { actor: systemActor, origin: null, commandId, asked: data };
  await executor.execute(serverDecider, serverId, { type, data }, ctx);
};

/** Says on the record that this node runs, then lets the log use what it reads, unless an older node is running. */
const begin = async (base: Base): Promise<void> => {
  const { newId } = base.sources;
  try {
    await untilSettled(newId(), (commandId) => recordStart(base, 'StartServer', commandId));
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'server.program_too_old')) throw error;
    throw new CannotStart('log_format_newer', refusals[error.code], { cause: error });
  }
  const raise = (commandId: string) => raiseFormatLevelAtStart(base.opened.needs, () => commandId);
  const nodes = await untilSettled(newId(), raise);
  if (nodes.length > 0) base.log.warn('format level not raised: older nodes are running', { nodes });
};

/** Some things fall to one process of those with a role: the first on a list that all of them see. */
const isFirstWith = ({ registry }: Base, role: ServerRole): boolean =>
  registry.steady() && registry.nodes().find(({ roles }) => roles.includes(role))?.instance === registry.instance;

const startApiServer = async (base: Base): Promise<{ api: ApiServer; close: () => Promise<void> }> => {
  const { config, opened, pool, registry, sources, log } = base;
  const watch = await watchProjections(databaseOf(config), (message, fields) => log.warn(message, fields));
  const figures = machineFigures(config.dataDir);
  const states: StatesNeeds = { config, opened, pool, registry, now: sources.now };
  const people = presence(sources.now);
  const reading = readings(opened.needs, sources.newId, (message, fields) => log.warn(message, fields));
  const parts: ApiParts = {
    needs: opened.needs,
    store: opened.store,
    codec: opened.codec,
    pool,
    watch,
    now: sources.now,
    readings: reading,
    exports: exportProgress(),
    configurationFiles: configurationFilesIn(config.dataDir, sources.now, sources.newId),
    journals: journalsIn(journalDirectory(config.dataDir)),
    presence: people,
    proof: logReaderOf(opened, pool),
    figures: figures.read,
    services: () => serviceStates(states),
    projections: () => projectionStates(states),
    serverName: config.serverName,
    version,
  };
  const { tls } = config;
  const api = await startApi(parts, {
    listen: config.listen,
    tls: tls && { key: await readFile(tls.keyFile, 'utf8'), cert: await readFile(tls.certFile, 'utf8') },
    trustedProxies: config.trustedProxies,
    media: (node) => signallingOf(registry, node),
    webRoot,
    newId: sources.newId,
    bodyTimes,
    witness: keepCheckpoints(config.proof.witnessFor, config.dataDir),
    log: (message, fields) => log.warn(message, fields),
    detail: (message, fields) => log.debug(message, fields),
    notReady: async () => {
      if (!(await storeAnswers(opened))) return `The event store (${opened.storeName}) does not answer.`;
      try {
        await pool.query('select 1');
        return (await mediaAnswering(registry)).up.length > 0 ? null : 'No media process is up yet.';
      } catch {
        return 'The database cannot be reached.';
      }
    },
    metrics: metricsOf(states),
    mayReadMetrics: (request) => mayReadMetrics(request, config.metricsToken),
    refuseMetrics,
  });
  const stopSharing = sharePresence(registry, pool, people);
  const stopCutting = cutStranded(registry, pool, api.passedOn, (fields) =>
    log.warn('people of a lost node cut', fields),
  );
  const mine = () => isFirstWith(base, 'api');
  const stopRecording = recordStatuses({ needs: opened.needs, pool, presence: people, mine, log });
  return {
    api,
    close: async () => {
      stopSharing();
      stopCutting();
      await stopRecording();
      await api.close();
      await reading.close();
      figures.close();
      await watch.close();
    },
  };
};

const startJobs = async (base: Base, queue: JobQueue, signal: AbortSignal): Promise<{ close: () => Promise<void> }> => {
  const { config, opened, pool, registry, sources, log } = base;
  const watch = await watchProjections(databaseOf(config), (message, fields) => log.warn(message, fields));
  keepPlacements({ needs: opened.needs, pool, registry, log }, signal);
  const mine = () => isFirstWith(base, 'jobs');
  const ledger = ledgerIn(config.dataDir, sources.now);
  const { checkpointEveryMs } = config.proof;
  const running = Promise.all([
    runJobs({ opened, pool, watch, queue, ledger, checkpointEveryMs, now: sources.now, log }, signal),
    keepProof({ opened, pool, settings: config.proof, mine, log }, signal),
  ]);
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
  log: DetailedLog,
): Promise<Running> => {
  const connection = databaseOf(config);
  await migrateReadModels(connection);
  const known = await openLog(config, sources, log);
  const pool = readPool(connection, (error) => log.warn('read connection lost', { reason: error.message }));
  const registry = await joinNodes({
    connection,
    newId: sources.newId,
    self: { name: config.node, roles: [...roles], signalling: null, load: () => 0 },
    log: (message, fields) => log.warn(message, fields),
  });
  const opened = { ...known, needs: { ...known.needs, media: mediaNodesOf(registry) } };
  const base: Base = { config, opened, pool, registry, sources, log };
  const stopping = new AbortController();
  const working: Promise<unknown>[] = [];

  working.push(followLogDetail(opened, log, stopping.signal));
  if (roles.has('projections')) working.push(startProjections(base, stopping.signal));
  const setupPath = await ensureAdministrator(opened.needs, config, sources.newId);
  // Before the start is on the record, since without its Redis there is none.
  const queue = roles.has('jobs') ? await openJobs(config, sources, log) : null;
  await begin(base);
  const jobs = queue && (await startJobs(base, queue, stopping.signal));
  const served = roles.has('api') ? await startApiServer(base) : null;
  const liveness = served || config.healthPort === null ? null : await serveLiveness(config.healthPort);
  log.info('ready', { port: served?.api.port, ...(setupPath ? { setupPath } : {}) });

  return {
    stop: async () => {
      liveness?.close();
      await served?.close();
      await recordStart(base, 'StopServer', sources.newId()).catch((error: unknown) =>
        log.warn('the stop is not on the record', { reason: String(error) }),
      );
      stopping.abort();
      await Promise.allSettled(working);
      await jobs?.close();
      await registry.close();
      await opened.close();
      await pool.end();
    },
  };
};
