// Reads the log by pages; positions have no gaps, so a page is a range of positions.
import pg from 'pg';
import {
  assertRange,
  type Filter,
  numberOf,
  positionOf,
  type StoredEvent,
  StoreUnavailable,
  type StreamRange,
} from './eventStore.ts';
import { saidNo, within } from './postgresConnection.ts';

export type Page = { events: StoredEvent[]; upTo: bigint; head: bigint };

export type Reader = {
  page: (after: bigint, filter: Filter | undefined) => Promise<Page>;
  stream: (stream: string, range: StreamRange) => AsyncGenerator<StoredEvent, void, undefined>;
  head: () => Promise<bigint>;
  notify: (channel: string) => Promise<void>;
  close: () => Promise<void>;
};

const pageEventsMax = 500;
// What a filter leaves out is cheap to look at.
const filteredRangeMax = 20_000;
const streamPageEventsMax = 200;
const pageTimeoutMs = 5000;
// Commands wait for these.
const timeoutMs = 2000;
const suspectTimeoutMs = 500;
const suspicionMs = 3000;

const columns = `e.position, e.stream, e.revision, e.id, e.type, e.data, e.metadata,
  (extract(epoch from e.recorded_at) * 1000)::bigint`;

type Row = [
  position: string,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: Buffer,
  metadata: Buffer,
  recordedAtMs: string,
];

const statements = {
  page: `
    select h.head, h.up_to, ${columns}
    from (select position as head, least(position, $1::bigint + $2::bigint) as up_to from log.head) h
    left join lateral (
      select * from log.events e
      where e.position > $1 and e.position <= h.up_to
        and ($3::text[] is null or split_part(e.stream, '-', 1) = any ($3))
      order by e.position limit $4
    ) e on true
    order by e.position`,
  forwards: `select ${columns} from log.events e where stream = $1 and revision >= $2 order by revision limit $3`,
  backwards: `select ${columns} from log.events e where stream = $1 and revision <= $2 order by revision desc limit $3`,
  head: 'select position from log.head',
  notify: 'select pg_notify($1, $2)',
};

const eventOf = ([position, stream, revision, id, type, data, metadata, recordedAtMs]: Row): StoredEvent => {
  const recordedAt = new Date(Number(recordedAtMs));
  return { id, type, data, metadata, stream, revision, position: positionOf(position), recordedAt };
};

/**
 * A pool whose questions fail in bounded time: at once where the server refuses connections, and quickly for a while
 * once it has left a question unanswered.
 */
const openPool = (config: pg.ClientConfig, size: number, onFault: (error: unknown) => void) => {
  const settings = { max: size, connectionTimeoutMillis: 1500, keepAlive: true, statement_timeout: 30_000 };
  // What is read was committed long ago, and a NOTIFY needs no disk.
  const options = '-c synchronous_commit=off';
  const pool = new pg.Pool({ ...config, ...settings, options, application_name: 'hansard log reader' });
  pool.on('error', onFault); // An idle connection was lost; the next question opens another.
  let suspectUntilMs = 0;
  let closed = false;

  const boundOf = (name: keyof typeof statements): number => {
    if (name === 'page') return pageTimeoutMs;
    return performance.now() < suspectUntilMs ? suspectTimeoutMs : timeoutMs;
  };

  const ask = async <R extends unknown[]>(name: keyof typeof statements, values: unknown[]): Promise<R[]> => {
    if (closed) throw new StoreUnavailable('The event store is closed');
    const bound = boundOf(name);
    const query = { name, text: statements[name], values, rowMode: 'array' as const, query_timeout: bound };
    try {
      const { rows } = await within(bound + suspectTimeoutMs, 'Read', pool.query<R>(query));
      suspectUntilMs = 0;
      return rows;
    } catch (error) {
      if (saidNo(error) && !/^(53|57)/.test(error.code ?? '')) throw error;
      // Only a full wait renews it, or a server that has become slow would stay suspect for ever.
      if (bound !== suspectTimeoutMs) suspectUntilMs = performance.now() + suspicionMs;
      throw new StoreUnavailable('The event store cannot be read', { cause: error });
    }
  };
  const close = async () => {
    closed = true;
    await within(2000, 'Closing connections', pool.end()).catch(onFault);
  };
  return { ask, close };
};

/** Opens a few connections for reading; nothing is connected before the first question. */
export const openReader = (config: pg.ClientConfig, size: number, onFault: (error: unknown) => void): Reader => {
  const { ask, close } = openPool(config, size, onFault);

  const page = async (after: bigint, filter: Filter | undefined): Promise<Page> => {
    const categories = filter?.categories ?? null;
    const range = categories ? filteredRangeMax : pageEventsMax;
    type PageRow = [head: string, upTo: string, ...(Row | null[])];
    const rows = await ask<PageRow>('page', [after, range, categories, pageEventsMax]);
    const events = rows.flatMap(([, , ...row]) => (row[0] === null ? [] : [eventOf(row as Row)]));
    const [head, upTo] = rows[0] ?? ['0', '0'];
    const last = events.length === pageEventsMax ? events.at(-1) : undefined;
    return { events, head: BigInt(head), upTo: last ? numberOf(last.position) : BigInt(upTo) };
  };

  async function* stream(name: string, range: StreamRange): AsyncGenerator<StoredEvent, void, undefined> {
    assertRange(range);
    const { direction = 'forwards', limit = Number.POSITIVE_INFINITY } = range;
    const last = 2 ** 31 - 1;
    let from = Math.min(range.from ?? (direction === 'forwards' ? 0 : last), last);
    let left = limit;
    while (left > 0 && from >= 0) {
      const size = Math.min(left, streamPageEventsMax);
      const rows = await ask<Row>(direction, [name, from, size]);
      for (const row of rows) yield eventOf(row);
      if (rows.length < size) return;
      left -= rows.length;
      from = (rows.at(-1)?.[2] ?? 0) + (direction === 'forwards' ? 1 : -1);
    }
  }

  return {
    page,
    stream,
    head: async () => BigInt((await ask<[string]>('head', []))[0]?.[0] ?? 0),
    notify: async (channel) => void (await ask('notify', [channel, ''])),
    close,
  };
};
