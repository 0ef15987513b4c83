// Following the record: catching up, waiting for positions, and coming back after an outage.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { DesiredState, type SessionFeed } from '../../src/media/feed.ts';
import { eventually } from '../support/eventually.ts';
import { SessionScript } from './sessionScript.ts';

let script: SessionScript;
let desired: DesiredState;
let changes: string[][];
const follow = (feed: SessionFeed) => {
  changes = [];
  desired = new DesiredState({
    feed,
    opened: () => undefined,
    changed: (ids) => changes.push([...ids]),
    log: () => undefined,
  });
  desired.start();
};
beforeEach(() => {
  script = new SessionScript();
});
afterEach(() => desired.close());

describe('the desired state', () => {
  test('begins with the open sessions and forgets what has ended', async () => {
    const [open, over] = [script.start(), script.start()];
    script.end(over);
    follow(script.feed);
    await eventually('all read', () => desired.live);
    assert.deepEqual([...desired.sessions.keys()], [open]);
    assert.deepEqual(changes, [[open]]);
    desired.forget(open);
    script.join(open, randomUUID());
    const { position } = script;
    assert(await desired.until(() => desired.reached(position), 1_000));
    assert.equal(desired.sessions.size, 0);
  });

  test('acts on nothing before it has read everything', async () => {
    const sessionId = script.start();
    const { log } = script;
    follow({
      open: () => Promise.resolve({ position: null, sessions: [] }),
      subscribe: async function* (after, signal) {
        yield { events: log.slice(0, 1), position: '000000000000', caughtUp: false };
        assert.deepEqual(changes, []);
        assert.equal(desired.ready, false);
        yield* script.feed.subscribe(after ?? '000000000001', signal);
      },
    });
    await eventually('all read', () => desired.ready);
    assert.deepEqual(changes, [[sessionId]]);
  });

  test('goes on where it was after an outage', async () => {
    const sessionId = script.start();
    follow(script.feed);
    await eventually('all read', () => desired.live);
    script.down = true;
    script.wake();
    await eventually('the outage', () => !desired.live);
    assert(desired.ready);
    script.join(sessionId, randomUUID());
    script.down = false;
    await eventually('the record again', () => desired.live);
    assert.equal(desired.sessions.get(sessionId)?.legs.size, 1);
  });

  test('waits for what is to come, and no longer than it was told', async () => {
    script.start();
    follow(script.feed);
    await eventually('all read', () => desired.live);
    const coming = desired.until(() => desired.sessions.size === 2, 5_000);
    script.start();
    assert.equal(await coming, true);
    assert.equal(await desired.until(() => false, 20), false);
  });
});
