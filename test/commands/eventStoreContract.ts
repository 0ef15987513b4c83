// One suite for every adapter of the event store port.
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type EventStore, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { all, appended, event, events, newStream } from '../support/events.ts';
import { appending, conflicts, refusals, repeats } from './eventStoreAppends.ts';
import { fidelity, reading, readingAll, subscribing } from './eventStoreReads.ts';

export type Subject = {
  store: EventStore;
  /** An empty log of its own. */
  empty: () => Promise<EventStore>;
  dispose: () => Promise<void>;
};

const lifetime = (subject: () => Subject): void => {
  test('has an identity that stays, and another log another', async () => {
    const own = await subject().store.logId();
    assert.equal(await subject().store.logId(), own);
    const other = await subject().empty();
    assert.notEqual(await other.logId(), own);
    await other.close();
  });

  test('finishes what is under way when closed, refuses the rest, and ends subscriptions', async () => {
    const other = await subject().empty();
    const stream = newStream();
    const watching = (async () => {
      let seen = 0;
      for await (const batch of other.subscribeAll({ signal: new AbortController().signal }))
        seen += batch.events.length;
      return seen;
    })();
    const answers = Array.from({ length: 50 }, (_, n) =>
      other.append(n === 0 ? stream : newStream(), 'noStream', [event()]),
    );
    await other.close();
    for (const { outcome } of await Promise.all(answers)) assert.equal(outcome, 'appended');
    assert.ok((await watching) <= 50);
    await assert.rejects(other.append(stream, 0, [event()]), StoreUnavailable);
    await assert.rejects(all(other, stream), StoreUnavailable);
    await assert.rejects(other.head(), StoreUnavailable);
    await other.close();
  });

  test('reads an empty log as empty', async () => {
    const empty = await subject().empty();
    assert.equal(await empty.head(), null);
    assert.deepEqual(await Array.fromAsync(empty.readAll()), []);
    const { position } = await appended(empty, newStream(), 'noStream', events(2));
    assert.equal(await empty.head(), position);
    assert.equal((await Array.fromAsync(empty.readAll())).length, 2);
    await empty.close();
  });
};

/** Declares the suite for one adapter. */
export const eventStoreContract = (name: string, open: () => Promise<Subject>): void => {
  describe(name, () => {
    let subject: Subject;
    const store = () => subject.store;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(async () => {
      await subject.store.close();
      await subject.dispose();
    });
    describe('appends', () => appending(store));
    describe('conflicts', () => conflicts(store));
    describe('repetitions', () => repeats(store));
    describe('refuses', () => refusals(store));
    describe('keeps', () => fidelity(store));
    describe('reads a stream', () => reading(store));
    describe('reads all', () => readingAll(store));
    describe('a subscription', () => subscribing(store));
    describe('a store', () => lifetime(() => subject));
  });
};
