import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import type { EventStore, NewEvent } from '../../src/commands/eventStore.ts';
import { storedFeed } from '../../src/commands/feed.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { merkleTree, treeIn } from '../../src/projections/merkleTree.ts';
import { gatherMoves } from '../../src/projections/moves.ts';
import { changesChannel } from '../../src/projections/projection.ts';
import { findingsNow } from '../../src/projections/proofs.ts';
import { migrateReadModels, readPool } from '../../src/projections/readDatabase.ts';
import { runProjection } from '../../src/projections/runner.ts';
import { entryOf } from '../../src/proof/entries.ts';
import { leafHash, rootAt } from '../../src/proof/merkle.ts';
import { growingTree, nodesIn } from '../../src/proof/tiles.ts';
import { settingIn } from '../api/people.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const categories = [...vocabularies.keys()];

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'ChatMessagePosted',
  data: Buffer.from('{"text":"raw bytes, never opened"}'),
  metadata: Buffer.from('{}'),
});

/** Appends events in bulk; a few of them to streams that no application event is in. */
const fill = async (store: EventStore, count: number): Promise<void> => {
  for (let done = 0; done < count; done += 500) {
    const events = Array.from({ length: Math.min(500, count - done) }, event);
    await store.append(`channel-${randomUUID()}`, 'noStream', events);
    await store.append(`holiday-${randomUUID()}`, 'noStream', [event()]);
  }
};

const expectedOf = async (store: EventStore): Promise<ReturnType<typeof growingTree>> => {
  const tree = growingTree();
  for await (const event of store.readAll({ filter: { categories } })) tree.append(leafHash(entryOf(event)));
  return tree;
};

test('the tree over many events is kept in tiles of three levels, also where it is begun again', async () => {
  const { connection, drop } = await freshDatabase();
  await migrateReadModels(connection);
  const store = await openPostgresEventStore({ connection, onFault: () => undefined });
  const pool = readPool(connection, () => undefined);
  closing.push(
    drop,
    () => store.close(),
    () => pool.end(),
  );
  await fill(store, 66_000);
  const expected = await expectedOf(store);
  const needs = {
    pool,
    connection,
    now: () => new Date(),
    moves: gatherMoves(pool, changesChannel),
    feed: storedFeed(store),
    logId: await store.positionsId(),
    log: () => undefined,
  };
  for (const until of [1_000, 30_000, 66_000]) {
    const stop = new AbortController();
    const { done } = runProjection(needs, merkleTree(categories, 'checkpoint'), stop.signal);
    await eventually(`a tree of ${until}`, async () => (await treeIn(pool).now()).size >= until, 60_000);
    stop.abort();
    await done;
  }
  assert.deepEqual(await treeIn(pool).now(), { size: 66_000, wanted: 66_000 });
  assert.deepEqual(await rootAt(66_000, nodesIn(treeIn(pool).tile)), expected.root());
  const [first, later] = [await treeIn(pool).bundleStart(0), await treeIn(pool).bundleStart(100)];
  assert.equal(first, null);
  const [bundle] = await Array.fromAsync(store.readAll({ after: String(later), filter: { categories }, limit: 1 }));
  const all = await Array.fromAsync(store.readAll({ filter: { categories }, limit: 25_601 }));
  assert.deepEqual(bundle, all[25_600]);
  assert.equal(await treeIn(pool).bundleStart(10_000), undefined);
});

describe.each([{ eventStoreDb: false }, { eventStoreDb: true }])('the tree of a server, %o', ({ eventStoreDb }) => {
  let stack: Stack;

  test('numbers each event as the audit trail does', async () => {
    stack = await startStack({ media: false, eventStoreDb });
    closing.push(() => stack.stop());
    await settingIn(stack);
    const store = stack.eventStoreDb
      ? await openEsdbEventStore({ url: stack.eventStoreDb.url(), newId: randomUUID })
      : await openPostgresEventStore({ connection: stack.connection, onFault: () => undefined });
    const pool = readPool(stack.connection, () => undefined);
    closing.push(
      () => store.close(),
      () => pool.end(),
    );
    const stored = await Array.fromAsync(store.readAll({ filter: { categories } }));
    await eventually('all of it in the tree', async () => (await treeIn(pool).now()).size >= stored.length);
    const nodeAt = nodesIn(treeIn(pool).tile);
    const text = 'select number::int as number, "eventId" from read.event order by number';
    const rows = await runSql(stack.connection, text);
    assert.ok(stored.length > 30);
    for (const [index, event] of stored.entries()) {
      assert.deepEqual(rows[index], { number: index, eventId: event.id });
      assert.deepEqual(await nodeAt(0, index), leafHash(entryOf(event)));
    }
    const { verified, alteration } = await eventually('all to be signed and read again', async () => {
      const found = await findingsNow(pool);
      return found.verified && found;
    });
    assert.ok(Number(verified?.size) > 0);
    assert.equal(alteration, null);
  });
});
