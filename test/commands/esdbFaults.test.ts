// The event store in an EventStoreDB that loses answers, is killed, freezes, or is away.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { EsdbUnusable } from '../../src/commands/esdbServer.ts';
import { AppendInvalid, type EventStore, OutcomeUnknown, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { untilTrue } from '../../src/operations/processes.ts';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { all, appended, event, events, newCategory, newStream } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

describe('the event store in an EventStoreDB that', () => {
  let directory: string;
  let node: EventStoreDbNode;
  const open = () => openEsdbEventStore({ url: node.url, newId: randomUUID });
  const start = async (port = 0) => {
    node = await startEventStoreDbNode({ port, file: join(directory, 'log') });
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-esdb-'));
    await start();
  });
  afterAll(async () => {
    await node.kill();
    await rm(directory, { recursive: true });
  });

  const idsOf = async (store: EventStore, category: string) =>
    (await Array.fromAsync(store.readAll({ filter: { categories: [category] } }))).map(({ id }) => id);

  test('others use as well is the same log for all who open it, and shows none of theirs', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const ids = await Promise.all(stores.map((store) => store.logId()));
    assert.equal(new Set(ids).size, 1);
    for (const store of stores) assert.deepEqual(await Array.fromAsync(store.readAll()), []);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('somebody limits or deletes from by hand lets nobody decide on the rest of a stream', async () => {
    const store = await open();
    const [limited, deleted] = [newStream(), newStream()];
    await appended(store, limited, 'noStream', [event(), event(), event()]);
    await appended(store, deleted, 'noStream', [event(), event()]);
    const client = EventStoreDBClient.connectionString(node.url);
    await client.setStreamMetadata(limited, { maxCount: 1 });
    await client.deleteStream(deleted);
    await client.dispose();
    await assert.rejects(all(store, limited), /before revision 2 are hidden/);
    // It reads as if it had never been; the first append brings it to light.
    await assert.rejects(store.append(deleted, 'noStream', [event()]), /was deleted by hand/);
    await assert.rejects(all(store, deleted), /before revision 2 are hidden/);
    await store.close();
    await assert.rejects(open(), EsdbUnusable);
    const mending = EventStoreDBClient.connectionString(node.url);
    for (const stream of [limited, deleted]) await mending.setStreamMetadata(stream, {});
    await mending.dispose();
    await (await open()).close();
  });

  test('loses answers has every event once, and says so', async () => {
    const store = await open();
    const category = newCategory();
    const streams = Array.from({ length: 12 }, () => newStream(category));
    await node.befall({ loseAnswers: 8 });
    const first = await Promise.all(streams.map((stream) => store.append(stream, 'noStream', [event()], 20_000)));
    assert.ok(first.every((answer) => answer.outcome === 'appended' && answer.revision === 0));
    assert.equal(new Set(await idsOf(store, category)).size, 12);
    for (const stream of streams) assert.equal((await all(store, stream)).length, 1);
    await store.close();
  });

  test('never answers leaves the outcome open, and a repetition finds it', async () => {
    const store = await open();
    const stream = newStream();
    const asked = event();
    await node.befall({ loseAnswers: 1000 });
    await assert.rejects(store.append(stream, 'noStream', [asked], 300), OutcomeUnknown);
    await node.befall({ loseAnswers: 0 });
    const { revision } = await appended(store, stream, 'noStream', [asked]);
    assert.equal(revision, 0);
    assert.equal((await all(store, stream)).length, 1);
    await store.close();
  });

  test('takes long over a long answer is waited for, so long as more of it comes', async () => {
    const store = await openEsdbEventStore({ url: node.url, newId: randomUUID, answerTimeoutMs: 400 });
    const stream = newStream();
    await appended(store, stream, 'noStream', events(60));
    await node.befall({ slowReadMs: 20 });
    const from = performance.now();
    assert.equal((await all(store, stream)).length, 60);
    assert.ok(performance.now() - from > 1000, 'It took longer than one answer may');
    await node.befall({ slowReadMs: 0 });
    await store.close();
  });

  test('answers late is waited for', async () => {
    const store = await open();
    await node.befall({ slowMs: 400 });
    const stream = newStream();
    await appended(store, stream, 'noStream', [event()]);
    await node.befall({ slowMs: 0 });
    assert.equal((await all(store, stream)).length, 1);
    await store.close();
  });

  test('is killed while appends are under way keeps each acknowledged event, once', async () => {
    const store = await open();
    const category = newCategory();
    const acknowledged: string[] = [];
    const unknown: string[] = [];
    let writing = true;
    const follower = new AbortController();
    const followed: string[] = [];
    const following = (async () => {
      const filter = { categories: [category] };
      for await (const batch of store.subscribeAll({ filter, signal: follower.signal }))
        followed.push(...batch.events.map(({ id }) => id));
    })();
    const write = async () => {
      while (writing) {
        const asked = event();
        try {
          await appended(store, newStream(category), 'noStream', [asked]);
          acknowledged.push(asked.id);
        } catch (error) {
          assert.ok(error instanceof StoreUnavailable || error instanceof OutcomeUnknown, String(error));
          if (error instanceof OutcomeUnknown) unknown.push(asked.id);
        }
      }
    };
    const writers = Array.from({ length: 16 }, write);
    for (let kills = 0; kills < 4; kills += 1) {
      const goal = acknowledged.length + 100;
      assert.ok(await untilTrue(() => acknowledged.length >= goal, 30_000), 'It takes up work again by itself');
      await node.kill();
      await start(node.port);
    }
    const goal = acknowledged.length + 100;
    assert.ok(await untilTrue(() => acknowledged.length >= goal, 30_000), 'It takes up work again by itself');
    writing = false;
    await Promise.all(writers);
    const stored = await idsOf(store, category);
    const once = new Set(stored);
    assert.equal(once.size, stored.length);
    assert.deepEqual(
      acknowledged.filter((id) => !once.has(id)),
      [],
    );
    const known = new Set([...acknowledged, ...unknown]);
    assert.deepEqual(
      stored.filter((id) => !known.has(id)),
      [],
    );
    assert.ok(await untilTrue(() => followed.length >= stored.length, 20_000));
    assert.deepEqual(followed, stored);
    follower.abort();
    await following;
    await store.close();
  }, 120_000);

  test('freezes refuses in time, says what is uncertain, and goes on afterwards', async () => {
    const store = await open();
    const stream = newStream();
    await appended(store, stream, 'noStream', [event('first')]);
    process.kill(node.pid, 'SIGSTOP');
    try {
      const from = performance.now();
      const asked = Array.from({ length: 4 }, () => store.append(newStream(), 'noStream', [event()]));
      for (const answer of await Promise.allSettled(asked)) {
        assert.equal(answer.status, 'rejected');
        assert.ok(answer.reason instanceof OutcomeUnknown || answer.reason instanceof StoreUnavailable);
      }
      // Five times the two seconds that an append has.
      assert.ok(performance.now() - from < 10_000);
      await assert.rejects(store.append(stream, 0, [event('refused')]), StoreUnavailable);
      await assert.rejects(all(store, stream), StoreUnavailable);
      await assert.rejects(store.head(), StoreUnavailable);
    } finally {
      process.kill(node.pid, 'SIGCONT');
    }
    const again = () => store.append(stream, 0, [event('second')]).catch(() => null);
    await eventually('an append after the freeze', async () => (await again())?.outcome === 'appended', 20_000);
    await store.close();
  });

  test('is down refuses, and takes up work when it is back', async () => {
    const store = await open();
    await node.kill();
    await assert.rejects(
      store.append(newStream(), 'noStream', [event()]),
      (error) => error instanceof StoreUnavailable || error instanceof OutcomeUnknown,
    );
    await assert.rejects(store.append(newStream(), 'noStream', [event()]), StoreUnavailable);
    await assert.rejects(store.append(newStream(), 'noStream', []), AppendInvalid);
    await assert.rejects(open(), StoreUnavailable);
    await start(node.port);
    const again = () => store.append(newStream(), 'noStream', [event()]).catch(() => null);
    await eventually('an append after the restart', async () => (await again())?.outcome === 'appended', 20_000);
    await store.close();
  });
});
