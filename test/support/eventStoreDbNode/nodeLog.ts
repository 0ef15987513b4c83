// The log of the test node: what EventStoreDB keeps, and how it decides about an append.
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

export type Proposed = { id: string; type: string; contentType: string; data: Buffer; metadata: Buffer };

/** `position` counts bytes, as a real log does: it grows, with gaps. */
export type Kept = Proposed & { stream: string; revision: number; position: bigint; createdMs: number };

export type Expected = 'any' | 'noStream' | 'streamExists' | number;

/** `actual` is the last revision, -1 where there is no stream; 'deleted' takes nothing any more. */
export type Decision =
  | { done: true; revision: number; position: bigint }
  | { done: false; actual: number }
  | { done: false; actual: 'deleted' };

/** What the log of a cluster may say besides: nobody decided in time, or nobody can. */
export type Verdict = Decision | { done: false; actual: 'timeout' | 'notReady' };

/** Who decides about what is to be written; within a cluster that is not the node that was asked. */
export type Writer = {
  append: (stream: string, expected: Expected, events: readonly Proposed[], deadlineMs: number) => Promise<Verdict>;
  remove: (stream: string, expected: Expected, forEver: boolean) => Promise<Verdict>;
};

export type NodeLog = {
  append: (stream: string, expected: Expected, events: readonly Proposed[]) => Decision;
  all: readonly Kept[];
  streamOf: (stream: string) => readonly Kept[];
  /** The first revision that reads still show. */
  shownFrom: (stream: string) => number;
  isTombstoned: (stream: string) => boolean;
  /** Hides what is there, or with `forEver` lets nobody read or write it again. */
  remove: (stream: string, expected: Expected, forEver: boolean) => Decision;
  /** Index in `all` of the event at this position; null where there is none. */
  indexAt: (position: bigint) => number | null;
  end: () => bigint;
  /** Takes over a line that another log has written, see `openNodeLog`. */
  replay: (line: string) => void;
  /** Settles at the next append. */
  news: () => Promise<void>;
  close: () => void;
};

type Line = Omit<Kept, 'data' | 'metadata' | 'position'> & { data: string; metadata: string };

const system: Proposed & { stream: string } = {
  id: '00000000-0000-4000-8000-00000000feed',
  type: '$metadata',
  contentType: 'application/json',
  data: Buffer.from('{"$maxAge":2592000,"$acl":{"$r":"$ops","$w":[],"$d":[],"$mr":[],"$mw":[]}}'),
  metadata: Buffer.of(),
  stream: '$$$scavenges',
};

const linesOf = (file: string | null): Line[][] => {
  if (file === null || !existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1); // A line without an end was never acknowledged.
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line[] => JSON.parse(line));
};

const tombstone = '$streamDeleted';
/** `$tb` of a stream that was deleted: more than any revision. */
const everything = '9223372036854775807';

type Limits = { maxCount: number; before: number };

const metadataOf = (limits: string): Proposed => ({
  id: randomUUID(),
  type: '$metadata',
  contentType: 'application/json',
  data: Buffer.from(limits),
  metadata: Buffer.of(),
});

const limitsIn = (data: Buffer): Limits => {
  const said = JSON.parse(data.toString()) as { $maxCount?: number; $tb?: number };
  return { maxCount: said.$maxCount ?? Number.POSITIVE_INFINITY, before: said.$tb ?? 0 };
};

/** Revision of the last event when the append repeats what follows `base`, which a real node answers with success. */
const repeated = (present: readonly Kept[], base: number, events: readonly Proposed[]): Kept | undefined =>
  events.every(({ id }, n) => present[base + 1 + n]?.id === id) ? present[base + events.length] : undefined;

/** Where an append without an exact expectation stands already, by the ids of the whole stream. */
const anywhere = (ids: ReadonlyMap<string, Kept>, events: readonly Proposed[]): Kept | 'mixed' | undefined => {
  const known = events.map(({ id }) => ids.get(id));
  if (known.every((each) => each === undefined)) return undefined;
  return known.every((each) => each !== undefined) ? known.at(-1) : 'mixed';
};

/** A log that decides at once. */
export const writerOf = (log: NodeLog): Writer => ({
  append: (stream, expected, events) => Promise.resolve(log.append(stream, expected, events)),
  remove: (stream, expected, forEver) => Promise.resolve(log.remove(stream, expected, forEver)),
});

/**
 * Opens the log, kept in `file` (written before an append is answered) or, with null, only in memory. `onLine` is told
 * of each line that is written; replayed elsewhere in the same order they make the same log, positions and all.
 */
export const openNodeLog = (file: string | null, onLine?: (line: string) => void): NodeLog => {
  const all: Kept[] = [];
  const streams = new Map<string, Kept[]>();
  /** The first event of each id, by stream. */
  const idsOf = new Map<string, Map<string, Kept>>();
  const limits = new Map<string, Limits>();
  const tombstoned = new Set<string>();
  let end = 0n;
  let waiting: (() => void)[] = [];

  const keep = (proposed: Proposed, stream: string, createdMs: number): Kept => {
    const present = streams.get(stream) ?? [];
    const kept = { ...proposed, stream, revision: present.length, position: end, createdMs };
    end += BigInt(117 + stream.length + proposed.data.length + proposed.metadata.length);
    all.push(kept);
    if (proposed.type === tombstone) tombstoned.add(stream);
    else {
      present.push(kept);
      streams.set(stream, present);
      const ids = idsOf.get(stream) ?? new Map<string, Kept>();
      if (!ids.has(kept.id)) idsOf.set(stream, ids.set(kept.id, kept));
    }
    if (stream.startsWith('$$') && proposed.type === '$metadata') limits.set(stream.slice(2), limitsIn(proposed.data));
    return kept;
  };

  const keepLine = (line: Line[]) => {
    for (const { data, metadata, stream, createdMs, ...rest } of line) {
      const bytes = { data: Buffer.from(data, 'base64'), metadata: Buffer.from(metadata, 'base64') };
      keep({ id: rest.id, type: rest.type, contentType: rest.contentType, ...bytes }, stream, createdMs);
    }
  };
  const wakeAll = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };

  keep(system, system.stream, 0);
  for (const line of linesOf(file)) keepLine(line);
  const handle = file === null ? null : openSync(file, 'a');

  const write = (stream: string, events: readonly Proposed[]): Kept | undefined => {
    const createdMs = Date.now();
    const kept = events.map((each) => keep(each, stream, createdMs));
    if (handle !== null || onLine) {
      const line = kept.map(({ data, metadata, position, ...rest }) => ({
        ...rest,
        data: data.toString('base64'),
        metadata: metadata.toString('base64'),
      }));
      const text = JSON.stringify(line);
      if (handle !== null) writeSync(handle, `${text}\n`);
      onLine?.(text);
    }
    wakeAll();
    return kept.at(-1);
  };

  const isRemoved = (stream: string) => limits.get(stream)?.before === Number(everything);
  const shownFrom = (stream: string) => {
    const { maxCount, before } = limits.get(stream) ?? { maxCount: Number.POSITIVE_INFINITY, before: 0 };
    return Math.max(before, (streams.get(stream)?.length ?? 0) - maxCount);
  };

  const decide = (stream: string, expected: Expected, events: readonly Proposed[]): Decision => {
    const present = streams.get(stream) ?? [];
    const actual = present.length - 1;
    const exact = expected === 'noStream' ? -1 : typeof expected === 'number' ? expected : null;
    // A deleted stream can be begun again, and goes on counting.
    const begunAgain = isRemoved(stream) && exact === -1;
    if (exact !== null && exact !== actual && !begunAgain) {
      const earlier = events.length > 0 ? repeated(present, exact, events) : undefined;
      return earlier ? { done: true, ...earlier } : { done: false, actual };
    }
    if (expected === 'streamExists' && actual < 0) return { done: false, actual };
    const earlier = exact === null ? anywhere(idsOf.get(stream) ?? new Map(), events) : undefined;
    if (earlier === 'mixed') return { done: false, actual };
    if (isRemoved(stream) && !earlier) write(`$$${stream}`, [metadataOf(`{"$tb":${present.length}}`)]);
    const last = earlier ?? write(stream, events);
    return { done: true, revision: last?.revision ?? Math.max(actual, 0), position: last?.position ?? end };
  };

  return {
    all,
    streamOf: (stream) => streams.get(stream) ?? [],
    shownFrom,
    isTombstoned: (stream) => tombstoned.has(stream),
    remove: (stream, expected, forEver) => {
      const actual = (streams.get(stream)?.length ?? 0) - 1;
      const wrong = typeof expected === 'number' ? expected !== actual : actual < 0;
      if (tombstoned.has(stream)) return { done: false, actual: 'deleted' };
      if (wrong) return { done: false, actual };
      const kept = forEver
        ? write(stream, [{ ...metadataOf('{}'), type: tombstone }])
        : write(`$$${stream}`, [metadataOf(`{"$tb":${everything}}`)]);
      return { done: true, revision: actual, position: kept?.position ?? end };
    },
    end: () => end,
    append: (stream, expected, events) => {
      const gone = tombstoned.has(stream) || (expected === 'streamExists' && isRemoved(stream));
      return gone ? { done: false, actual: 'deleted' } : decide(stream, expected, events);
    },
    indexAt: (position) => {
      let low = 0;
      for (let high = all.length; low < high; ) {
        const middle = (low + high) >> 1;
        if ((all[middle]?.position ?? end) < position) low = middle + 1;
        else high = middle;
      }
      return all[low]?.position === position ? low : null;
    },
    replay: (line) => {
      keepLine(JSON.parse(line) as Line[]);
      wakeAll();
    },
    news: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => {
      if (handle !== null) closeSync(handle);
    },
  };
};
