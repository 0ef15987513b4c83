// The one runner of all projections: rows and checkpoint in one transaction per batch, one poison event halts one
// projection.
import type { Pool } from 'pg';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { checkpointOf, halt, putCheckpoint } from './checkpoints.ts';
import { isUnavailable } from './databaseErrors.ts';
import { begin, buildFromNothing, isLong } from './fromNothing.ts';
import { type Moves, moveWith } from './moves.ts';
import { gathered, pacer, pause } from './pace.ts';
import { changesChannel, type Feed, type Placed, Poisoned, type Projection, type ReadBatch } from './projection.ts';
import type { Connection } from './readDatabase.ts';
import { rebuild } from './rebuild.ts';
import { batchRows, type RowMemory } from './rows.ts';

export type RunnerNeeds<Event = Recorded<Fact>> = {
  pool: Pool;
  /** For what needs a connection of its own. */
  connection: Connection;
  now: () => Date;
  /** Of `changesChannel`; one for all projections of a process. */
  moves: Moves;
  feed: Feed<Event>;
  logId: string;
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Tables that begin with nothing are rebuilt where there are more events than so many. */
  longLogEvents?: number;
};

type ProjectionStatus = { position: string | null; haltedAt: string | null };

/** Where a runner stands: its checkpoint, and the making of the tables that it knows. */
type Standing = { position: string | null; built: number };
/** `plain`: something in the log prevents rebuilding. */
type Course = Standing & { plain: boolean };

const idsPerNoticeMax = 100;

/** Object ids of the streams in a batch, or null where there are too many to name. */
const touchedIds = (events: readonly Placed[]): string[] | null => {
  const ids = new Set(events.map(({ stream }) => stream.slice(stream.indexOf('-') + 1)));
  return ids.size > idsPerNoticeMax ? null : [...ids];
};

const stepMs = 12_000;

/** No step of a projection may wait for ever: what is late is begun again, and its late effect is fenced off. */
const bounded = async <Result>(what: string, step: Promise<Result>): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`${what} did not end within ${stepMs} ms`), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(error), stepMs);
  });
  try {
    return await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Another runner moved the checkpoint. */
class Fenced extends Error {}

const standbyLookMs = 500;
const standbyPatienceMs = 1_500;

/** Lets another runner go on; settles once its checkpoint has stood still for too long, or when `signal` is aborted. */
const standBy = async (
  { pool }: Pick<RunnerNeeds, 'pool'>,
  { name }: Pick<Projection, 'name'>,
  signal: AbortSignal,
): Promise<void> => {
  let position: string | null | undefined;
  let movedMs = performance.now();
  while (!signal.aborted && performance.now() - movedMs < standbyPatienceMs) {
    const known = await checkpointOf(pool, name);
    // One that halted is for whoever starts again, not for whoever waits.
    if (known?.position !== position || known?.haltedAt !== null) movedMs = performance.now();
    position = known?.position;
    await pause(standbyLookMs, signal);
  }
};

/** The read models were made from another log; nothing may be read or written here. */
class ForeignLog extends Error {}

type Batch<Event> = Pick<ReadBatch<Event>, 'events' | 'position'>;

/** Folds a batch; `Poisoned` names the first event that cannot be folded or, alone in its batch, cannot be written. */
const applyBatch = async <Event extends Placed>(
  { pool, moves }: RunnerNeeds<Event>,
  { name, apply }: Projection<Event>,
  memory: RowMemory,
  { position: from, built }: Standing,
  { events, position }: Batch<Event>,
): Promise<void> => {
  const notice = JSON.stringify({ name, position, ids: touchedIds(events) });
  const move = { name, from, to: position, built, notice };
  const rows = batchRows(pool, memory);
  for (const event of events) {
    try {
      await apply(event, rows);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      throw new Poisoned(event.position, error);
    }
  }
  const writes = rows.writes();
  const moved = writes.length === 0 ? moves(move) : moveWith(pool, move, changesChannel, writes);
  const done = await moved.catch((error: unknown) => {
    const [only] = events;
    throw isUnavailable(error) || events.length !== 1 || !only ? error : new Poisoned(only.position, error);
  });
  if (!done) throw new Fenced();
  rows.written();
};

/** Goes on past events that do not concern the projection, with whoever else does so now. */
const passOver = async <Event extends Placed>(
  { moves }: RunnerNeeds<Event>,
  { name }: Projection<Event>,
  { position: from, built }: Standing,
  to: string,
): Promise<void> => {
  const notice = JSON.stringify({ name, position: to, ids: [] });
  if (!(await moves({ name, from, to, built, notice }))) throw new Fenced();
};

/** Batches that each begin with an event that scrubs the rows of before, but for the first. */
const cutAtScrubs = <Event extends Placed>(
  { scrubs }: Projection<Event>,
  { events, position }: Batch<Event>,
): Batch<Event>[] => {
  if (!scrubs) return [{ events, position }];
  const cuts = events.flatMap((event, index) => (index > 0 && scrubs(event).length > 0 ? [index] : []));
  return [0, ...cuts].map((from, index) => {
    const to = cuts[index];
    const part = events.slice(from, to);
    return { events: part, position: to === undefined ? position : (part.at(-1)?.position ?? position) };
  });
};

/** Rows of anything may have been scrubbed, not just of what the events name. */
const tellAll = async <Event extends Placed>(
  { pool }: RunnerNeeds<Event>,
  { name }: Projection<Event>,
  { position }: Batch<Event>,
): Promise<void> => {
  await pool.query('select pg_notify($1, $2)', [changesChannel, JSON.stringify({ name, position, ids: null })]);
};

/**
 * Folds a batch, and first what comes before each event that erases something: then the rows are written, and what is
 * erased can be taken out of them, in steps that are repeated where the event itself is not reached.
 */
const applyInParts = async <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  memory: RowMemory,
  at: Standing,
  batch: Batch<Event>,
): Promise<void> => {
  if (batch.events.length === 0) {
    await passOver(needs, projection, at, batch.position);
    at.position = batch.position;
    return;
  }
  for (const part of cutAtScrubs(projection, batch)) {
    const [first] = part.events;
    const scrubs = (first && projection.scrubs?.(first)) ?? [];
    for (const scrub of scrubs) await scrub(needs.pool, ({ sqlName }) => sqlName);
    if (scrubs.length > 0) memory.clear();
    await bounded('A batch', applyBatch(needs, projection, memory, at, part));
    at.position = part.position;
    if (scrubs.length > 0) await tellAll(needs, projection, part);
  }
};

/** A newer program has made the tables; this one would fold otherwise. */
class Outdated extends Error {}

/**
 * Makes sure the checkpoint belongs to this log and this version. A new version is first rebuilt beside the tables of
 * the old one, which are read meanwhile; answers null while another process does that.
 */
const prepare = async <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  signal: AbortSignal,
): Promise<Standing | null> => {
  const { pool, logId, now } = needs;
  const { name, version } = projection;
  const known = await bounded('Taking up the checkpoint', checkpointOf(pool, name));
  if (known && known.logId !== logId) {
    throw new ForeignLog(
      `The read models belong to log ${known.logId}, but this is log ${logId}. Point the server at its own database, or drop the schema "read" to have it rebuilt.`,
    );
  }
  if (known && known.version === version) {
    if (known.haltedAt !== null) await putCheckpoint(pool, known); // A restart tries the halted event again.
    return known;
  }
  if (known && known.version > version) throw new Outdated();
  if (known && known.position !== null) {
    if (await rebuild(needs, projection, { compare: false, now }, signal)) return prepare(needs, projection, signal);
    await pause(standbyLookMs, signal);
    return null;
  }
  await begin(needs, projection);
  return { position: null, built: known?.built ?? 0 };
};

/** Goes through a batch that failed one event at a time, up to the one that is to blame. */
const applySingly = async <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  at: Standing,
  { events, position }: ReadBatch<Event>,
): Promise<void> => {
  const memory: RowMemory = new Map();
  for (const event of events) {
    if (event.position <= (at.position ?? '')) continue; // Written before another part of the batch failed.
    await applyInParts(needs, projection, memory, at, { events: [event], position: event.position });
  }
  if (at.position !== position) await applyInParts(needs, projection, memory, at, { events: [], position });
};

const longLogEvents = 20_000;

/** Begins with a rebuild, where there is nothing yet and much to read; answers whether that was the case. */
const beganByRebuild = async <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  at: Course,
  signal: AbortSignal,
): Promise<boolean> => {
  if (at.position !== null || at.plain) return false;
  if (!(await isLong(needs, projection, needs.longLogEvents ?? longLogEvents, signal))) return false;
  try {
    await buildFromNothing(needs, projection, at.built, signal);
  } catch (error) {
    if (isUnavailable(error) || signal.aborted) throw error;
    at.plain = true; // Everything before what is to blame can be shown, and it halts there.
  }
  return true;
};

/** Takes up the checkpoint and goes on from there; `at` is kept up to date. Rejects with what interrupts it. */
const follow = async <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  at: Course,
  signal: AbortSignal,
): Promise<void> => {
  const standing = await prepare(needs, projection, signal);
  if (!standing) return;
  ({ position: at.position, built: at.built } = standing);
  if (await beganByRebuild(needs, projection, at, signal)) return;
  const restOfBatch = pacer();
  let memory: RowMemory = new Map();
  const open = (ended: AbortSignal) => needs.feed(at.position, projection.categories, ended);
  for await (const batch of gathered(open, signal)) {
    const begunMs = performance.now();
    await applyInParts(needs, projection, memory, at, batch).catch((error: unknown) => {
      if (error instanceof Fenced || isUnavailable(error)) throw error;
      memory = new Map();
      return applySingly(needs, projection, at, batch);
    });
    if (batch.caughtUp) await restOfBatch(begunMs, signal);
  }
};

type Poison = { position: string; reason: string };

/** What is to be done about an error: wait and begin again, or halt at an event that cannot be folded. */
const afterError = async <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  at: Standing,
  error: unknown,
  signal: AbortSignal,
): Promise<Poison | null> => {
  const { pool, log } = needs;
  const { name } = projection;
  if (error instanceof ForeignLog) throw error;
  if (error instanceof Outdated) {
    log('projection left to a newer program', { projection: name });
    await pause(outdatedMs, signal);
    return null;
  }
  if (error instanceof Fenced) {
    const known = await checkpointOf(pool, name).catch(() => null);
    // Where it was rebuilt, the tables are others, but nobody else's.
    if (known?.built === at.built) await standBy(needs, projection, signal).catch(() => undefined);
    return null;
  }
  const reason = error instanceof Error ? error.message : String(error);
  log('projection interrupted', { projection: name, reason });
  await pause(pauseMs, signal);
  if (isUnavailable(error)) return null;
  // What the feed itself cannot open stands somewhere after where we are.
  return { position: error instanceof Poisoned ? error.position : (at.position ?? origin), reason };
};

/** Settles once somebody has made the tables anew, or when `signal` is aborted. */
const untilRebuilt = async (pool: Pool, name: string, at: Standing, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const known = await checkpointOf(pool, name).catch(() => null);
    if (known && known.built !== at.built) return;
    await pause(haltedLookMs, signal);
  }
};

/**
 * Runs one projection until `signal` is aborted. Where an event cannot be folded it halts, and goes on only when a
 * rebuild has put other tables in the place of its own.
 */
export const runProjection = <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  signal: AbortSignal,
) => {
  const { pool, log } = needs;
  const { name } = projection;
  const at: Course = { position: null, built: 0, plain: false };
  let haltedAt: string | null = null;

  const run = async (): Promise<void> => {
    let poison: Poison | null = null;
    while (!signal.aborted) {
      try {
        if (poison) {
          if (await halt(pool, { name, ...at }, poison.position, poison.reason)) {
            haltedAt = poison.position;
            log('projection halted', { projection: name, ...poison });
            await untilRebuilt(pool, name, at, signal);
          } else await standBy(needs, projection, signal);
          poison = haltedAt = null;
          continue;
        }
        await follow(needs, projection, at, signal);
        await pause(pauseMs, signal);
      } catch (error) {
        poison = (await afterError(needs, projection, at, error, signal)) ?? poison;
      }
    }
  };

  return { status: (): ProjectionStatus => ({ position: at.position, haltedAt }), done: run() };
};

/** Stands for the place before the first event where a projection halted there. */
const origin = '0';
const pauseMs = 200;
/** How often it looks whether it is wanted again, where a newer program has taken over. */
const outdatedMs = 5_000;
/** How often a projection that halted looks whether it was rebuilt. */
const haltedLookMs = 1_000;
