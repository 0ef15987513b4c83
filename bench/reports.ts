// P6: pages of the Events report through GraphQL against their SQL, the depth of a page, searching, and exporting.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { to } from 'pg-copy-streams';
import type { Connection } from '../src/operations/embeddedPostgres.ts';
import { type ApiClient, apiClient } from '../test/support/apiClient.ts';
import { generateEvents } from './generate.ts';
import { type Goal, type MeasureOptions, type Prepared, percentile } from './goal.ts';
import { openConnection } from './http.ts';
import { startBenchPostgres } from './postgres.ts';
import { until, untilGone } from './processes.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const admin = { login: 'admin', password: 'correct horse battery' };
const pages = 200;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const pageAsked = `query ($filter: EventFilter, $after: String) {
  events(first: 50, after: $after, filter: $filter, sort: { by: TIME, direction: DESCENDING }) {
    pageInfo { endCursor hasNextPage }
    edges { node { number type severity source occurredAt actorName ip objectType objectId reason data } }
  }
}`;

export type Reports = {
  client: ApiClient;
  url: string;
  sql: pg.Client;
  connection: Connection;
  /** One page, and how long it took in milliseconds. */
  page: (filter: object, after?: string) => Promise<{ ms: number; text: string }>;
  /** Any question, and how long its answer took in milliseconds. */
  ask: (query: string, variables: object) => Promise<{ ms: number; text: string }>;
  rows: number;
  /** Number of the first generated event, and the position they all come after. */
  first: number;
  base: string;
};

/** A server with its API and its projections on a database of its own, and so many events in the report. */
const open = async (say: (line: string) => void, rows: number): Promise<Reports & { close: () => Promise<void> }> => {
  const postgres = await startBenchPostgres(say);
  const { connection } = postgres;
  const { user, database, host } = connection;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [main, 'serve', '--roles', 'api,projections,jobs'], {
    env: {
      ...process.env,
      DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
      HANSARD_DATA: host,
      HANSARD_HOST: '127.0.0.1',
      HANSARD_PORT: String(port),
      HANSARD_ADMIN_LOGIN: admin.login,
      HANSARD_ADMIN_PASSWORD: admin.password,
    },
    stdio: 'ignore',
  });
  const answers = async () => /ready|media process/.test(await (await fetch(`${url}/readyz`)).text());
  await until('a server that answers', () => answers().catch(() => false), 60_000);
  const { first, base } = await generateEvents(connection, rows, say);
  const client = apiClient(url);
  await client.signIn(admin.login, admin.password);
  let line = await openConnection(url, client.cookie());
  const sql = new pg.Client(connection);
  await sql.connect();
  const ask: Reports['ask'] = async (query, variables) => {
    const body = JSON.stringify({ query, variables });
    if (line.closed()) line = await openConnection(url, client.cookie());
    const begun = performance.now();
    const text = await line.ask(body);
    const ms = performance.now() - begun;
    if (text.includes('"errors"')) throw new Error(text.slice(0, 500));
    return { ms, text };
  };
  return {
    client,
    url,
    sql,
    connection,
    rows,
    first,
    base,
    ask,
    page: (filter, after) => ask(pageAsked, { filter, after: after ?? null }),
    close: async () => {
      line.close();
      await sql.end();
      child.kill('SIGTERM');
      await untilGone(child.pid ?? 0);
      await postgres.stop();
    },
  };
};

let opened: ReturnType<typeof open> | null = null;

/** One for all goals of a run, since a long past takes long to make. */
export const openReports = (say: (line: string) => void, { rows, atEnd }: MeasureOptions): Promise<Reports> => {
  opened ??= open(say, rows).then((reports) => {
    atEnd(reports.close);
    return reports;
  });
  return opened;
};

const p95 = async (act: () => Promise<number>): Promise<number> => {
  const took: number[] = [];
  for (let turn = 0; turn < pages; turn += 1) took.push(await act());
  return percentile(took, 0.95);
};

const firstRows = 'select * from read.event order by "occurredAt" desc, number desc limit 51';

const prepareFirst = async (say: (line: string) => void, options: MeasureOptions): Promise<Prepared> => {
  const { page, sql } = await openReports(say, options);
  return {
    // The goal is the statement's own time and a millisecond more.
    baseline: async () =>
      1 +
      (await p95(async () => {
        const begun = performance.now();
        await sql.query(firstRows);
        return performance.now() - begun;
      })),
    ours: () => p95(async () => (await page({})).ms),
  };
};

const prepareExportAlone = async (say: (line: string) => void, options: MeasureOptions): Promise<Prepared> => {
  const { ours } = await prepareExport(say, options);
  return { ours };
};

const prepareDeep = async (say: (line: string) => void, options: MeasureOptions): Promise<Prepared> => {
  const { page, sql } = await openReports(say, options);
  const depth = `select "occurredAt", number::text from read.event order by "occurredAt" desc, number desc
    offset 49999 limit 1`;
  const [row] = (await sql.query<{ occurredAt: Date; number: string }>(depth)).rows;
  const keys = ['events by time desc', row?.occurredAt.toISOString(), row?.number];
  const after = Buffer.from(JSON.stringify(keys)).toString('base64url');
  return {
    baseline: () => p95(async () => (await page({})).ms),
    ours: () => p95(async () => (await page({}, after)).ms),
  };
};

/** What auditors look for: people, addresses, what is rare, everywhere or nowhere, and a past month. */
const filters = (now: number): object[] => [
  { search: 'иванова 123' },
  { search: 'müller' },
  { search: 'müller clara participantremoved' },
  { ip: '10.3.77.' },
  { ip: '10.3.7' },
  { search: 'accountdeleted clara' },
  { search: 'chrome' },
  { search: 'nobody-is-called-so' },
  { types: ['ParticipantRemoved'], severities: ['MEDIUM'] },
  { severities: ['HIGH'], from: new Date(now - 40 * 86_400_000), to: new Date(now - 10 * 86_400_000) },
];

const prepareFiltered = async (say: (line: string) => void, options: MeasureOptions): Promise<Prepared> => {
  const { page } = await openReports(say, options);
  const asked = filters(Date.now());
  for (const filter of asked) {
    await page(filter);
    say(`  ${JSON.stringify(filter)}: ${(await page(filter)).ms.toFixed(1)} ms`);
  }
  let turn = 0;
  return { ours: () => p95(async () => (await page(asked[(turn += 1) % asked.length] ?? {})).ms) };
};

/** The same rows as PostgreSQL copies them by itself, without names, zones and guarded cells. */
const copied = `copy (select number, "occurredAt", type, severity, source, "objectType", "objectId", "actorId",
  "actorName", ip, "userAgent", reason, data from read.event order by number desc) to stdout (format csv)`;

const prepareExport = async (say: (line: string) => void, options: MeasureOptions): Promise<Prepared> => {
  const { client, url, rows, sql } = await openReports(say, options);
  return {
    baseline: async () => {
      const begun = performance.now();
      let bytes = 0;
      for await (const piece of sql.query(to(copied))) bytes += (piece as Buffer).length;
      if (bytes < rows) throw new Error(`The copy has ${bytes} bytes`);
      return rows / ((performance.now() - begun) / 1000);
    },
    ours: async () => {
      const exportId = randomUUID();
      await client.accepted('prepareReportExport', {
        exportId: ['ID!', exportId],
        selection: ['ExportSelection!', { events: {} }],
        format: ['ExportFormat!', { kind: 'CSV' }],
      });
      const begun = performance.now();
      const answer = await fetch(`${url}/exports/${exportId}`, { headers: { cookie: client.cookie() } });
      let bytes = 0;
      for await (const piece of answer.body ?? []) bytes += piece.length;
      if (bytes < rows) throw new Error(`The export has ${bytes} bytes`);
      return rows / ((performance.now() - begun) / 1000);
    },
  };
};

export const firstPage: Goal = {
  name: 'P6',
  title: 'page of the Events report through GraphQL, p95, against its SQL and 1 ms',
  unit: 'ms',
  better: 'lower',
  wanted: 1,
  prepare: prepareFirst,
};
export const deepPage: Goal = {
  name: 'P6-deep',
  title: 'page 1 000 of the Events report, p95, against page 1',
  unit: 'ms',
  better: 'lower',
  wanted: 1.2,
  prepare: prepareDeep,
};
export const filteredPage: Goal = {
  name: 'P6-filtered',
  title: 'filtered and searched pages of the Events report, p95',
  unit: 'ms',
  better: 'lower',
  wanted: 50,
  prepare: prepareFiltered,
};
export const exported: Goal = {
  name: 'export',
  title: 'export of the Events report as CSV',
  unit: 'rows/s',
  better: 'higher',
  wanted: 100_000,
  prepare: prepareExportAlone,
};
export const exportedLikeCopy: Goal = {
  name: 'export-copy',
  title: 'export of the Events report as CSV, against COPY of the same rows',
  unit: 'rows/s',
  better: 'higher',
  wanted: 0.5,
  prepare: prepareExport,
};
