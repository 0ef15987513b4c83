// What the Summary and the metrics tell about the state of the server.
import type { Pool } from 'pg';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ProjectionState, ServiceState } from '../api/context.ts';
import { highestFormatLevel } from '../commands/formatLevel.ts';
import type { Config } from '../config.ts';
import { server as serverDecider } from '../domain/identity/server.ts';
import { allCheckpoints } from '../projections/checkpoints.ts';
import { countParked } from '../projections/parked.ts';
import { fetchMediaMetrics } from './mediaMetrics.ts';
import { signallingTargets, type Target } from './mediaNodes.ts';
import type { NodeRegistry } from './nodeRegistry.ts';
import type { OpenLog } from './openLog.ts';
import { probePort } from './probePort.ts';

export type StatesNeeds = { config: Config; opened: OpenLog; pool: Pool; registry: NodeRegistry; now: () => Date };

/** Since when, in ms, the next event after a position has been waiting; 0 where there is none. */
const waitingMs = async ({ opened, now }: StatesNeeds, position: string | null): Promise<number> => {
  for await (const { recordedAt } of opened.store.readAll({
    ...(position === null ? {} : { after: position }),
    limit: 1,
  })) {
    return Math.max(0, now().getTime() - recordedAt.getTime());
  }
  return 0;
};

/** How far each projection is behind the log, whichever process runs it. */
export const projectionStates = async (needs: StatesNeeds): Promise<ProjectionState[]> => {
  const known = (await allCheckpoints(needs.pool)).filter(({ name }) => name !== 'processes');
  const head = await needs.opened.store.head().catch(() => null);
  return Promise.all(
    known.map(async ({ name, position, haltedAt, haltReason }) => {
      const there = head === null || (position ?? '') >= head;
      const lagMs = there ? 0 : await waitingMs(needs, position).catch(() => 0);
      return { name, lagMs, haltedAt, haltReason };
    }),
  );
};

/** What the log's format level is, of the level that this program reads. */
const formatState = async ({ opened }: StatesNeeds): Promise<ServiceState> => {
  const { serverId, executor } = opened.needs;
  const { state } = await executor.load(serverDecider, serverId);
  const condition = state.formatLevel < highestFormatLevel ? 'degraded' : 'ok';
  return { name: 'format_level', condition, detail: `${state.formatLevel} / ${highestFormatLevel}` };
};

/** Whether the store of the log answers. */
export const storeAnswers = ({ store }: OpenLog): Promise<boolean> =>
  store.head().then(
    () => true,
    () => false,
  );

/** Media nodes that answer, of those on the list. */
export const mediaAnswering = async (registry: NodeRegistry): Promise<{ up: Target[]; all: Target[] }> => {
  const all = signallingTargets(registry);
  const answers = await Promise.all(all.map(probePort));
  return { up: all.filter((_, index) => answers[index]), all };
};

const mediaState = async (registry: NodeRegistry): Promise<ServiceState> => {
  const { up, all } = await mediaAnswering(registry);
  const condition = up.length === 0 ? 'down' : up.length < all.length ? 'degraded' : 'ok';
  return { name: 'media', condition, detail: all.map(({ node, host, port }) => `${node} ${host}:${port}`).join(', ') };
};

export const serviceStates = async (needs: StatesNeeds): Promise<ServiceState[]> => {
  const { config, opened, pool, registry } = needs;
  const unknown: ServiceState = { name: 'format_level', condition: 'off', detail: '' };
  const [head, media, parked, format] = await Promise.all([
    storeAnswers(opened),
    mediaState(registry),
    countParked(pool),
    formatState(needs).catch(() => unknown),
  ]);
  return [
    { name: 'event_store', condition: head ? 'ok' : 'down', detail: opened.storeName },
    media,
    { name: 'https', condition: config.tls ? 'ok' : 'off', detail: '' },
    { name: 'processes', condition: parked > 0 ? 'degraded' : 'ok', detail: String(parked) },
    format,
  ];
};

/** Prometheus text of this process and of the media processes. */
export const metricsOf = (needs: StatesNeeds): (() => Promise<{ contentType: string; body: string }>) => {
  const { metricsToken } = needs.config;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const lag = new Gauge({
    name: 'hansard_projection_lag_ms',
    help: 'How far a projection is behind the log, in milliseconds.',
    labelNames: ['projection'],
    registers: [registry],
  });
  const store = new Gauge({
    name: 'hansard_event_store_up',
    help: 'Whether the store of the log, which the label names, answers.',
    labelNames: ['store'],
    registers: [registry],
  });
  return async () => {
    store.set({ store: needs.opened.storeName }, (await storeAnswers(needs.opened)) ? 1 : 0);
    // Metrics are most wanted when the database is away.
    for (const { name, lagMs } of await projectionStates(needs).catch(() => [])) lag.set({ projection: name }, lagMs);
    const [own, media] = await Promise.all([
      registry.metrics(),
      fetchMediaMetrics(signallingTargets(needs.registry), metricsToken),
    ]);
    return { contentType: registry.contentType, body: own + media };
  };
};
