// Reads the log by pages; positions have no gaps, so a page is a range of positions.
import type pg from 'pg';
import {
  assertRange,
  type Filter,
  type LogIdentity,
  numberOf,
  positionOf,
  type StoredEvent,
  type StreamRange,
} from './eventStore.ts';
import { openPool } from './postgresPool.ts';

export type Page = { events: StoredEvent[]; upTo: bigint; head: bigint };

export type Reader = {
  page: (after: bigint, filter: Filter | undefined) => Promise<Page>;
  stream: (stream: string, range: StreamRange) => AsyncGenerator<StoredEvent, void, undefined>;
  head: () => Promise<bigint>;
  identity: () => Promise<LogIdentity>;
  notify: (channel: string, text: string) => Promise<void>;
  close: () => Promise<void>;
};

const pageEventsMax = 500;
/** How many positions a page spans at most. What a filter leaves out is cheap to look at. */
export const pageRangeMax = 20_000;
const streamPageEventsMax = 200;

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

const page = {
  name: 'page',
  patient: true,
  text: `
    select h.head, h.up_to, ${columns}
    from (select position as head, least(position, $1::bigint + $2::bigint) as up_to from log.head) h
    left join lateral (
      select * from log.events e
      where e.position > $1 and e.position <= h.up_to
        and ($3::text[] is null or split_part(e.stream, '-', 1) = any ($3))
      order by e.position limit $4
    ) e on true
    order by e.position`,
};
const forwards = {
  name: 'forwards',
  text: `select ${columns} from log.events e where stream = $1 and revision >= $2 order by revision limit $3`,
};
const backwards = {
  name: 'backwards',
  text: `select ${columns} from log.events e where stream = $1 and revision <= $2 order by revision desc limit $3`,
};
const head = { name: 'head', text: 'select position from log.head' };
const identity = { name: 'identity', text: 'select log_id, positions_id, state from log.identity' };
const notify = { name: 'notify', text: 'select pg_notify($1, $2)' };

const eventOf = ([position, stream, revision, id, type, data, metadata, recordedAtMs]: Row): StoredEvent => {
  const recordedAt = new Date(Number(recordedAtMs));
  return { id, type, data, metadata, stream, revision, position: positionOf(position), recordedAt };
};

/** Opens a few connections for reading; nothing is connected before the first question. */
export const openReader = (config: pg.ClientConfig, size: number, onFault: (error: unknown) => void): Reader => {
  // What is read was committed long ago, and a NOTIFY needs no disk.
  const settings = '-c synchronous_commit=off';
  const { ask, close } = openPool({ config, size, name: 'hansard log reader', settings, onFault });

  const readPage = async (after: bigint, filter: Filter | undefined): Promise<Page> => {
    const categories = filter?.categories ?? null;
    const range = categories ? pageRangeMax : pageEventsMax;
    type PageRow = [head: string, upTo: string, ...(Row | null[])];
    const rows = await ask<PageRow>(page, [after, range, categories, pageEventsMax]);
    const events = rows.flatMap(([, , ...row]) => (row[0] === null ? [] : [eventOf(row as Row)]));
    const [newest, upTo] = rows[0] ?? ['0', '0'];
    const last = events.length === pageEventsMax ? events.at(-1) : undefined;
    return { events, head: BigInt(newest), upTo: last ? numberOf(last.position) : BigInt(upTo) };
  };

  async function* stream(name: string, range: StreamRange): AsyncGenerator<StoredEvent, void, undefined> {
    assertRange(range);
    const { direction = 'forwards', limit = Number.POSITIVE_INFINITY } = range;
    const last = 2 ** 31 - 1;
    let from = Math.min(range.from ?? (direction === 'forwards' ? 0 : last), last);
    let left = limit;
    while (left > 0 && from >= 0) {
      const size = Math.min(left, streamPageEventsMax);
      const rows = await ask<Row>(direction === 'forwards' ? forwards : backwards, [name, from, size]);
      for (const row of rows) yield eventOf(row);
      if (rows.length < size) return;
      left -= rows.length;
      from = (rows.at(-1)?.[2] ?? 0) + (direction === 'forwards' ? 1 : -1);
    }
  }

  return {
    page: readPage,
    stream,
    head: async () => BigInt((await ask<[string]>(head, []))[0]?.[0] ?? 0),
    identity: async () => {
      const [row] = await ask<[logId: string, positionsId: string, state: LogIdentity['state']]>(identity, []);
      if (!row) throw new Error('The log has no identity: somebody has deleted it');
      return { logId: row[0], positionsId: row[1], state: row[2] };
    },
    notify: async (channel, text) => void (await ask(notify, [channel, text])),
    close,
  };
};
