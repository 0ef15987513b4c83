// What every adapter of the event store port gives back.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'vitest';
import { categoryOf, type EventStore, type StoredEvent } from '../../src/commands/eventStore.ts';
import {
  all,
  appended,
  collect,
  event,
  events,
  newCategory,
  newStream,
  numbered,
  textOf,
  texts,
} from '../support/events.ts';

export const fidelity = (store: () => EventStore): void => {
  test('every byte there is', async () => {
    const stream = newStream();
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, n) => n % 256));
    const asked = { ...event(), data: bytes, metadata: bytes.subarray(0, 256) };
    await appended(store(), stream, 'noStream', [asked]);
    const [stored] = await all(store(), stream);
    assert.deepEqual(Buffer.from(stored?.data ?? []), bytes);
    assert.deepEqual(Buffer.from(stored?.metadata ?? []), bytes.subarray(0, 256));
  });

  test.for(['Ünïcödé', '日本語', '👩‍👩‍👧‍👦', '\u0000\u001f', '"\\\n\t', 'RTL ‮ text', '\ud800'])(
    'the text %j',
    async (text) => {
      const stream = newStream();
      await appended(store(), stream, 'noStream', [event(text)]);
      assert.deepEqual(await texts(store(), stream), [text]);
    },
  );

  test('bytes that are no text at all, and no metadata', async () => {
    const stream = newStream();
    const data = Uint8Array.of(0xff, 0xfe, 0x00, 0xc3, 0x28);
    await appended(store(), stream, 'noStream', [{ ...event(), data, metadata: new Uint8Array() }]);
    const [stored] = await all(store(), stream);
    assert.deepEqual([...(stored?.data ?? [])], [...data]);
    assert.equal(stored?.metadata.byteLength, 0);
  });

  test('a part of a larger buffer', async () => {
    const stream = newStream();
    const whole = Buffer.from('xxxx{"text":"inside"}yyyy');
    await appended(store(), stream, 'noStream', [
      { ...event(), data: new Uint8Array(whole.buffer, whole.byteOffset + 4, 17) },
    ]);
    assert.deepEqual(await texts(store(), stream), ['inside']);
  });

  test('id, type, stream, revision and the store’s own time', async () => {
    const stream = `${newCategory()}-A_b.c~d+e-f`;
    const asked = { ...event(), type: 'Account.Created_2' };
    const before = Date.now();
    const { position } = await appended(store(), stream, 'noStream', [asked]);
    const [stored] = await all(store(), stream);
    assert.deepEqual(
      {
        id: stored?.id,
        type: stored?.type,
        stream: stored?.stream,
        revision: stored?.revision,
        position: stored?.position,
      },
      { id: asked.id, type: asked.type, stream, revision: 0, position },
    );
    assert.ok(Math.abs((stored?.recordedAt.getTime() ?? 0) - before) < 60_000);
  });
};

export const reading = (store: () => EventStore): void => {
  const ten = async () => {
    const stream = newStream();
    await appended(store(), stream, 'noStream', numbered(10));
    return stream;
  };
  const cases: [string, object, string[]][] = [
    ['forwards by default', {}, [...'0123456789']],
    ['forwards from a revision', { from: 7 }, ['7', '8', '9']],
    ['forwards with a limit', { limit: 2 }, ['0', '1']],
    ['forwards from a revision with a limit', { from: 4, limit: 2 }, ['4', '5']],
    ['forwards from beyond the end', { from: 10 }, []],
    ['backwards', { direction: 'backwards' }, [...'9876543210']],
    ['backwards with a limit', { direction: 'backwards', limit: 1 }, ['9']],
    ['backwards from a revision', { direction: 'backwards', from: 2 }, ['2', '1', '0']],
    ['backwards from beyond the end', { direction: 'backwards', from: 99, limit: 2 }, ['9', '8']],
    ['nothing with a limit of 0', { limit: 0 }, []],
  ];
  test.for(cases)('%s', async ([, range, expected]) =>
    assert.deepEqual(await texts(store(), await ten(), range), expected),
  );

  test('a missing stream as empty, both ways', async () => {
    assert.deepEqual(await all(store(), newStream()), []);
    assert.deepEqual(await all(store(), newStream(), { direction: 'backwards' }), []);
  });

  test('a stream longer than any page, both ways', async () => {
    const stream = newStream();
    for (let n = 0; n < 3; n += 1)
      await appended(store(), stream, n === 0 ? 'noStream' : n * 450 - 1, numbered(450, n * 450));
    const forwards = await texts(store(), stream);
    assert.deepEqual(
      forwards,
      Array.from({ length: 1350 }, (_, n) => String(n)),
    );
    assert.deepEqual(await texts(store(), stream, { direction: 'backwards' }), forwards.toReversed());
    assert.equal((await all(store(), stream, { limit: 333, from: 100 })).length, 333);
  });

  test('only what was asked for, though another name begins alike', async () => {
    const category = newCategory();
    await appended(store(), `${category}-1`, 'noStream', [event('one')]);
    await appended(store(), `${category}-10`, 'noStream', [event('ten')]);
    assert.deepEqual(await texts(store(), `${category}-1`), ['one']);
  });

  test.for([{ from: -1 }, { from: 0.5 }, { limit: -1 }])('not %j', async (range) => {
    await assert.rejects(all(store(), newStream(), range));
  });
};

export const readingAll = (store: () => EventStore): void => {
  const read = (options: object) => Array.fromAsync(store().readAll(options));
  const three = async () => {
    const category = newCategory();
    const streams = [newStream(category), newStream(category), newStream(category)];
    for (const [n, stream] of streams.entries()) await appended(store(), stream, 'noStream', numbered(2, n * 2));
    await appended(store(), newStream(), 'noStream', [event('foreign')]);
    return { categories: [category] };
  };

  test('in the order of position, over streams', async () => {
    const seen = await read({ filter: await three() });
    assert.deepEqual(seen.map(textOf), [...'012345']);
    assert.deepEqual(
      seen.map(({ position }) => position),
      seen.map(({ position }) => position).toSorted(),
    );
  });

  test('after a position, that one excluded', async () => {
    const filter = await three();
    const seen = await read({ filter });
    assert.deepEqual((await read({ filter, after: seen[3]?.position })).map(textOf), ['4', '5']);
  });

  test('up to a limit', async () => {
    const filter = await three();
    assert.deepEqual((await read({ filter, limit: 3 })).map(textOf), [...'012']);
    assert.deepEqual(await read({ filter, limit: 0 }), []);
  });

  test('of several categories, of none, and of a category whose name begins alike', async () => {
    const [one, two] = [await three(), await three()];
    const categories = [...one.categories, ...two.categories];
    assert.equal((await read({ filter: { categories } })).length, 12);
    assert.deepEqual(await read({ filter: { categories: [] }, after: (await store().head()) ?? '' }), []);
    assert.deepEqual(await read({ filter: { categories: [categories[0]?.slice(0, -1)] } }), []);
  });

  test('without a filter everything, without gaps', async () => {
    const after = await store().head();
    const filter = await three();
    const seen = await read({ after });
    assert.deepEqual(
      seen.slice(0, 6).map(({ id }) => id),
      (await read({ filter })).map(({ id }) => id),
    );
    assert.deepEqual(seen.map(textOf), [...'012345', 'foreign']);
  });

  test('nothing after the head', async () => {
    assert.deepEqual(await read({ after: await store().head() }), []);
  });

  test('up to what was there when it began', async () => {
    const category = newCategory();
    await appended(store(), newStream(category), 'noStream', events(3));
    const seen: StoredEvent[] = [];
    for await (const each of store().readAll({ filter: { categories: [category] } })) {
      seen.push(each);
      await appended(store(), newStream(category), 'noStream', [event()]);
    }
    assert.equal(seen.length, 3);
  });

  test('not from a place that is none', async () => {
    await assert.rejects(async () => read({ after: 'yesterday' }), /Not a position/);
  });
};

export const subscribing = (store: () => EventStore): void => {
  test('delivers what is there, then what comes', async () => {
    const category = newCategory();
    const stream = newStream(category);
    await appended(store(), stream, 'noStream', numbered(3));
    const watching = collect(store(), { filter: { categories: [category] } }, (seen) => seen.length === 5);
    await appended(store(), stream, 2, numbered(2, 3));
    const { seen } = await watching;
    assert.deepEqual(seen.map(textOf), [...'01234']);
  });

  test('says when it has caught up, also where nothing is', async () => {
    const after = (await store().head()) ?? '';
    const { batches } = await collect(store(), { after, filter: { categories: ['nothing'] } }, (_, all) =>
      all.some(({ caughtUp }) => caughtUp),
    );
    assert.ok((batches.at(-1)?.position ?? '') >= after);
  });

  test('moves past what the filter leaves out', async () => {
    const after = (await store().head()) ?? '';
    const category = newCategory();
    const goal: { position?: string } = {};
    const watching = collect(store(), { after, filter: { categories: [category] } }, (_, batches) => {
      const position = batches.at(-1)?.position ?? '';
      return goal.position !== undefined && position >= goal.position;
    });
    goal.position = (await appended(store(), newStream(), 'noStream', events(30))).position;
    // One more, for a subscription that had passed the goal before it was known.
    await appended(store(), newStream(), 'noStream', [event()]);
    const { seen, batches } = await watching;
    assert.deepEqual(seen, []);
    const positions = batches.map(({ position }) => position);
    assert.deepEqual(positions, positions.toSorted());
  });

  test('begins after a position', async () => {
    const category = newCategory();
    const { position } = await appended(store(), newStream(category), 'noStream', numbered(4));
    await appended(store(), newStream(category), 'noStream', numbered(2, 4));
    const { seen } = await collect(
      store(),
      { after: position, filter: { categories: [category] } },
      (all) => all.length === 2,
    );
    assert.deepEqual(seen.map(textOf), ['4', '5']);
  });

  test('carries on from any batch without a gap or a repetition', async () => {
    const category = newCategory();
    const filter = { categories: [category] };
    let after = (await store().head()) ?? '';
    const ids: string[] = [];
    const writing = (async () => {
      for (let n = 0; n < 30; n += 1) await appended(store(), newStream(category), 'noStream', events(3));
    })();
    while (ids.length < 90) {
      const { seen, batches } = await collect(store(), { after, filter }, (all) => all.length > 0);
      ids.push(...seen.map(({ id }) => id));
      after = batches.at(-1)?.position ?? after;
    }
    await writing;
    const written = await Array.fromAsync(store().readAll({ filter }));
    assert.deepEqual(
      ids,
      written.map(({ id }) => id),
    );
  });

  test('ends when it is aborted: before it began, while it waits, and in the middle', async () => {
    const stop = new AbortController();
    for await (const batch of store().subscribeAll({ signal: AbortSignal.abort() })) assert.fail(batch.position);
    const after = (await store().head()) ?? '';
    const ended = (async () => {
      for await (const { caughtUp } of store().subscribeAll({ after, signal: stop.signal }))
        if (caughtUp) setImmediate(() => stop.abort());
    })();
    await ended;
    let batches = 0;
    const middle = new AbortController();
    for await (const batch of store().subscribeAll({ signal: middle.signal })) {
      batches += batch.position === '' ? 0 : 1;
      middle.abort();
    }
    assert.equal(batches, 1);
  });

  test('serves many at once, each at its own pace', async () => {
    const category = newCategory();
    const watching = Array.from({ length: 8 }, () =>
      collect(store(), { filter: { categories: [category] } }, (seen) => seen.length === 20),
    );
    for (let n = 0; n < 10; n += 1) await appended(store(), newStream(category), 'noStream', numbered(2, n * 2));
    const orders = (await Promise.all(watching)).map(({ seen }) => seen.map(textOf).join());
    assert.equal(new Set(orders).size, 1);
  });

  test('shows each of 20 000 events of 32 writers once, in order, without a gap, live and afterwards', async () => {
    const perWriter = 625;
    const total = 32 * perWriter;
    const after = (await store().head()) ?? '';
    const category = newCategory();
    const ours = ({ stream }: StoredEvent) => categoryOf(stream) === category;
    const watching = collect(store(), { after }, (seen) => seen.length >= total && seen.filter(ours).length === total);
    const write = async () => {
      const stream = newStream(category);
      for (let revision = -1; revision < perWriter - 1; ) {
        const count = Math.min(1 + Math.floor(Math.random() * 9), perWriter - 1 - revision);
        for (let turns = Math.random() * 4; turns > 1; turns -= 1) await nextTurn();
        const expected = revision < 0 ? 'noStream' : revision;
        const answer = await store().append(stream, expected, events(count), 60_000);
        assert.equal(answer.outcome, 'appended');
        revision += count;
      }
    };
    await Promise.all(Array.from({ length: 32 }, write));
    const { seen } = await watching;
    assert.ok(seen.every(({ position }, n) => position > (seen[n - 1]?.position ?? after)));
    const streams = Map.groupBy(seen.filter(ours), ({ stream }) => stream);
    for (const each of streams.values()) assert.ok(each.every(({ revision }, n) => revision === n));
    const again = await Array.fromAsync(store().readAll({ after, filter: { categories: [category] } }));
    assert.deepEqual(
      again.map(({ id }) => id),
      seen.filter(ours).map(({ id }) => id),
    );
  }, 120_000);
};
