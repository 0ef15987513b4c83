import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, test } from 'vitest';
import type { Fact, Recorded } from '../../src/domain/kernel.ts';
import { auditTrail } from '../../src/projections/auditTrail.ts';
import { checkpointOf } from '../../src/projections/checkpoints.ts';
import { gatherMoves } from '../../src/projections/moves.ts';
import { changesChannel, type Feed, type Projection } from '../../src/projections/projection.ts';
import { runProjection } from '../../src/projections/runner.ts';
import { userDirectory } from '../../src/projections/userDirectory.ts';
import { eventually } from '../support/eventually.ts';
import { freshReadModels } from '../support/readModels.ts';

const sample = (type: string): object => {
  const text = readFileSync(new URL(`../domain/recorded/${type}.1.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { data: object }).data;
};
const positionOf = (n: number): string => String(n).padStart(19, '0');

/** The n-th event of the log. */
const event = (n: number, type: string, accountId: string, reason: string | null = null): Recorded<Fact> => ({
  type,
  data: { ...sample(type), accountId },
  eventId: randomUUID(),
  stream: `account-${accountId}`,
  revision: n,
  position: positionOf(n),
  meta: {
    actor: { kind: 'system', id: 'hansard' },
    commandId: randomUUID(),
    correlationId: randomUUID(),
    causationId: null,
    node: 'n',
    occurredAt: new Date('2026-03-01T12:00:00Z'),
    reason,
    origin: null,
  },
});

const feedOf = (events: readonly Recorded<Fact>[]): Feed =>
  async function* (after, _categories, signal) {
    const rest = events.filter(({ position }) => after === null || position > after);
    const last = rest.at(-1);
    if (last) yield { events: rest, position: last.position, caughtUp: true };
    if (signal.aborted) return; // While the batch was worked on.
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  };

describe('a projection', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const readModels = async () => {
    const { connection, pool, close } = await freshReadModels();
    closing.push(close);
    const stopping = new AbortController();
    const run = (
      projection: Projection,
      events: readonly Recorded<Fact>[],
      logId: string,
      log: (message: string) => void = () => undefined,
    ) => {
      const needs = {
        pool,
        connection,
        now: () => new Date(),
        moves: gatherMoves(pool, changesChannel),
        feed: feedOf(events),
        logId,
        log,
      };
      const running = runProjection(needs, projection, stopping.signal);
      closing.push(() => {
        stopping.abort();
        return running.done.catch(() => undefined);
      });
      return running;
    };
    const count = async (table: string) =>
      (await pool.query<{ n: number }>(`select count(*)::int n from read.${table}`)).rows[0]?.n;
    const standing = (name: string) => checkpointOf(pool, name);
    const halted = async (name: string) => {
      await eventually('a halt', async () => typeof (await standing(name))?.haltedAt === 'string');
      return standing(name);
    };
    return { pool, connection, run, count, standing, halted, stop: stopping.signal };
  };

  test('halts alone at what it cannot fold, having done all before it; the others go on', async () => {
    const { run, count, standing, halted } = await readModels();
    const [logId, anna, berta] = [randomUUID(), randomUUID(), randomUUID()];
    const events = [
      event(1, 'AccountCreated', anna),
      event(2, 'AccountActivated', randomUUID()), // Of nobody.
      event(3, 'AccountCreated', berta),
    ];
    run(userDirectory, events, logId);
    run(auditTrail(['account']), events, logId);
    const there = await halted('user_directory');
    assert.deepEqual([there?.position, there?.haltedAt], [positionOf(1), positionOf(2)]);
    assert.match(there?.haltReason ?? '', /was never created/);
    assert.equal(await count('account'), 1);
    await eventually('the others', async () => (await standing('audit_trail'))?.position === positionOf(3));
    assert.equal(await count('event'), 3);
  });

  test('halts at what only the database refuses, too', async () => {
    const { run, count, halted } = await readModels();
    const events = [1, 2, 3, 4].map((n) => event(n, 'AccountCreated', randomUUID(), n === 3 ? 'a\u0000b' : null));
    run(auditTrail(['account']), events, randomUUID());
    const there = await halted('audit_trail');
    assert.deepEqual([there?.position, there?.haltedAt], [positionOf(2), positionOf(3)]);
    assert.equal(await count('event'), 2);
  });

  test('halts where the feed cannot open what comes next', async () => {
    const { pool, connection, halted, stop } = await readModels();
    const feed: Feed = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('Unknown event type')) }),
    });
    const needs = {
      pool,
      connection,
      now: () => new Date(),
      moves: gatherMoves(pool, changesChannel),
      feed,
      logId: randomUUID(),
      log: () => undefined,
    };
    runProjection(needs, userDirectory, stop);
    assert.match((await halted('user_directory'))?.haltReason ?? '', /Unknown event type/);
  });

  test('of a new version is rebuilt while the old rows are read, and an older program leaves it alone', async () => {
    const { run, count, standing, pool } = await readModels();
    const logId = randomUUID();
    const events = [1, 2, 3].map((n) => event(n, 'AccountCreated', randomUUID()));
    const old = run(userDirectory, events, logId);
    await eventually('the old version to read all', () => old.status().position === positionOf(3));
    let fewest = 3;
    const slow: Projection = {
      ...userDirectory,
      version: userDirectory.version + 1,
      apply: async (each, rows) => {
        fewest = Math.min(fewest, (await count('account')) ?? 0);
        await userDirectory.apply(each, rows);
      },
    };
    const fresh = run(slow, events, logId);
    await eventually('the new version to stand', () => fresh.status().position === positionOf(3));
    assert.deepEqual([fewest, await count('account')], [3, 3]);
    const indices = "select indexname from pg_indexes where schemaname = 'read' and tablename = 'account'";
    assert.ok(((await pool.query(indices)).rowCount ?? 0) > 1, 'with its indices');
    const more = [...events, event(4, 'AccountCreated', randomUUID())];
    const said: string[] = [];
    run(userDirectory, more, logId, (message) => void said.push(message));
    await eventually('the older program to see it', () => said.includes('projection left to a newer program'));
    const { version, position } = (await standing('user_directory')) ?? {};
    assert.deepEqual([version, position], [slow.version, positionOf(3)]);
  });

  test('run twice at the same time folds everything once', async () => {
    const { run, count, standing, pool } = await readModels();
    const logId = randomUUID();
    const events = Array.from({ length: 300 }, (_, index) => event(index + 1, 'AccountCreated', randomUUID()));
    const projection = auditTrail(['account']);
    run(projection, events.slice(0, 1), logId);
    await eventually('a start', async () => (await standing('audit_trail'))?.position === positionOf(1));
    for (let runner = 0; runner < 4; runner += 1) run(projection, events, logId);
    await eventually('the end', async () => (await standing('audit_trail'))?.position === positionOf(300));
    assert.equal(await count('event'), 300);
    const { rows } = await pool.query<{ n: string }>('select max(number)::text n from read.event');
    assert.equal(rows[0]?.n, '299');
  });

  test('is not halted by what another one that runs it has long folded', async () => {
    const { run, standing } = await readModels();
    const logId = randomUUID();
    const events = [1, 2, 3].map((n) => event(n, 'AccountCreated', randomUUID()));
    const { promise: late, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    let threw = 0;
    const slow: Projection = {
      ...userDirectory,
      apply: async (each, rows) => {
        begin();
        await late;
        if (threw === 2) return userDirectory.apply(each, rows);
        threw += 1; // With its batch, and alone.
        throw new Error('These rows are of later');
      },
    };
    run(slow, events, logId);
    await begun;
    run(userDirectory, events, logId);
    await eventually(
      'the other one to end',
      async () => (await standing('user_directory'))?.position === positionOf(3),
    );
    goOn();
    await eventually('the late one to have failed', () => threw === 2);
    await delay(1_000);
    const { position, haltedAt } = (await standing('user_directory')) ?? {};
    assert.deepEqual([position, haltedAt], [positionOf(3), null]);
  });

  test('of another log is not touched', async () => {
    const { run, standing } = await readModels();
    run(userDirectory, [event(1, 'AccountCreated', randomUUID())], randomUUID());
    await eventually('a start', async () => (await standing('user_directory'))?.position === positionOf(1));
    await assert.rejects(run(userDirectory, [], randomUUID()).done, /drop the schema "read"/);
  });
});
