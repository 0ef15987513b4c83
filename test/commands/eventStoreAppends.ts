// What every adapter of the event store port does with appends.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'vitest';
import { AppendInvalid, type EventStore, limits, type NewEvent } from '../../src/commands/eventStore.ts';
import { all, appended, event, events, newStream, numbered, texts } from '../support/events.ts';

const invalid = (work: Promise<unknown>, words: RegExp) =>
  assert.rejects(work, (error) => error instanceof AppendInvalid && words.test(error.message));

export const appending = (store: () => EventStore): void => {
  test('starts a stream', async () => {
    const stream = newStream();
    const answer = await store().append(stream, 'noStream', [event()]);
    assert.equal(answer.outcome, 'appended');
    assert.equal(answer.revision, 0);
  });

  test('answers with the revision and position of the last event', async () => {
    const stream = newStream();
    const { revision, position } = await appended(store(), stream, 'noStream', events(3));
    const stored = await all(store(), stream);
    assert.equal(revision, 2);
    assert.equal(position, stored[2]?.position);
  });

  test('continues a stream at its revision', async () => {
    const stream = newStream();
    await appended(store(), stream, 'noStream', numbered(2));
    assert.equal((await appended(store(), stream, 1, numbered(2, 2))).revision, 3);
    assert.deepEqual(await texts(store(), stream), ['0', '1', '2', '3']);
  });

  test('hands out growing positions, over all streams', async () => {
    const positions: string[] = [];
    for (let n = 0; n < 12; n += 1)
      positions.push((await appended(store(), newStream(), 'noStream', [event()])).position);
    assert.deepEqual(positions, positions.toSorted());
    assert.equal(new Set(positions).size, 12);
  });

  test('writes all events of an append next to each other', async () => {
    const [one, two] = [newStream(), newStream()];
    await Promise.all([appended(store(), one, 'noStream', events(50)), appended(store(), two, 'noStream', events(50))]);
    const log = (await Array.fromAsync(store().readAll())).map(({ stream }) => stream);
    for (const stream of [one, two]) {
      const start = log.indexOf(stream);
      assert.deepEqual(new Set(log.slice(start, start + 50)), new Set([stream]));
    }
  });

  test('takes the largest append there may be', async () => {
    const stream = newStream();
    const size = Math.floor(limits.appendBytesMax / limits.appendEventsMax) - 10;
    const many = events(limits.appendEventsMax).map((each) => ({
      ...each,
      data: randomBytes(size),
      metadata: randomBytes(10),
    }));
    await appended(store(), stream, 'noStream', many);
    const stored = await all(store(), stream);
    assert.equal(stored.length, limits.appendEventsMax);
    assert.ok(stored.every(({ data }, n) => Buffer.compare(data, many[n]?.data ?? Buffer.of()) === 0));
  });

  test('takes the largest event there may be', async () => {
    const stream = newStream();
    const data = randomBytes(limits.eventBytesMax - 2);
    await appended(store(), stream, 'noStream', [{ ...event(), data, metadata: Buffer.from('{}') }]);
    assert.equal(Buffer.compare((await all(store(), stream))[0]?.data ?? Buffer.of(), data), 0);
  });

  test('is not disturbed by what the caller does with its buffers afterwards', async () => {
    const stream = newStream();
    const data = Buffer.from('{"text":"before"}');
    const answer = appended(store(), stream, 'noStream', [{ ...event(), data }]);
    await answer;
    data.fill(0);
    assert.deepEqual(await texts(store(), stream), ['before']);
  });
};

export const conflicts = (store: () => EventStore): void => {
  test('noStream where there is one', async () => {
    const stream = newStream();
    await appended(store(), stream, 'noStream', events(2));
    assert.deepEqual(await store().append(stream, 'noStream', [event()]), { outcome: 'conflict', actual: 1 });
  });

  test('a revision where there is no stream', async () => {
    assert.deepEqual(await store().append(newStream(), 0, [event()]), { outcome: 'conflict', actual: 'noStream' });
  });

  test('a revision that is past', async () => {
    const stream = newStream();
    await appended(store(), stream, 'noStream', events(3));
    assert.deepEqual(await store().append(stream, 1, [event()]), { outcome: 'conflict', actual: 2 });
  });

  test('a revision that is yet to come', async () => {
    const stream = newStream();
    await appended(store(), stream, 'noStream', events(3));
    assert.deepEqual(await store().append(stream, 7, [event()]), { outcome: 'conflict', actual: 2 });
  });

  test('leave nothing behind', async () => {
    const stream = newStream();
    await appended(store(), stream, 'noStream', [event('only')]);
    await store().append(stream, 'noStream', events(3));
    await store().append(stream, 5, events(3));
    assert.deepEqual(await texts(store(), stream), ['only']);
  });

  test('do not hinder others that are asked at the same moment', async () => {
    const taken = newStream();
    await appended(store(), taken, 'noStream', [event()]);
    const fresh = Array.from({ length: 20 }, () => newStream());
    const asked = fresh.flatMap((stream) => [
      store().append(stream, 'noStream', [event()]),
      store().append(taken, 'noStream', [event()]),
    ]);
    const outcomes = (await Promise.all(asked)).map(({ outcome }) => outcome);
    assert.deepEqual(
      outcomes,
      fresh.flatMap(() => ['appended', 'conflict']),
    );
  });

  test.for([2, 5, 32])('let exactly one of %i win', async (racers) => {
    const stream = newStream();
    const asked = Array.from({ length: racers }, (_, n) => store().append(stream, 'noStream', [event(String(n))]));
    const winners = (await Promise.all(asked)).flatMap(({ outcome }, n) => (outcome === 'appended' ? [String(n)] : []));
    assert.equal(winners.length, 1);
    assert.deepEqual(await texts(store(), stream), winners);
  });

  test('let exactly one win, in each of 10 000 races', async () => {
    const race = async () => {
      const stream = newStream();
      const outcomes = await Promise.all([1, 2].map(() => store().append(stream, 'noStream', [event()], 60_000)));
      return outcomes.filter(({ outcome }) => outcome === 'appended').length;
    };
    for (let round = 0; round < 10; round += 1) {
      const winners = await Promise.all(Array.from({ length: 1000 }, race));
      assert.ok(winners.every((count) => count === 1));
    }
  }, 120_000);

  test('make a counter that loses nothing, when retried', async () => {
    const stream = newStream();
    const increment = async (name: string) => {
      for (let revision = (await all(store(), stream)).length - 1; ; ) {
        const answer = await store().append(stream, revision < 0 ? 'noStream' : revision, [event(name)]);
        if (answer.outcome === 'appended') return;
        revision = answer.actual === 'noStream' ? -1 : answer.actual;
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => increment(String(n))));
    assert.equal(new Set(await texts(store(), stream)).size, 20);
  });
};

export const repeats = (store: () => EventStore): void => {
  test('answer as the first time did', async () => {
    const stream = newStream();
    const asked = events(3);
    const first = await store().append(stream, 'noStream', asked);
    assert.deepEqual(await store().append(stream, 'noStream', asked), first);
    assert.equal((await all(store(), stream)).length, 3);
  });

  test('answer as the first time did, however much came after', async () => {
    const stream = newStream();
    await appended(store(), stream, 'noStream', events(2));
    const asked = events(2);
    const first = await store().append(stream, 1, asked);
    await appended(store(), stream, 3, events(400));
    assert.deepEqual(await store().append(stream, 1, asked), first);
    assert.equal((await all(store(), stream)).length, 404);
  });

  test('answer the same while the first is still under way', async () => {
    const stream = newStream();
    const asked = events(2);
    const answers = await Promise.all(Array.from({ length: 8 }, () => store().append(stream, 'noStream', asked)));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(answers[0]?.outcome, 'appended');
    assert.equal((await all(store(), stream)).length, 2);
  });

  const different: [string, (each: NewEvent) => NewEvent][] = [
    ['data', (each) => ({ ...each, data: Buffer.from('{"text":"other"}') })],
    ['metadata', (each) => ({ ...each, metadata: Buffer.from('{}') })],
    ['type', (each) => ({ ...each, type: 'SomethingElseHappened' })],
  ];
  test.for(different)('with the same ids and other %s are a conflict', async ([, change]) => {
    const stream = newStream();
    const asked = events(2);
    await appended(store(), stream, 'noStream', asked);
    const repeat = asked.map((each, n) => (n === 1 ? change(each) : each));
    assert.deepEqual(await store().append(stream, 'noStream', repeat), { outcome: 'conflict', actual: 1 });
  });

  test('at another revision are a conflict', async () => {
    const stream = newStream();
    const asked = events(2);
    await appended(store(), stream, 'noStream', [event()]);
    await appended(store(), stream, 0, asked);
    assert.deepEqual(await store().append(stream, 'noStream', asked), { outcome: 'conflict', actual: 2 });
  });

  test('in another order, or with more events than before, are a conflict', async () => {
    const stream = newStream();
    const asked = events(2);
    await appended(store(), stream, 'noStream', asked);
    assert.equal((await store().append(stream, 'noStream', asked.toReversed())).outcome, 'conflict');
    assert.equal((await store().append(stream, 'noStream', [...asked, event()])).outcome, 'conflict');
  });

  test('of a refused append can succeed later', async () => {
    const stream = newStream();
    const asked = [event('second')];
    assert.equal((await store().append(stream, 0, asked)).outcome, 'conflict');
    await appended(store(), stream, 'noStream', [event('first')]);
    assert.equal((await store().append(stream, 0, asked)).outcome, 'appended');
    assert.deepEqual(await texts(store(), stream), ['first', 'second']);
  });

  test('of an id on another stream are invalid, and harm nobody else', async () => {
    const asked = event();
    await appended(store(), newStream(), 'noStream', [asked]);
    const other = newStream();
    const mates = Array.from({ length: 10 }, () => newStream());
    const [duplicate, ...fine] = await Promise.allSettled([
      store().append(other, 'noStream', [event(), asked]),
      ...mates.map((stream) => store().append(stream, 'noStream', [event()])),
    ]);
    assert.equal(duplicate.status, 'rejected');
    assert.ok(duplicate.reason instanceof AppendInvalid);
    for (const answer of fine) assert.equal(answer.status === 'fulfilled' && answer.value.outcome, 'appended');
    assert.deepEqual(await all(store(), other), []);
  });
};

export const refusals = (store: () => EventStore): void => {
  const badStreams = [
    '',
    'nohyphen',
    '-x',
    'Upper-x',
    'a b-x',
    'account-',
    'account-a b',
    'account-ä',
    `a-${'x'.repeat(201)}`,
    '$all',
    'a-\0',
  ];
  test.for(badStreams)('a stream named %j', async (name) => {
    await invalid(store().append(name, 'noStream', [event()]), /stream name/);
  });

  test.for([-1, 0.5, Number.NaN, 2 ** 31])('the revision %d', async (revision) => {
    await invalid(store().append(newStream(), revision, [event()]), /revision/);
  });

  test.for(['', 'a b', 'ä', 'x'.repeat(201), 'a\0b'])('an event type %j', async (type) => {
    await invalid(store().append(newStream(), 'noStream', [{ ...event(), type }]), /type/);
  });

  test.for(['', 'x', randomUUID().toUpperCase(), `${randomUUID()}0`])('an event id %j', async (id) => {
    await invalid(store().append(newStream(), 'noStream', [{ ...event(), id }]), /id/);
  });

  test('no events', () => invalid(store().append(newStream(), 'noStream', []), /at least one/));

  test('an event without data', () =>
    invalid(store().append(newStream(), 'noStream', [{ ...event(), data: Buffer.of() }]), /no data/));

  test('too many events', () =>
    invalid(store().append(newStream(), 'noStream', events(limits.appendEventsMax + 1)), /at most 500/));

  test('an event that is too large', () => {
    const metadata = Buffer.alloc(100);
    const data = Buffer.alloc(limits.eventBytesMax - 99);
    return invalid(store().append(newStream(), 'noStream', [{ ...event(), data, metadata }]), /64512 at most/);
  });

  test('an append that is too large', () => {
    const many = events(17).map((each) => ({ ...each, data: Buffer.alloc(limits.eventBytesMax - 100) }));
    return invalid(store().append(newStream(), 'noStream', many), /1048576 at most/);
  });

  test('the same id twice in one append', () => {
    const id = randomUUID();
    return invalid(store().append(newStream(), 'noStream', [event('a', id), event('b', id)]), /twice/);
  });

  test('and writes nothing of it', async () => {
    const stream = newStream();
    await invalid(store().append(stream, 'noStream', [event(), { ...event(), type: '' }]), /type/);
    assert.deepEqual(await all(store(), stream), []);
  });
};
