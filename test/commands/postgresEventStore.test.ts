import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  AppendInvalid,
  type EventStore,
  limits,
  OutcomeUnknown,
  StoreUnavailable,
} from '../../src/commands/eventStore.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import {
  type Connection,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/operations/embeddedPostgres.ts';
import { untilTrue } from '../../src/operations/processes.ts';
import { all, appended, collect, event, events, newCategory, newStream } from '../support/events.ts';
import { freeze } from '../support/faults.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { eventStoreContract } from './eventStoreContract.ts';

const open = async () => {
  const database = await freshDatabase();
  return { ...database, store: await openPostgresEventStore({ connection: database.connection }) };
};

eventStoreContract('the event store in PostgreSQL', async () => {
  const { store, drop } = await open();
  return { store, empty: async () => (await open()).store, dispose: drop };
});

describe('the event store in PostgreSQL', () => {
  let connection: Connection;
  let store: EventStore;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    ({ connection, store, drop } = await open());
  });
  afterAll(async () => {
    await store.close();
    await drop();
  });

  test('is the same log when opened again, also by many at once', async () => {
    const stream = newStream();
    await appended(store, stream, 'noStream', events(2));
    const others = await Promise.all([1, 2, 3].map(() => openPostgresEventStore({ connection })));
    for (const other of others) {
      assert.equal(await other.logId(), await store.logId());
      assert.equal((await all(other, stream)).length, 2);
      await other.close();
    }
  });

  test('is created once when many open an empty database', async () => {
    const { connection: empty, drop: done } = await freshDatabase();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgresEventStore({ connection: empty })));
    assert.equal(new Set(await Promise.all(stores.map((each) => each.logId()))).size, 1);
    await Promise.all(stores.map((each) => each.close()));
    await done();
  });

  test('is refused when a newer program wrote it', async () => {
    const { connection: newer, drop: done } = await freshDatabase();
    await (await openPostgresEventStore({ connection: newer })).close();
    await runSql(newer, 'update log.meta set version = 99');
    await assert.rejects(
      openPostgresEventStore({ connection: newer }),
      /schema "log" has version 99, this program knows \d: start the newer/,
    );
    await done();
  });

  test('cannot be altered by a slip', async () => {
    await appended(store, newStream(), 'noStream', [event()]);
    await assert.rejects(runSql(connection, "update log.events set type = 'Other'"), /append-only/);
    await assert.rejects(runSql(connection, 'delete from log.events'), /append-only/);
    await assert.rejects(runSql(connection, 'truncate log.events'), /append-only/);
  });

  test('interleaves two writing processes: one winner each, one order for both, no gap', async () => {
    const other = await openPostgresEventStore({ connection });
    const category = newCategory();
    const after = (await store.head()) ?? '';
    const rounds = 300;
    const watching = collect(other, { after }, (seen) => seen.length === rounds);
    const wins = { ours: 0, theirs: 0 };
    const race = async () => {
      const stream = newStream(category);
      const [ours, theirs] = await Promise.all(
        [store, other].map((each) => each.append(stream, 'noStream', [event()], 60_000)),
      );
      if (ours?.outcome === 'appended') wins.ours += 1;
      if (theirs?.outcome === 'appended') wins.theirs += 1;
    };
    await Promise.all(Array.from({ length: rounds }, race));
    assert.equal(wins.ours + wins.theirs, rounds);
    const { seen } = await watching;
    assert.ok(seen.every(({ position }, n) => Number(position) === Number(after) + 1 + n));
    await other.close();
  });

  test('hears of another process at once, not at the next look', async () => {
    const patient = await openPostgresEventStore({ connection, pollMs: 600_000 });
    const after = (await store.head()) ?? '';
    const watching = collect(patient, { after }, (seen) => seen.length === 1);
    const listening =
      "select from pg_stat_activity where application_name = 'hansard log listener' and datname = current_database()";
    assert.ok(await untilTrue(async () => (await runSql(connection, listening)).length > 0, 20_000));
    await appended(store, newStream(), 'noStream', [event()]);
    await watching;
    await patient.close();
  });

  test('goes on when its connections are cut, again and again', async () => {
    const category = newCategory();
    const acknowledged: string[] = [];
    let writing = true;
    let done = false;
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'hansard log%'`;
    const after = (await store.head()) ?? '';
    const watching = collect(store, { after }, (seen) => done && seen.length > acknowledged.length);
    const write = async () => {
      while (writing) {
        const asked = event();
        await appended(store, newStream(category), 'noStream', [asked]);
        acknowledged.push(asked.id);
      }
    };
    const writers = Array.from({ length: 8 }, write);
    for (let cuts = 0; cuts < 10; cuts += 1) {
      const goal = acknowledged.length + 20;
      assert.ok(await untilTrue(() => acknowledged.length >= goal, 20_000));
      await runSql(connection, cut);
    }
    writing = false;
    await Promise.all(writers);
    done = true;
    await appended(store, newStream(category), 'noStream', [event()]); // One more, for the subscription to look again.
    const { seen } = await watching;
    assert.ok(seen.every(({ position }, n) => Number(position) === Number(after) + 1 + n));
    const ids = seen.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      acknowledged.filter((id) => !ids.includes(id)),
      [],
    );
  });
});

test('a reader far behind the end is given each event once, whatever becomes of its connections', async () => {
  const { connection, store, drop } = await open();
  const count = 24_000;
  const streams = Array.from({ length: count / limits.appendEventsMax }, () => newStream());
  for (const stream of streams) await appended(store, stream, 'noStream', events(limits.appendEventsMax));
  const positions: number[] = [];
  let pages = 0;
  for await (const batch of store.subscribeAll({ signal: AbortSignal.timeout(60_000) })) {
    positions.push(...batch.events.map(({ position }) => Number(position)));
    if (batch.caughtUp) break;
    pages += 1;
    // The next page may be on its way, have come, or have been lost.
    if (pages % 3 === 0) {
      await runSql(
        connection,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'hansard log reader'`,
      );
    }
    if (pages === 5) await appended(store, newStream(), 'noStream', [event()]);
  }
  assert.deepEqual(
    positions,
    Array.from({ length: count + 1 }, (_, index) => index + 1),
  );
  await store.close();
  await drop();
});

describe('the event store in a PostgreSQL that', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;
  const start = async () => {
    server = await startEmbeddedPostgres({ dataDir, settings: { shared_buffers: '32MB', io_method: 'sync' } });
  };
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hansard-log-'));
    await start();
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('is killed while appends are under way keeps each acknowledged event, once', async () => {
    const store = await openPostgresEventStore({ connection: server.connection });
    const category = newCategory();
    const acknowledged: string[] = [];
    const open: { stream: string; id: string }[] = [];
    let writing = true;
    const follower = new AbortController();
    const followed: string[] = [];
    const following = (async () => {
      for await (const batch of store.subscribeAll({ signal: follower.signal }))
        followed.push(...batch.events.map(({ id }) => id));
    })();
    const write = async () => {
      while (writing) {
        const asked = event();
        const stream = newStream(category);
        try {
          await appended(store, stream, 'noStream', [asked]);
          acknowledged.push(asked.id);
        } catch (error) {
          assert.ok(error instanceof StoreUnavailable || error instanceof OutcomeUnknown, String(error));
          if (error instanceof OutcomeUnknown) open.push({ stream, id: asked.id });
        }
      }
    };
    const writers = Array.from({ length: 16 }, write);
    for (let kills = 0; kills < 5; kills += 1) {
      const goal = acknowledged.length + 100;
      assert.ok(await untilTrue(() => acknowledged.length >= goal, 30_000), 'It takes up work again by itself');
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      await start();
    }
    writing = false;
    await Promise.all(writers);
    const stored = (await Array.fromAsync(store.readAll({ filter: { categories: [category] } }))).map(({ id }) => id);
    const once = new Set(stored);
    assert.equal(once.size, stored.length);
    assert.deepEqual(
      acknowledged.filter((id) => !once.has(id)),
      [],
    );
    const unaccounted = stored.length - acknowledged.length;
    assert.ok(unaccounted <= open.length, `${unaccounted} events without an answer, ${open.length} open outcomes`);
    assert.ok(await untilTrue(() => followed.length >= stored.length, 20_000));
    assert.deepEqual(followed, stored);
    follower.abort();
    await following;
    await store.close();
  });

  test('freezes refuses in time, says what is uncertain, and goes on afterwards', async () => {
    const store = await openPostgresEventStore({ connection: server.connection });
    const stream = newStream();
    await appended(store, stream, 'noStream', [event('first')]);
    const thaw = freeze(server.pid);
    try {
      const asked = Array.from({ length: 4 }, () => store.append(newStream(), 'noStream', [event()]));
      const answers = await Promise.allSettled(asked);
      for (const answer of answers) {
        assert.equal(answer.status, 'rejected');
        assert.ok(answer.reason instanceof OutcomeUnknown || answer.reason instanceof StoreUnavailable);
      }
      const begun = performance.now();
      await assert.rejects(store.append(stream, 0, [event('refused')]), StoreUnavailable);
      assert.ok(performance.now() - begun < 5000);
      await assert.rejects(all(store, stream), StoreUnavailable);
      const again = performance.now();
      await assert.rejects(store.head(), StoreUnavailable);
      assert.ok(performance.now() - again < 5000);
    } finally {
      thaw();
    }
    const back = async () => {
      const answer = await store.append(stream, 0, [event('second')]).catch(() => null);
      return answer?.outcome === 'appended';
    };
    assert.ok(await untilTrue(back, 20_000));
    await store.close();
  });

  test('is down refuses at once, and takes up work when it is back', async () => {
    const store = await openPostgresEventStore({ connection: server.connection });
    await server.stop();
    const begun = performance.now();
    await assert.rejects(
      store.append(newStream(), 'noStream', [event()]),
      (error) => error instanceof StoreUnavailable || error instanceof OutcomeUnknown,
    );
    await assert.rejects(store.append(newStream(), 'noStream', [event()]), StoreUnavailable);
    await assert.rejects(store.append(newStream(), 'noStream', []), AppendInvalid);
    assert.ok(performance.now() - begun < 10_000);
    await assert.rejects(openPostgresEventStore({ connection: server.connection }), StoreUnavailable);
    await start();
    assert.ok(
      await untilTrue(
        () =>
          store.append(newStream(), 'noStream', [event()]).then(
            () => true,
            () => false,
          ),
        20_000,
      ),
    );
    await store.close();
  });
});
