import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { OutcomeUnknown, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { type AppendFault, type Faults, memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { appended, collect, event, events, newStream } from '../support/events.ts';
import { eventStoreContract } from './eventStoreContract.ts';

const open = (faults: Faults = {}) => memoryEventStore({ now: () => new Date(), logId: randomUUID(), faults });

const contract = (name: string, faults: Faults) =>
  eventStoreContract(name, async () => ({
    store: open(faults),
    empty: async () => open(faults),
    dispose: async () => undefined,
  }));

contract('the event store in memory', {});

const now = (share: number) => Math.random() < share;
contract('the event store in memory, when answers get lost and connections are torn', {
  append: () => (now(0.1) ? 'lost' : now(0.1) ? 'answerLost' : now(0.1) ? 'late' : null),
  subscription: () => (now(0.3) ? 'torn' : null),
});

/** Befalls the first attempts in this order, then nothing. */
const inOrder = (...list: AppendFault[]) => ({ append: () => list.shift() ?? null });

describe('the event store in memory, on request', () => {
  test('refuses, having written nothing', async () => {
    const store = open(inOrder('refused'));
    const stream = newStream();
    await assert.rejects(store.append(stream, 'noStream', [event()]), StoreUnavailable);
    assert.equal(await store.head(), null);
    await appended(store, stream, 'noStream', [event()]);
  });

  test.for<AppendFault>(['lost', 'answerLost', 'late'])('settles one answer that is %s', async (fault) => {
    const store = open(inOrder(fault));
    const stream = newStream();
    await appended(store, stream, 'noStream', events(2));
    await appended(store, stream, 1, [event()]);
    assert.equal((await Array.fromAsync(store.readStream(stream))).length, 3);
  });

  test('leaves an outcome open at the deadline, and the event may be there later', async () => {
    const store = open({ append: () => 'late' });
    const stream = newStream();
    await assert.rejects(store.append(stream, 'noStream', [event()], 100), OutcomeUnknown);
    assert.equal((await Array.fromAsync(store.readStream(stream))).length, 0);
    const { seen } = await collect(store, {}, (all) => all.length === 1);
    assert.equal(seen[0]?.stream, stream);
  });

  test('never calls refused what it may have written', async () => {
    const store = open(inOrder('late', 'refused', 'refused'));
    await appended(store, newStream(), 'noStream', [event()]);
    assert.equal((await Array.fromAsync(store.readAll())).length, 1);
  });

  test('delivers a batch twice', async () => {
    const store = open({ subscription: () => 'again' });
    await appended(store, newStream(), 'noStream', [event()]);
    const { seen } = await collect(store, {}, (all) => all.length === 2);
    assert.equal(seen[0]?.position, seen[1]?.position);
  });
});
