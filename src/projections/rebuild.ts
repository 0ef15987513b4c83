// Rebuilds a projection from the log beside its live tables, which serve readers until the new ones take their place.
import pg from 'pg';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { checkpointOf } from './checkpoints.ts';
import { isUnavailable } from './databaseErrors.ts';
import { pause } from './pace.ts';
import {
  changesChannel,
  type Feed,
  type Placed,
  Poisoned,
  type Projection,
  type ReadBatch,
  type Scrub,
} from './projection.ts';
import type { Connection } from './readDatabase.ts';
import { type RebuildPhase, type RebuildRow, type TableReport, tellRebuild } from './rebuilds.ts';
import { type StagedRows, stagedRows } from './stagedRows.ts';
import {
  createStaging,
  differences,
  dropStaging,
  fingerprint,
  finishStaging,
  holdStill,
  plainReport,
  stagedShape,
  swapIn,
} from './staging.ts';

export type RebuildOptions = {
  /** Whether what is rebuilt should be what there is; not so after a new version of the projection. */
  compare: boolean;
  /** Goes on to the end of the log, wherever the live tables are; not with `compare`. */
  toEnd?: boolean;
  now: () => Date;
  /** Asked once nobody else can be at it: whether it is still to be done. */
  wanted?: () => Promise<boolean>;
  /** Told how it went, while nobody else can be at it yet. */
  ended?: (row: RebuildRow) => Promise<void>;
};

export type RebuildNeeds<Event = Recorded<Fact>> = {
  pool: pg.Pool;
  /** Two connections are opened to it for the time of the rebuild. */
  connection: Connection;
  feed: Feed<Event>;
  logId: string;
};

/** Shorter than `deadlock_timeout`, so that it is we who give way and never a reader. */
const lockMs = 500;
const switchTriesMax = 60;
const tellEveryMs = 250;

/** What is done to the staged tables beside folding into them. */
type StagedTables = { index: () => Promise<void>; scrub: (scrubs: readonly Scrub[]) => Promise<void> };

/** What waits for the indices is held in memory. */
const laterMax = 500;

/** Reads the log up to where it is told, and folds into the staged tables. */
class Folding<Event extends Placed> {
  readonly #iterator: AsyncIterator<ReadBatch<Event>>;
  readonly #projection: Projection<Event>;
  readonly #rows: StagedRows;
  readonly #tables: StagedTables;
  /** What was erased while there were no indices to find it by; null once there are. */
  #later: Scrub[] | null = [];
  #left: Event[] = [];
  /** Everything up to there is folded or, where it came with `left`, read. */
  #read: string | null = null;
  #atEnd = false;
  position: string | null = null;
  events = 0;

  constructor(
    needs: RebuildNeeds<Event>,
    projection: Projection<Event>,
    rows: StagedRows,
    tables: StagedTables,
    signal: AbortSignal,
  ) {
    this.#tables = tables;
    this.#iterator = needs.feed(null, projection.categories, signal)[Symbol.asyncIterator]();
    this.#projection = projection;
    this.#rows = rows;
  }

  /** To a position, and not beyond it; to where it is already, where that is further. */
  async to(position: string, progress: () => Promise<void> = async () => undefined): Promise<void> {
    await this.#fold(position);
    while ((this.#read ?? '') < position) {
      await this.#more();
      await this.#fold(position);
      await progress();
    }
    if ((this.position ?? '') < position) this.position = position;
    await this.#rows.flush(true);
  }

  /** To the end that the log has when it is reached. */
  async toEnd(progress: () => Promise<void>): Promise<void> {
    while (!this.#atEnd) {
      await this.#more();
      await this.#fold(this.#read ?? '');
      await progress();
    }
    this.position = this.#read;
    await this.#rows.flush(true);
  }

  /** The tables have their indices. */
  async indexed(): Promise<void> {
    await this.#tables.scrub(this.#later ?? []);
    this.#later = null;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  /** Most of what is folded was erased before it was read; the rest is taken out of the rows. */
  async #forget(event: Event): Promise<void> {
    const scrubs = this.#projection.scrubs?.(event) ?? [];
    if (scrubs.length === 0) return;
    this.#later?.push(...scrubs);
    if (this.#later && this.#later.length < laterMax) return;
    await this.#rows.flush(true);
    if (this.#later === null) return this.#tables.scrub(scrubs);
    await this.#tables.index();
    await this.indexed();
  }

  async #more(): Promise<void> {
    const next = await this.#iterator.next();
    if (next.done) throw new Error('The rebuild was stopped');
    const { events, position, caughtUp } = next.value;
    this.#left.push(...events);
    this.#read = position;
    this.#atEnd = caughtUp;
  }

  async #fold(limit: string): Promise<void> {
    const beyond = this.#left.findIndex(({ position }) => position > limit);
    const due = this.#left.splice(0, beyond < 0 ? this.#left.length : beyond);
    for (const event of due) {
      await this.#forget(event);
      try {
        await this.#projection.apply(event, this.#rows);
      } catch (error) {
        throw isUnavailable(error) ? error : new Poisoned(event.position, error);
      }
    }
    this.events += due.length;
    this.position = due.at(-1)?.position ?? this.position;
    await this.#rows.flush(false);
  }
}

type Progress = { readonly position: string | null; readonly events: number };

/** Tells how far it has come, at most a few times a second within one phase. */
const teller = (needs: Pick<RebuildNeeds, 'pool'>, name: string, folding: Progress, now: () => Date) => {
  const startedAt = now();
  let toldMs = Number.NEGATIVE_INFINITY;
  return async (phase: RebuildPhase, more: Partial<RebuildRow> = {}): Promise<void> => {
    if (phase === 'folding' && performance.now() - toldMs < tellEveryMs) return;
    toldMs = performance.now();
    const { position, events } = folding;
    const row = { name, phase, position, events: String(events), startedAt, endedAt: null, reason: null, tables: [] };
    await tellRebuild(needs.pool, { ...row, ...more });
  };
};

/** The live tables at one moment, by a transaction that goes on seeing it, and where their checkpoint stood then. */
const liveNow = async (client: pg.Client, { name, tables }: Pick<Projection, 'name' | 'tables'>) => {
  await client.query('begin isolation level repeatable read read only');
  try {
    const { rows } = await client.query<{ position: string | null }>(
      'select position from read.checkpoint where name = $1',
      [name],
    );
    const prints = [];
    for (const table of tables) prints.push(await fingerprint(client, table));
    return { position: rows[0]?.position ?? null, prints };
  } finally {
    await client.query('commit');
  }
};

/** Whether the live tables, which are where the staged ones are by the time this ends, hold the same rows. */
const equalToLive = async <Event extends Placed>(
  client: pg.Client,
  projection: Projection<Event>,
  folding: Folding<Event>,
): Promise<boolean> => {
  const live = await liveNow(client, projection);
  await folding.to(live.position ?? '');
  const staged = [];
  for (const table of projection.tables) staged.push(await fingerprint(client, stagedShape(table)));
  return JSON.stringify(staged) === JSON.stringify(live.prints);
};

/** Takes the place of the live tables; false where a reader was in the way for too long. */
const trySwitch = async <Event extends Placed>(
  { logId }: RebuildNeeds<Event>,
  clients: { fold: pg.Client; swap: pg.Client },
  { name, version, tables }: Projection<Event>,
  folding: Folding<Event>,
  report: (position: string) => Promise<TableReport[]>,
): Promise<TableReport[] | null> => {
  const { swap } = clients;
  await swap.query('begin');
  try {
    await swap.query(`set local lock_timeout = ${lockMs}`);
    // From here on nobody moves the live tables. These before the checkpoint, as whoever moves them has them: in the
    // other order each move of a busy log would wait for us, and we for it.
    await holdStill(swap, tables);
    const { rows } = await swap.query<{ position: string | null }>(
      'select position from read.checkpoint where name = $1 for update',
      [name],
    );
    const live = rows[0]?.position ?? null;
    await folding.to(live ?? '');
    const position = folding.position ?? '';
    const told = await report(position);
    await swapIn(swap, tables);
    await swap.query(
      `update read.checkpoint set version = $2, "logId" = $3, position = $4, "haltedAt" = null, "haltReason" = null,
         built = built + 1 where name = $1`,
      [name, version, logId, position === '' ? null : position],
    );
    await swap.query('select pg_notify($1, $2)', [changesChannel, JSON.stringify({ name, position, ids: null })]);
    await swap.query('commit');
    return told;
  } catch (error) {
    await swap.query('rollback');
    const { code } = error as { code?: string };
    if (code === '55P03' || code === '40P01') return null; // The lock was not to be had.
    throw error;
  }
};

const switchOver = async <Event extends Placed>(
  needs: RebuildNeeds<Event>,
  clients: { fold: pg.Client; swap: pg.Client },
  projection: Projection<Event>,
  folding: Folding<Event>,
  equal: boolean | null,
): Promise<TableReport[]> => {
  const report = async (): Promise<TableReport[]> => {
    const reports: TableReport[] = [];
    for (const table of projection.tables) {
      // Where all is equal, or nothing can be compared, nobody need wait for the counting of differences.
      if (equal === false) reports.push(await differences(clients.fold, table));
      else {
        const { rows } = await fingerprint(clients.fold, stagedShape(table));
        reports.push(plainReport(table, rows, equal === true));
      }
    }
    return reports;
  };
  for (let tries = 1; tries <= switchTriesMax; tries += 1) {
    const reports = await trySwitch(needs, clients, projection, folding, report);
    if (reports) return reports;
    await pause(tries * 20, AbortSignal.timeout(60_000));
  }
  throw new Error('Readers kept the live tables for too long: nothing was changed');
};

const rebuildWith = async <Event extends Placed>(
  needs: RebuildNeeds<Event>,
  clients: { fold: pg.Client; swap: pg.Client },
  projection: Projection<Event>,
  { compare, toEnd, now }: RebuildOptions,
  signal: AbortSignal,
): Promise<RebuildRow> => {
  const { name, tables } = projection;
  await createStaging(clients.fold, tables);
  const rows = stagedRows(clients.fold);
  const stop = new AbortController();
  const index = (): Promise<void> => finishStaging(clients.fold, tables);
  const scrub = async (scrubs: readonly Scrub[]): Promise<void> => {
    for (const each of scrubs) await each(clients.fold, (table) => stagedShape(table).sqlName);
  };
  const folding = new Folding(needs, projection, rows, { index, scrub }, AbortSignal.any([signal, stop.signal]));
  const tell = teller(needs, name, folding, now);
  const startedAt = now();
  try {
    // Not beyond the live tables, which could not be compared otherwise: they go on, and so does this.
    const liveAt = async (): Promise<string> => (await checkpointOf(needs.pool, name))?.position ?? '';
    if (toEnd) await folding.toEnd(() => tell('folding'));
    else await folding.to(await liveAt(), () => tell('folding'));
    await tell('indexing');
    await index();
    await folding.indexed();
    await folding.to(await liveAt());
    await tell('comparing');
    const equal = compare ? await equalToLive(clients.fold, projection, folding) : null;
    await tell('switching');
    const reports = await switchOver(needs, clients, projection, folding, equal);
    const { position, events } = folding;
    const ended = { phase: 'done' as const, startedAt, endedAt: now(), reason: null, tables: reports };
    await tell('done', ended);
    return { name, position, events: String(events), ...ended };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await tell('failed', { startedAt, endedAt: now(), reason }).catch(() => undefined);
    await dropStaging(clients.fold, tables).catch(() => undefined);
    throw error;
  } finally {
    stop.abort();
    await folding.close();
  }
};

const open = async ({ connection }: Pick<RebuildNeeds, 'connection'>): Promise<pg.Client> => {
  const options = '-c synchronous_commit=off -c work_mem=64MB -c maintenance_work_mem=128MB';
  const client = new pg.Client({ ...connection, options, application_name: 'hansard rebuild', keepAlive: true });
  client.on('error', () => undefined); // The statement under way is told.
  await client.connect();
  return client;
};

/**
 * Rebuilds one projection from the beginning of the log, in bounded memory, while the live tables are read and kept up
 * to date; then compares, and switches in one transaction. Readers wait for at most half a second, and none fails.
 * Answers how it went, or null where another process is at it or has done it. Rejects where an event cannot be folded
 * or the database goes away; the live tables are then what they were.
 */
export const rebuild = async <Event extends Placed>(
  needs: RebuildNeeds<Event>,
  projection: Projection<Event>,
  options: RebuildOptions,
  signal: AbortSignal,
): Promise<RebuildRow | null> => {
  const fold = await open(needs);
  const swap = await open(needs).catch(async (error: unknown) => {
    await fold.end();
    throw error;
  });
  try {
    const { rows } = await fold.query<{ mine: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('hansard rebuild ' || $1, 0)) as mine",
      [projection.name],
    );
    if (rows[0]?.mine !== true || (await options.wanted?.()) === false) return null;
    const row = await rebuildWith(needs, { fold, swap }, projection, options, signal);
    await options.ended?.(row);
    return row;
  } finally {
    await Promise.allSettled([fold.end(), swap.end()]);
  }
};
