// What a subscriber is told of changes that come faster than she is told.
import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { type Follower, subscribed } from '../../src/api/subscribed.ts';
import type { Caller } from '../../src/commands/access.ts';
import type { Change } from '../../src/projections/watch.ts';

const origin = { displayName: 'Ada', ip: '127.0.0.1', userAgent: 'a test' };
const caller: Caller = { actor: { kind: 'account', id: 'ada' }, role: null, signInId: 'hers', origin };

const idsFrom = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => `${from + index}`);

describe('changes that are told together', () => {
  let closing: AbortController;
  let change: (ids: Change['ids']) => void;
  let follower: Follower;
  beforeEach(() => {
    closing = new AbortController();
    const listeners = new Set<(one: Change) => void>();
    change = (ids) => {
      for (const listener of listeners) listener({ name: 'list', position: '1', ids });
    };
    follower = {
      caller,
      presence: { enter: () => () => undefined },
      closed: closing.signal,
      watch: {
        onChange: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      reauthenticate: () => Promise.resolve(caller),
    };
  });
  afterEach(() => closing.abort());

  /** What the next push names; no ids: it may be any. */
  const follow = (first: boolean, failing = { times: 0 }) => {
    const stream = subscribed<string[], Follower>(follower, {
      first,
      wakes: ({ name }) => name === 'list',
      allowed: () => true,
      produce: (ids) => {
        failing.times -= 1;
        // As a database says it that is being started.
        return failing.times < 0
          ? Promise.resolve([...ids])
          : Promise.reject(Object.assign(new Error('starting'), { code: '57P03' }));
      },
    });
    return async () => (await stream.next()).value as string[];
  };

  test('name each object once', async () => {
    const next = follow(false);
    const told = next();
    change(['a', 'b']);
    change(['b', 'c']);
    assert.deepEqual(await told, ['a', 'b', 'c']);
  });

  test('may be any where one of them may be', async () => {
    const next = follow(false);
    const told = next();
    change(['a']);
    change(null);
    change(['b']);
    assert.deepEqual(await told, []);
    change(['c']);
    assert.deepEqual(await next(), ['c'], 'and only then');
  });

  test('may be any at the beginning, whatever is named meanwhile', async () => {
    const next = follow(true);
    const told = next();
    change(['a']);
    assert.deepEqual(await told, []);
  });

  test('may be any where there are too many to name', async () => {
    const next = follow(false);
    const told = next();
    change(idsFrom(300));
    change(idsFrom(300, 100));
    assert.equal((await told).length, 400);
    const more = next();
    change(idsFrom(300));
    change(idsFrom(300, 300));
    assert.deepEqual(await more, []);
  });

  test('are not lost when they could not be told at once', async () => {
    const next = follow(false, { times: 2 });
    const told = next();
    change(['a']);
    change(['b']);
    assert.deepEqual(await told, ['a', 'b']);
    const again = follow(false, { times: 1 })();
    change(null);
    change(['c']);
    assert.deepEqual(await again, [], 'nor that it may be any');
  });
});
