// What a projection is, and what those who run it share.
import type { Fact, Recorded } from '../domain/kernel.ts';
import type { Rows } from './rows.ts';
import type { TableShape } from './table.ts';

/** What the runner itself has to know of an event. */
type Placed = { stream: string; position: string };

export type Projection<Event extends Placed = Recorded<Fact>> = {
  name: string;
  /** A new version is rebuilt from the beginning of the log. */
  version: number;
  /** Streams it heeds; its checkpoint advances past all others. */
  categories: readonly string[];
  tables: readonly TableShape[];
  /** Folds one event; no clock and no chance, or a rebuild would differ. */
  apply: (event: Event, rows: Rows) => Promise<void>;
};

export type ReadBatch<Event = Recorded<Fact>> = { events: Event[]; position: string; caughtUp: boolean };

/** Events of some categories after a position, for ever; ends when `signal` is aborted. */
export type Feed<Event = Recorded<Fact>> = (
  after: string | null,
  categories: readonly string[],
  signal: AbortSignal,
) => AsyncIterable<ReadBatch<Event>>;

/** The channel on which API processes hear how far a projection has come and which objects it touched. */
export const changesChannel = 'hansard_read';
export type RunnerNeeds<Event = Recorded<Fact>> = {
  pool: Pool;
  /** Of `changesChannel`; one for all projections of a process. */
  moves: Moves;
  feed: Feed<Event>;
  logId: string;
  log: (message: string, fields: Record<string, unknown>) => void;
};

type ProjectionStatus = { position: string | null; haltedAt: string | null };

/** The channel on which API processes hear how far a projection has come and which objects it touched. */
export const changesChannel = 'hansard_read';
const idsPerNoticeMax = 100;

/** Object ids of the streams in a batch, or null where there are too many to name. */
const touchedIds = (events: readonly Placed[]): string[] | null => {
  const ids = new Set(events.map(({ stream }) => stream.slice(stream.indexOf('-') + 1)));
  return ids.size > idsPerNoticeMax ? null : [...ids];
};

const inTransaction = async <Result>(pool: Pool, act: (client: PoolClient) => Promise<Result>): Promise<Result> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await act(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
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

/** An event that this projection cannot fold. */
export class Poisoned extends Error {
  readonly position: string;

  constructor(position: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.position = position;
  }
}

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

/** Folds a batch; `Poisoned` names the first event that cannot be folded or, alone in its batch, cannot be written. */
const applyBatch = async <Event extends Placed>(
  { pool, moves }: RunnerNeeds<Event>,
  { name, apply }: Projection<Event>,
  memory: RowMemory,
  from: string | null,
  { events, position }: Pick<ReadBatch<Event>, 'events' | 'position'>,
): Promise<void> => {
  const notice = JSON.stringify({ name, position, ids: touchedIds(events) });
  // Nothing for it in there, as in most of what is recorded.
  if (events.length === 0) {
    if (!(await moves({ name, from, to: position, notice }))) throw new Fenced();
    return;
  }
  const written = await inTransaction(pool, async (client) => {
    // First of all, since it locks the checkpoint: whoever comes second waits here, and has then folded nothing twice.
    if (!(await advanceAndTell(client, name, from, position, changesChannel, notice))) throw new Fenced();
    const rows = transactionRows(client, memory);
    for (const event of events) {
      try {
        await apply(event, rows);
      } catch (error) {
        if (isUnavailable(error)) throw error;
        throw new Poisoned(event.position, error);
      }
    }
    await rows.flush().catch((error: unknown) => {
      const [only] = events;
      throw isUnavailable(error) || events.length !== 1 || !only ? error : new Poisoned(only.position, error);
    });
    return rows;
  });
  written.committed();
};

/** Makes sure the checkpoint belongs to this log and this version; a new version starts over with empty tables. */
const prepare = async (
  { pool, logId }: Pick<RunnerNeeds, 'pool' | 'logId'>,
  { name, version, tables }: Pick<Projection, 'name' | 'version' | 'tables'>,
): Promise<string | null> => {
  const known = await checkpointOf(pool, name);
  if (known && known.logId !== logId) {
    throw new ForeignLog(
      `The read models belong to log ${known.logId}, but this is log ${logId}. Point the server at its own database, or drop the schema "read" to have it rebuilt.`,
    );
  }
  if (known?.version === version) {
    if (known.haltedAt !== null) await putCheckpoint(pool, known); // A restart tries the halted event again.
    return known.position;
  }
  await inTransaction(pool, async (client) => {
    for (const { sqlName } of tables) await client.query(`truncate ${sqlName}`);
    await putCheckpoint(client, { name, version, logId, position: null, haltedAt: null, haltReason: null });
  });
  return null;
};

/** Runs one projection until `signal` is aborted or an event cannot be folded. */
export const runProjection = <Event extends Placed>(
  needs: RunnerNeeds<Event>,
  projection: Projection<Event>,
  signal: AbortSignal,
) => {
  const { pool, feed, log } = needs;
  const { name } = projection;
  const status: ProjectionStatus = { position: null, haltedAt: null };

  const haltAt = async (position: string, reason: string): Promise<void> => {
    await halt(pool, name, position, reason);
    status.haltedAt = position;
    log('projection halted', { projection: name, position, reason });
  };

  /** Goes through a batch that failed one event at a time, up to the one that is to blame. */
  const applySingly = async ({ events, position }: ReadBatch<Event>): Promise<void> => {
    const memory: RowMemory = new Map();
    for (const event of events) {
      await applyBatch(needs, projection, memory, status.position, { events: [event], position: event.position });
      status.position = event.position;
    }
    if (status.position !== position)
      await applyBatch(needs, projection, memory, status.position, { events: [], position });
  };

  const follow = async (): Promise<void> => {
    status.position = await bounded('Taking up the checkpoint', prepare(needs, projection));
    const restOfBatch = pacer();
    let memory: RowMemory = new Map();
    const open = (ended: AbortSignal) => feed(status.position, projection.categories, ended);
    for await (const batch of gathered(open, signal)) {
      const begunMs = performance.now();
      const applied = bounded('A batch', applyBatch(needs, projection, memory, status.position, batch));
      await applied.catch((error: unknown) => {
        if (error instanceof Fenced || isUnavailable(error)) throw error;
        memory = new Map();
        return applySingly(batch);
      });
      status.position = batch.position;
      if (batch.caughtUp) await restOfBatch(begunMs, signal);
    }
  };

  const run = async (): Promise<void> => {
    let poison: { position: string; reason: string } | null = null;
    while (!signal.aborted) {
      try {
        if (poison) return await haltAt(poison.position, poison.reason);
        await follow();
      } catch (error) {
        if (error instanceof ForeignLog) throw error;
        if (error instanceof Fenced) {
          await standBy(needs, projection, signal).catch(() => undefined); // Taking up the checkpoint tells why.
          continue;
        }
        const reason = error instanceof Error ? error.message : String(error);
        log('projection interrupted', { projection: name, reason });
        // What the feed itself cannot open stands somewhere after where we are.
        const position = error instanceof Poisoned ? error.position : (status.position ?? origin);
        if (!isUnavailable(error)) poison = { position, reason };
      }
      await pause(pauseMs, signal);
    }
  };

  return { status: (): ProjectionStatus => ({ ...status }), done: run() };
};

/** Stands for the place before the first event where a projection halted there. */
const origin = '0';
const pauseMs = 200;
