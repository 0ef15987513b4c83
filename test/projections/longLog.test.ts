// Read models that begin with nothing before a long log: rebuilt rather than folded into tables with indices.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, test } from 'vitest';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import type { Recorded } from '../../src/domain/kernel.ts';
import { allProjections } from '../../src/projections/allProjections.ts';
import { checkpointOf } from '../../src/projections/checkpoints.ts';
import { gatherMoves } from '../../src/projections/moves.ts';
import { changesChannel, type Feed, type Projection } from '../../src/projections/projection.ts';
import { allRebuilds } from '../../src/projections/rebuilds.ts';
import { runProjection } from '../../src/projections/runner.ts';
import { eventually } from '../support/eventually.ts';
import { freshReadModels } from '../support/readModels.ts';
import { inventedLog } from './inventedLog.ts';

const perBatch = 100;
const log = inventedLog(7, 1_500);
const projections = allProjections([...vocabularies.keys()]);
const directory = projections.find(({ name }) => name === 'user_directory') as Projection;
const ofDirectory = log.filter(({ stream }) => directory.categories.includes(stream.slice(0, stream.indexOf('-'))));

const feedOf = (events: readonly Recorded[]): Feed =>
  async function* (after, categories, signal) {
    const rest = events.filter(({ position }) => after === null || position > after);
    for (let from = 0; from < rest.length; from += perBatch) {
      const page = rest.slice(from, from + perBatch);
      const wanted = page.filter(({ stream }) => categories.includes(stream.slice(0, stream.indexOf('-'))));
      const position = page.at(-1)?.position ?? '';
      yield { events: wanted, position, caughtUp: from + perBatch >= rest.length };
      if (signal.aborted) return;
    }
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  };

describe('a projection that begins before a long log', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const readModels = async () => {
    const { connection, pool, close } = await freshReadModels();
    closing.push(close);
    const logId = randomUUID();
    const run = (projection: Projection, events: readonly Recorded[], longLogEvents: number) => {
      const stop = new AbortController();
      const needs = { pool, connection, now: () => new Date(), logId, longLogEvents, log: () => undefined };
      const given = { ...needs, moves: gatherMoves(pool, changesChannel), feed: feedOf(events) };
      const { done, status } = runProjection(given, projection, stop.signal);
      const end = () => {
        stop.abort();
        return done.catch(() => undefined);
      };
      closing.push(end);
      return { end, status };
    };
    const rowsOf = async ({ tables }: Projection) => {
      const found: Record<string, unknown> = {};
      for (const { sqlName } of tables)
        found[sqlName] = (await pool.query(`select to_jsonb(t)::text as row from ${sqlName} t order by 1`)).rows;
      return found;
    };
    const standsAt = (name: string, { position }: Recorded) =>
      eventually(name, async () => (await checkpointOf(pool, name))?.position === position, 30_000);
    return { pool, run, rowsOf, standsAt, standing: (name: string) => checkpointOf(pool, name) };
  };
  const last = log.at(-1) as Recorded;

  test('has the rows it would have had, and goes on from there', async () => {
    const [rebuilt, folded] = [await readModels(), await readModels()];
    const early = log.slice(0, 1_300);
    const running = projections.map((each) => rebuilt.run(each, early, 10));
    for (const each of projections) await rebuilt.standsAt(each.name, early.at(-1) as Recorded);
    for (const { end } of running) await end();
    const made = (await allRebuilds(rebuilt.pool)).filter(({ phase }) => phase === 'done').map(({ name }) => name);
    assert.ok(made.includes('user_directory') && made.includes('audit_trail') && made.length > 5, made.join());
    for (const each of projections) {
      rebuilt.run(each, log, 10);
      folded.run(each, log, log.length);
    }
    for (const each of projections) {
      await Promise.all([rebuilt, folded].map(({ standsAt }) => standsAt(each.name, last)));
      assert.deepEqual(await rebuilt.rowsOf(each), await folded.rowsOf(each), each.name);
    }
    assert.deepEqual(await allRebuilds(folded.pool), []);
  });

  test('shows everything before what it cannot fold, and halts there', async () => {
    const { run, standing, rowsOf } = await readModels();
    const bad = ofDirectory[100];
    assert.ok(bad);
    const broken: Projection = {
      ...directory,
      apply: async (event, rows) => {
        if (event.eventId === bad.eventId) throw new Error('This cannot be folded');
        await directory.apply(event, rows);
      },
    };
    run(broken, log, 10);
    await eventually('a halt', async () => (await standing(directory.name))?.haltedAt === bad.position);
    const rows = Object.values(await rowsOf(directory)).flat();
    assert.ok(rows.length > 10, `${rows.length} rows`);
  });

  test('is rebuilt by one of those who run it, and folded once', async () => {
    const { run, standsAt, rowsOf, pool } = await readModels();
    for (let runner = 0; runner < 3; runner += 1) run(directory, log, 10);
    await standsAt(directory.name, last);
    const folded = await readModels();
    folded.run(directory, log, log.length);
    await folded.standsAt(directory.name, last);
    assert.deepEqual(await rowsOf(directory), await folded.rowsOf(directory));
    const [rebuild] = await allRebuilds(pool);
    assert.equal(rebuild?.events, String(ofDirectory.length));
  });

  test('begins anew where it was stopped on the way', async () => {
    const { run, standsAt, standing, rowsOf } = await readModels();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: free, resolve: goOn } = Promise.withResolvers<void>();
    const slow: Projection = {
      ...directory,
      apply: async (event, rows) => {
        begin();
        await free;
        await directory.apply(event, rows);
      },
    };
    const { end } = run(slow, log, 10);
    await begun;
    const ended = end();
    goOn();
    await ended;
    assert.equal((await standing(directory.name))?.position ?? null, null);
    run(directory, log, 10);
    await standsAt(directory.name, last);
    assert.ok(Object.values(await rowsOf(directory)).flat().length > 10);
  });
});
