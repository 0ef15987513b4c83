// The event store in an EventStoreDB beyond a network that breaks: the test node, or the server that ESDB_URL names
// where it is a single one without TLS, since only its connection can be led through a proxy.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { type EventStore, OutcomeUnknown, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { untilTrue } from '../../src/operations/processes.ts';
import { type CuttableProxy, startCuttableProxy } from '../support/cuttableProxy.ts';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { all, event, newCategory, newStream } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

const single = /^(esdb:\/\/(?:[^@]*@)?)(127\.0\.0\.1|localhost):(\d+)(\/?\?.*tls=false.*)$/;
const [, before = 'esdb://', , realPort, after = '?tls=false'] = single.exec(process.env['ESDB_URL'] ?? '') ?? [];
const writers = 16;

describe('the event store beyond a network that', () => {
  let node: EventStoreDbNode | null = null;
  let proxy: CuttableProxy;
  let store: EventStore;
  beforeAll(async () => {
    if (realPort === undefined) node = await startEventStoreDbNode();
    proxy = await startCuttableProxy(node?.port ?? Number(realPort));
    store = await openEsdbEventStore({ url: `${before}127.0.0.1:${proxy.port}${after}`, newId: randomUUID });
  });
  afterAll(async () => {
    proxy.mend();
    await store.close();
    await proxy.close();
    await node?.kill();
  });

  /** Writes while it is broken `times` times; answers what was acknowledged, what is unknown, and what is there. */
  const brokenUnderLoad = async (times: number, breakNetwork: () => Promise<void>) => {
    const category = newCategory();
    const [acknowledged, unknown]: [string[], string[]] = [[], []];
    let writing = true;
    const write = async () => {
      while (writing) {
        const asked = event();
        try {
          const answer = await store.append(newStream(category), 'noStream', [asked]);
          assert.equal(answer.outcome, 'appended');
          acknowledged.push(asked.id);
        } catch (error) {
          assert.ok(error instanceof StoreUnavailable || error instanceof OutcomeUnknown, String(error));
          if (error instanceof OutcomeUnknown) unknown.push(asked.id);
        }
      }
    };
    const working = Array.from({ length: writers }, write);
    const goesOn = async () => {
      const goal = acknowledged.length + 100;
      assert.ok(await untilTrue(() => acknowledged.length >= goal, 30_000), 'It takes up work again by itself');
    };
    for (let broken = 0; broken < times; broken += 1) {
      await goesOn();
      await breakNetwork();
    }
    await goesOn();
    writing = false;
    await Promise.all(working);
    const stored = (await Array.fromAsync(store.readAll({ filter: { categories: [category] } }))).map(({ id }) => id);
    return { acknowledged, unknown, stored };
  };

  const verify = ({ acknowledged, unknown, stored }: Awaited<ReturnType<typeof brokenUnderLoad>>) => {
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
  };

  test('is cut while appends are under way keeps each acknowledged event, once', { timeout: 120_000 }, async () => {
    verify(
      await brokenUnderLoad(5, async () => {
        proxy.cut();
        await eventually('somebody notices', () =>
          store.head().then(
            () => false,
            () => true,
          ),
        );
        proxy.mend();
      }),
    );
  });

  test('falls silent while appends are under way keeps each acknowledged event, once', {
    timeout: 180_000,
  }, async () => {
    verify(
      await brokenUnderLoad(3, async () => {
        proxy.silence();
        // A whole answer time passes: some appends end as unknown, and the client is replaced.
        await assert.rejects(store.append(newStream(), 'noStream', [event()], 3000));
        proxy.mend();
      }),
    );
  });

  test('is away refuses within a second, and is found again', async () => {
    proxy.cut();
    await eventually('the first refusal', () =>
      store.append(newStream(), 'noStream', [event()], 500).then(
        () => false,
        () => true,
      ),
    );
    const from = performance.now();
    await assert.rejects(store.append(newStream(), 'noStream', [event()]), StoreUnavailable);
    // Five times the second: the machine has other things to do as well.
    assert.ok(performance.now() - from < 5_000);
    proxy.mend();
    const stream = newStream();
    const asked = event();
    const again = () => store.append(stream, 'noStream', [asked]).catch(() => null);
    await eventually('an append afterwards', async () => (await again())?.outcome === 'appended', 20_000);
    assert.equal((await all(store, stream)).length, 1);
  });
});
