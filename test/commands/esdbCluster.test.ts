// The event store in a cluster of three EventStoreDB nodes, whose leader dies, freezes, ends, or gives it up.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { type EventStore, type NewEvent, OutcomeUnknown, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { untilTrue } from '../../src/operations/processes.ts';
import {
  type EventStoreDbCluster,
  startEventStoreDbCluster,
} from '../support/eventStoreDbNode/startEventStoreDbCluster.ts';
import { all, appended, event, newCategory, newStream } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

const writers = 16;
const backMs = 30_000;

/** Writers that each append one event after the other, and settle by repetition what is open. */
const writing = (store: EventStore, category: string) => {
  const acknowledged: string[] = [];
  let going = true;
  const settled = async (stream: string, asked: NewEvent): Promise<void> => {
    for (;;) {
      try {
        await appended(store, stream, 'noStream', [asked]);
        return;
      } catch (error) {
        assert.ok(error instanceof StoreUnavailable || error instanceof OutcomeUnknown, String(error));
      }
    }
  };
  const write = async () => {
    while (going) {
      const asked = event();
      await settled(newStream(category), asked);
      acknowledged.push(asked.id);
    }
  };
  const all = Array.from({ length: writers }, write);
  return {
    acknowledged,
    /** Waits until some more are acknowledged. */
    goesOn: async (what: string) => {
      const goal = acknowledged.length + 100;
      assert.ok(await untilTrue(() => acknowledged.length >= goal, backMs), `It takes up work again ${what}`);
    },
    stop: async () => {
      going = false;
      await Promise.all(all);
    },
  };
};

const following = (store: EventStore, category: string) => {
  const ending = new AbortController();
  const ids: string[] = [];
  const done = (async () => {
    for await (const batch of store.subscribeAll({ filter: { categories: [category] }, signal: ending.signal })) {
      ids.push(...batch.events.map(({ id }) => id));
    }
  })();
  return {
    ids,
    stop: () => {
      ending.abort();
      return done;
    },
  };
};

describe('the event store in a cluster of EventStoreDB', { timeout: 120_000 }, () => {
  let cluster: EventStoreDbCluster;
  const open = () => openEsdbEventStore({ url: cluster.url, newId: randomUUID });
  beforeAll(async () => {
    cluster = await startEventStoreDbCluster();
  }, 60_000);
  afterAll(() => cluster.stop());

  /** Leaves the leader alone until it leads nobody; answers the others. */
  const endFollowers = async (): Promise<number[]> => {
    const left = await cluster.leading();
    const others = cluster.ports.map((_, index) => index).filter((index) => index !== left);
    for (const other of others) await cluster.signal(other, 'SIGKILL');
    await eventually('nobody to lead', async () => (await cluster.leader()) === null, backMs);
    return others;
  };

  type Befall = (goesOn: (what: string) => Promise<void>) => Promise<void>;
  const leaderEndedBy =
    (signal: 'SIGKILL' | 'SIGTERM'): Befall =>
    async (goesOn) => {
      const ended = await cluster.leading();
      await cluster.signal(ended, signal);
      await cluster.another(ended);
      await goesOn('under another leader');
      await cluster.start(ended);
    };
  type Fault = [name: string, befall: Befall];
  const faults: Fault[] = [
    ['has its leader killed', leaderEndedBy('SIGKILL')],
    [
      'has its leader frozen until another one leads',
      async (goesOn) => {
        const frozen = await cluster.leading();
        await cluster.signal(frozen, 'SIGSTOP');
        await cluster.another(frozen);
        await goesOn('under another leader');
        await cluster.signal(frozen, 'SIGCONT');
      },
    ],
    ['has its leader ended in good order', leaderEndedBy('SIGTERM')],
    [
      'has a leader that gives it up',
      async (goesOn) => {
        const before = await cluster.leading();
        await cluster.resign();
        await cluster.another(before);
        await goesOn('under another leader');
      },
    ],
    [
      'has a follower killed',
      async (goesOn) => {
        const lost = ((await cluster.leading()) + 1) % cluster.ports.length;
        await cluster.signal(lost, 'SIGKILL');
        await goesOn('without it');
        await cluster.start(lost);
      },
    ],
    [
      'has only its leader left for a while',
      async () => {
        const others = await endFollowers();
        for (const other of others) await cluster.start(other);
      },
    ],
  ];

  for (const [name, befall] of faults) {
    test(`${name} keeps each acknowledged event, once, and tells followers all of them in order`, async () => {
      const store = await open();
      const category = newCategory();
      const follower = following(store, category);
      const work = writing(store, category);
      await work.goesOn('at first');
      await befall(work.goesOn);
      await work.goesOn('afterwards');
      await work.stop();
      const stored = await Array.fromAsync(store.readAll({ filter: { categories: [category] } }));
      const ids = stored.map(({ id }) => id);
      assert.deepEqual(ids.toSorted(), work.acknowledged.toSorted()); // The writers have settled all they asked for.
      assert.ok(await untilTrue(() => follower.ids.length >= ids.length, 20_000));
      assert.deepEqual(follower.ids, ids);
      await follower.stop();
      await store.close();
    });
  }

  test('refuses in time while nobody leads, and goes on when somebody does', async () => {
    const store = await open();
    const others = await endFollowers();
    const stream = newStream();
    const uncertain = (error: unknown) => error instanceof StoreUnavailable || error instanceof OutcomeUnknown;
    await assert.rejects(store.append(stream, 'noStream', [event()]), uncertain);
    const asked = performance.now();
    await assert.rejects(store.append(newStream(), 'noStream', [event()]), StoreUnavailable);
    assert.ok(performance.now() - asked < 5_000, 'It is known by now that nobody leads');
    await assert.rejects(open(), StoreUnavailable);
    for (const other of others) await cluster.start(other);
    const again = () => store.append(newStream(), 'noStream', [event()]).catch(() => null);
    await eventually('an append', async () => (await again())?.outcome === 'appended', backMs);
    await store.close();
  });

  test('reads what was written under another leader at once, though the old one lags behind', async () => {
    const [early, first] = [await open(), await cluster.leading()];
    const stream = newStream();
    await appended(early, stream, 'noStream', [event('first')]);
    await cluster.resign();
    await cluster.another(first);
    const late = await open();
    await cluster.lag(3_000);
    try {
      await appended(late, stream, 0, [event('second')]);
      assert.equal((await all(early, stream)).length, 2);
      assert.equal(await early.head(), await late.head());
      await appended(early, stream, 1, [event('third')]);
      assert.equal((await all(late, stream)).length, 3);
    } finally {
      await cluster.lag(0);
      await early.close();
      await late.close();
    }
  });
});
