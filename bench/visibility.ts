// P4: how long after its answer a command is seen in the read models, against the time the answer took.
import { setTimeout as delay } from 'node:timers/promises';
import { openedFeed, storedFeed } from '../src/commands/feed.ts';
import { vocabularies } from '../src/commands/vocabularies.ts';
import { checkpoint } from '../src/domain/proof/checkpoint.ts';
import { allProjections } from '../src/projections/allProjections.ts';
import { merkleTree } from '../src/projections/merkleTree.ts';
import { gatherMoves } from '../src/projections/moves.ts';
import { changesChannel } from '../src/projections/projection.ts';
import { migrateReadModels, readPool } from '../src/projections/readDatabase.ts';
import { runProjection } from '../src/projections/runner.ts';
import { watchProjections } from '../src/projections/watch.ts';
import { type Goal, type Prepared, percentile } from './goal.ts';
import { type BenchLog, openBenchLog, retitle } from './log.ts';

const clients = 16;
const seconds = 3;
const loadShare = 0.7;
const visibleTimeoutMs = 20_000;
const seen = 'conference_list';

/** Every projection, as the server runs them; answers how to wait until one has come to a position. */
const project = async ({ postgres: { connection }, store, codec }: BenchLog) => {
  await migrateReadModels(connection);
  const fail = (error: Error) => {
    throw error;
  };
  const pool = readPool(connection, fail);
  const stop = new AbortController();
  const needs = {
    pool,
    connection,
    now: () => new Date(),
    moves: gatherMoves(pool, changesChannel),
    feed: openedFeed(store, codec),
    logId: await store.logId(),
    log: () => undefined,
  };
  const categories = [...vocabularies.keys()];
  const running = [
    ...allProjections(categories).map((each) => runProjection(needs, each, stop.signal)),
    runProjection({ ...needs, feed: storedFeed(store) }, merkleTree(categories, checkpoint.category), stop.signal),
  ];
  const watch = await watchProjections(connection, () => undefined);
  return {
    visible: async (position: string) => {
      if (!(await watch.reached([seen], position, visibleTimeoutMs))) throw new Error(`${seen} stands still`);
    },
    close: async () => {
      stop.abort();
      await Promise.all(running.map(({ done }) => done));
      await watch.close();
      await pool.end();
    },
  };
};

type Took = { answerMs: number; visibleMs: number };

const prepareReading = async (say: (line: string) => void) => {
  const log = await openBenchLog(clients + 1, say);
  const { visible, close } = await project(log);
  let takes = 0;
  /** One command of the client of that number, until it is seen. */
  const act = async (client: number): Promise<Took> => {
    takes += 1;
    const asked = performance.now();
    const { position } = await retitle(log.run, log.accountId, log.conferenceIds[client] ?? '', `Take ${takes}`);
    const answered = performance.now();
    await visible(position ?? '');
    return { answerMs: answered - asked, visibleMs: performance.now() - answered };
  };
  const inTurn = async (client: number, forMs: number): Promise<Took[]> => {
    const took: Took[] = [];
    const end = performance.now() + forMs;
    while (performance.now() < end) took.push(await act(client));
    return took;
  };
  /** Commands at a steady rate, whether the ones before were seen or not. */
  const load = async (perSecond: number, stop: AbortSignal): Promise<void> => {
    const started = performance.now();
    for (let sent = 0; !stop.aborted; sent += 1) {
      const earlyMs = started + (sent * 1000) / perSecond - performance.now();
      if (earlyMs > 0) await delay(earlyMs);
      takes += 1;
      const id = log.conferenceIds[sent % clients] ?? '';
      retitle(log.run, log.accountId, id, `Take ${takes}`).catch((error: unknown) => say(String(error)));
    }
  };
  await inTurn(clients, seconds * 1000);
  return {
    inTurn,
    load,
    close: async () => {
      await close();
      await log.close();
    },
  };
};

const p95 = (took: readonly Took[], of: keyof Took): number =>
  percentile(
    took.map((each) => each[of]),
    0.95,
  );

const prepareIdle = async (say: (line: string) => void): Promise<Prepared> => {
  const { inTurn, close } = await prepareReading(say);
  let last: Took[] = [];
  return {
    baseline: async () => {
      last = await inTurn(clients, seconds * 1000);
      return p95(last, 'answerMs');
    },
    // Of the very same commands, so that both had the same machine.
    ours: () => Promise.resolve(p95(last, 'visibleMs')),
    close,
  };
};

const prepareLoaded = async (say: (line: string) => void): Promise<Prepared> => {
  const { inTurn, load, close } = await prepareReading(say);
  const every = Array.from({ length: clients }, (_, client) => inTurn(client, seconds * 1000));
  const most = (await Promise.all(every)).flat().length / seconds;
  say(`  ${most.toFixed(0)} commands/s answered and seen at most`);
  return {
    baseline: async () => p95(await inTurn(clients, seconds * 1000), 'answerMs'),
    ours: async () => {
      const stop = new AbortController();
      const loading = load(most * loadShare, stop.signal);
      const took = await inTurn(clients, seconds * 1000);
      stop.abort();
      await loading;
      return p95(took, 'visibleMs');
    },
    close,
  };
};

const goal = { unit: 'ms', better: 'lower' } as const;

export const idleVisibility: Goal = {
  ...goal,
  name: 'P4',
  title: 'answer until visible in a read model, p95, idle, against the time until the answer',
  wanted: 2,
  prepare: prepareIdle,
};

export const loadedVisibility: Goal = {
  ...goal,
  name: 'P4-load',
  title: 'the same at 70 % load, against the answer when idle',
  wanted: 10,
  prepare: prepareLoaded,
};
