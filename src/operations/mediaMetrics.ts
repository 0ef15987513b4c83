// The figures of a media process: written as Prometheus text there, and fetched from it by the API process.
import type { RequestListener } from 'node:http';
import type { MediaPlane } from '../media/plane.ts';
import type { Target } from './mediaNodes.ts';
import { mayReadMetrics, refuseMetrics } from './metricsAccess.ts';

type Stats = ReturnType<MediaPlane['stats']>;
type Process = { residentBytes: number; cpuSeconds: number };
type Metric = {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  /** Label text, as in `{reason="flood"}`, and value. */
  values: (readonly [labels: string, value: number])[];
};

const contentType = 'text/plain; version=0.0.4; charset=utf-8';
const fetchTimeoutMs = 1_000;
const bodyBytesMax = 64 * 1024;

const metric = (name: string, type: Metric['type'], help: string, value: number): Metric => ({
  name: `hansard_media_${name}`,
  type,
  help,
  values: [['', value]],
});

const metricsOf = (stats: Stats, { residentBytes, cpuSeconds }: Process): Metric[] => [
  metric('placed_sessions', 'gauge', 'Sessions that belong to this node.', stats.placed),
  metric('sessions', 'gauge', 'Sessions that have media here.', stats.sessions),
  metric('legs', 'gauge', 'Devices connected, or within the grace period after their socket was lost.', stats.legs),
  metric('transports', 'gauge', 'WebRTC transports.', stats.transports),
  metric('producers', 'gauge', 'Streams that are sent.', stats.producers),
  metric('consumers', 'gauge', 'Streams that are received.', stats.consumers),
  metric('sockets', 'gauge', 'Signalling sockets.', stats.sockets),
  metric('pending_sockets', 'gauge', 'Signalling sockets that were not let in yet.', stats.pendingSockets),
  metric('workers', 'gauge', 'Media workers that run.', stats.workers),
  metric('worker_deaths_total', 'counter', 'Media workers that died since the start.', stats.workerDeaths),
  metric('facts_waiting', 'gauge', 'What happened here and is not on the record yet.', stats.factsWaiting),
  metric('facts_dropped_total', 'counter', 'What happened here and will never be on the record.', stats.factsDropped),
  metric('record_live', 'gauge', 'Whether the record can be read; 0 admits nobody new.', Number(stats.recordLive)),
  metric('resident_memory_bytes', 'gauge', 'Resident memory, workers left out.', residentBytes),
  metric('cpu_seconds_total', 'counter', 'CPU time, user and system, workers left out.', cpuSeconds),
  {
    name: 'hansard_media_refused_total',
    type: 'counter',
    help: 'What was refused since the start, by error code or reason.',
    values: Object.entries(stats.refused).map(([reason, times]) => [`{reason="${reason}"}`, times] as const),
  },
];

/** Prometheus text (exposition format 0.0.4), ASCII alone. */
const mediaMetricsText = (stats: Stats, process: Process): string =>
  metricsOf(stats, process)
    .flatMap(({ name, type, help, values }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...values.map(([labels, value]) => `${name}${labels} ${value}`),
    ])
    .join('\n')
    .concat('\n');

const ownProcess = (): Process => {
  const { user, system } = process.cpuUsage();
  return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1_000_000 };
};

/** Serves `GET /metrics` beside the signalling; `stats` answers null until the media plane is there. */
export const serveMediaMetrics =
  (stats: () => Stats | null, token: string | null): RequestListener =>
  (request, response) => {
    const known = stats();
    if (request.url !== '/metrics') response.writeHead(404).end();
    else if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
    else if (!mayReadMetrics(request, token)) refuseMetrics(response);
    else if (!known) response.writeHead(503).end();
    else {
      const text = mediaMetricsText(known, ownProcess());
      response.writeHead(200, { 'content-type': contentType, 'content-length': text.length }).end(text);
    }
  };

const read = async ({ host, port }: { host: string; port: number }, token: string | null): Promise<string | null> => {
  try {
    const response = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(fetchTimeoutMs),
    });
    if (!response.ok || Number(response.headers.get('content-length') ?? bodyBytesMax + 1) > bodyBytesMax) return null;
    return await response.text();
  } catch {
    return null; // Down or slow, which `hansard_media_up` tells.
  }
};

const labelOf = (node: string): string => `node="${node.replace(/["\\\n]/g, '_')}"`;

/** Several texts as one: samples with the node as a label, under one heading per metric. */
const merged = (targets: readonly Target[], texts: readonly (string | null)[]): string => {
  const byMetric = new Map<string, string[]>();
  targets.forEach(({ node }, index) => {
    let lines: string[] = [];
    for (const line of (texts[index] ?? '').split('\n')) {
      if (line.startsWith('# HELP')) {
        lines = byMetric.get(line) ?? [];
        byMetric.set(line, lines);
      } else if (line.startsWith('# TYPE')) {
        if (lines.length === 0) lines.push(line);
      } else if (line !== '')
        lines.push(
          line.replace(
            /^(\w+)(?:\{(.*)\})? /,
            (_, name: string, labels?: string) => `${name}{${[labelOf(node), ...(labels ? [labels] : [])].join(',')}} `,
          ),
        );
    }
  });
  return [...byMetric].map(([help, lines]) => `${[help, ...lines].join('\n')}\n`).join('');
};

/**
 * The texts of the media processes, after a line for each that says whether it answered; of several, with a label that
 * tells them apart. Never rejects.
 */
export const fetchMediaMetrics = async (targets: readonly Target[], token: string | null): Promise<string> => {
  const texts = await Promise.all(targets.map((target) => read(target, token)));
  const up = `# HELP hansard_media_up Whether the media process tells its figures.\n# TYPE hansard_media_up gauge\n`;
  const [only] = texts;
  if (only === undefined || texts.length === 1) return `${up}hansard_media_up ${only == null ? 0 : 1}\n${only ?? ''}`;
  const ups = targets.map(({ node }, index) => `hansard_media_up{${labelOf(node)}} ${texts[index] === null ? 0 : 1}\n`);
  return `${up}${ups.join('')}${merged(targets, texts)}`;
};
