// One suite for every adapter of the job port.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, test, vi } from 'vitest';
import { BadJob } from '../../src/commands/jobs.ts';
import { type Child, type Fate, inMs, newKey, type Opening, opening, type Subject, until } from './jobsWorkers.ts';

const aWhileMs = 2_500;

const timing = ({ worker }: Opening): void => {
  test('tells a key when it is due, not before and not again', async () => {
    const { queue, told, times } = await worker();
    const [soon, past, late] = [newKey(), newKey(), newKey()];
    const at = inMs(1_500);
    await queue.wake(soon, at);
    await queue.wake(past, new Date(0));
    await queue.wake(late, inMs(3_600_000));
    await until('both to be told', () => times(soon) === 1 && times(past) === 1);
    const toldAtMs = told.find(({ key }) => key === soon)?.atMs ?? 0;
    assert.ok(toldAtMs >= at.getTime(), `told ${at.getTime() - toldAtMs} ms early`);
    await delay(aWhileMs);
    assert.deepEqual([times(soon), times(past), times(late)], [1, 1, 0]);
  });

  test('moves the time of a key that is woken again, earlier and later, to where the last call says', async () => {
    const { queue, times } = await worker();
    const [earlier, later] = [newKey(), newKey()];
    await queue.wake(earlier, inMs(3_600_000));
    await queue.wake(earlier, inMs(200));
    await queue.wake(later, inMs(1_000));
    await queue.wake(later, inMs(3_600_000));
    await until('the earlier one', () => times(earlier) === 1);
    await delay(aWhileMs);
    assert.deepEqual([times(earlier), times(later)], [1, 0]);
    await queue.wake(later, inMs(0));
    await until('the later one', () => times(later) === 1);
  });

  test('does not tell what was cancelled, until it is woken again', async () => {
    const { queue, times } = await worker();
    const key = newKey();
    await queue.cancel(key);
    await queue.wake(key, inMs(1_000));
    await queue.cancel(key);
    await delay(aWhileMs);
    assert.equal(times(key), 0);
    await queue.wake(key, inMs(0));
    await until('it to be told', () => times(key) === 1);
  });

  test('refuses keys and times that no store takes', async () => {
    const { queue } = await worker();
    for (const key of ['', 'a b', 'a:b', 'ä', 'a\n', 'a'.repeat(101)]) {
      await assert.rejects(queue.wake(key, inMs(0)), BadJob);
      await assert.rejects(queue.cancel(key), BadJob);
    }
    for (const at of [new Date(Number.NaN), new Date(-1), new Date(8.64e15)]) {
      await assert.rejects(queue.wake(newKey(), at), BadJob);
    }
  });
};

const competing = ({ worker }: Opening): void => {
  test('tells exactly one of two workers, however many processes wake the key', async () => {
    const [one, other] = await Promise.all([worker(), worker()]);
    const keys = Array.from({ length: 60 }, newKey);
    const at = inMs(800);
    await Promise.all(keys.flatMap((key) => [one.queue.wake(key, at), other.queue.wake(key, at)]));
    await until('all to be told', () => keys.every((key) => one.times(key) + other.times(key) > 0));
    await delay(aWhileMs);
    for (const key of keys) assert.equal(one.times(key) + other.times(key), 1);
  });

  test('tells again what was woken while it was being told', async () => {
    let finish = (): void => undefined;
    const { queue, times } = await worker(() => new Promise<void>((resolve) => (finish = resolve)));
    const key = newKey();
    await queue.wake(key, inMs(0));
    await until('the first', () => times(key) === 1);
    await queue.wake(key, inMs(100));
    finish();
    await until('the second', () => times(key) === 2);
    finish();
    await delay(aWhileMs);
    assert.equal(times(key), 2);
  });
};

const inLine = ({ worker }: Opening): void => {
  test('moves and cancels what is due and waits for its turn', async () => {
    const [busy, moved, cancelled] = [newKey(), newKey(), newKey()];
    let finish = (): void => undefined;
    const { queue, told, times } = await worker((key) =>
      key === busy ? new Promise<void>((resolve) => (finish = resolve)) : Promise.resolve(),
    );
    await queue.wake(busy, inMs(0));
    await until('the first', () => times(busy) === 1);
    await queue.wake(moved, inMs(0));
    await queue.wake(cancelled, inMs(0));
    await delay(300);
    await queue.wake(moved, inMs(3_600_000));
    await queue.cancel(cancelled);
    finish();
    await delay(aWhileMs);
    assert.deepEqual(
      told.map(({ key }) => key),
      [busy],
    );
  });
};

const failing = ({ open, worker, child }: Opening): void => {
  test('tells again what rejected, and not after it was cancelled', async () => {
    const [key, cancelled] = [newKey(), newKey()];
    const fails = new Map([[key, 1]]);
    const { queue, times } = await worker(async (due) => {
      const left = fails.get(due) ?? (due === cancelled ? 100 : 0);
      fails.set(due, left - 1);
      if (left > 0) throw new Error('not now');
    });
    await queue.wake(key, inMs(0));
    await until('the second try', () => times(key) === 2);
    await queue.wake(cancelled, inMs(0));
    await until('the first failure', () => times(cancelled) > 0);
    await delay(100);
    await queue.cancel(cancelled);
    const before = times(cancelled);
    await delay(2 * aWhileMs);
    assert.equal(times(cancelled), before);
    assert.equal(times(key), 2);
  });

  test('has one due time for a key that failed and is woken', async () => {
    const key = newKey();
    let failed = false;
    const { queue, times } = await worker(async () => {
      if (failed) return;
      failed = true;
      throw new Error('not now');
    });
    await queue.wake(key, inMs(0));
    await until('the failure', () => failed);
    await delay(100);
    await queue.wake(key, inMs(3_600_000));
    const before = times(key);
    await delay(2 * aWhileMs);
    assert.equal(times(key), before);
  });

  test('tells another worker what a killed one was in the middle of', async () => {
    const key = newKey();
    const queue = await open();
    await queue.wake(key, inMs(0));
    const killed = await child();
    await until('the child to be told', () => killed.times(key) === 1);
    await killed.kill();
    const { times } = await worker();
    await until('the survivor to be told', () => times(key) === 1);
    await delay(aWhileMs);
    assert.equal(times(key), 1);
  });

  test('tells again what takes too long', async () => {
    const key = newKey();
    let first = true;
    const slow = () => (first ? new Promise<void>(() => (first = false)) : Promise.resolve());
    const { queue, times } = await worker(slow);
    const other = await worker(slow);
    await queue.wake(key, inMs(0));
    await until('the repeat', () => times(key) + other.times(key) === 2);
  });

  test('remembers over a restart, what was finished and what was not', async () => {
    const [done, pending, due] = [newKey(), newKey(), newKey()];
    const before = await worker();
    await before.queue.wake(done, inMs(0));
    await until('the first to be told', () => before.times(done) === 1);
    await before.queue.wake(pending, inMs(3_600_000));
    await before.queue.wake(due, inMs(700));
    await before.queue.close();
    await before.queue.close();
    await delay(800);
    const { queue, times } = await worker();
    await until('what became due meanwhile', () => times(due) + before.times(due) === 1);
    await delay(aWhileMs);
    assert.deepEqual([times(done), times(pending)], [0, 0]);
    await queue.wake(pending, inMs(0));
    await until('the moved one', () => times(pending) === 1);
  });
};

const killing = ({ open, child }: Opening): void => {
  test('tells each due time once of many that two processes compete for while one is killed and restarted', async () => {
    const queue = await open();
    const keys = Array.from({ length: 60 }, newKey);
    const wakeAll = (some: string[]) => Promise.all(some.map((key, nth) => queue.wake(key, inMs(20 * nth))));
    const all: Child[] = [];
    const start = async (finishes: number): Promise<Child> => {
      const started = await child(finishes);
      all.push(started);
      return started;
    };
    const [, stuck] = await Promise.all([start(Infinity), start(5)]);
    await wakeAll(keys.slice(0, 40));
    await until('one to be in the middle of a telling', () => stuck.begun.length === 6);
    await stuck.kill();
    const restarted = await start(Infinity);
    await wakeAll(keys.slice(40));
    await until('the restarted one to be told', () => restarted.done.length > 0);
    await restarted.kill(); // At whatever moment this is.
    await start(Infinity);

    await until('all to be dealt with', () => keys.every((key) => all.some(({ done }) => done.includes(key))));
    await delay(2 * aWhileMs); // Longer than it takes until what died with its process comes again.
    const mayRepeat = [stuck, restarted].map(({ begun }) => begun.at(-1)?.key);
    for (const key of keys) {
      const times = all.reduce((sum, one) => sum + one.times(key), 0);
      const most = 1 + mayRepeat.filter((one) => one === key).length;
      assert.ok(times >= 1 && times <= most, `${key} was told ${times} times, and not ${most} at most`);
    }
  });
};

/** A key that a process was frozen with, and that another worker has begun to be told since. */
const takenOver = async ({ open, worker, child }: Opening, fate: Fate, act: () => Promise<void>) => {
  const key = newKey();
  const queue = await open();
  const frozen = await child(0, fate);
  await queue.wake(key, inMs(0));
  await until('the child to be told', () => frozen.times(key) === 1);
  const other = await worker(act);
  await until('the other to take it over', () => other.times(key) === 1);
  return { key, queue, frozen, other };
};

const freezing = (shared: Opening): void => {
  const fates = [['freeze', 'ends'] as const, ['freezeAndStick', 'gives up'] as const];
  test.each(fates)('goes on with a worker that thaws (%s) and %s what another has told since', async (fate) => {
    const { key, queue, frozen, other } = await takenOver(shared, fate, async () => undefined);
    await queue.wake(key, inMs(1_000));
    await other.queue.close();
    const before = other.times(key);
    const next = newKey();
    frozen.thaw();
    await queue.wake(next, inMs(0));
    await until('the thawed one to go on', () => frozen.done.includes(next));
    await until('the second due time', () => before + frozen.times(key) === 3);
    await delay(2 * aWhileMs);
    assert.deepEqual([before + frozen.times(key), frozen.times(next)], [3, 1]);
    assert.ok(frozen.lives());
  });

  test.each(fates)('loses no due time to a worker that thaws (%s) and %s what another is telling', async (fate) => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const { key, queue, frozen, other } = await takenOver(shared, fate, () => finished);
    const at = inMs(1_500);
    await queue.wake(key, at);
    const next = newKey();
    frozen.thaw();
    await queue.wake(next, inMs(0));
    await until('the thawed one to go on', () => frozen.done.includes(next)); // And to be done with the first.
    finish();
    const tellings = () => [...frozen.begun, ...other.told].filter((one) => one.key === key);
    await until('the second due time', () => tellings().some(({ atMs }) => atMs >= at.getTime()));
    await delay(2 * aWhileMs);
    // One who gives up may put back what the other is telling: that is told once more then.
    const most = fate === 'freeze' ? 3 : 4;
    assert.ok(tellings().length >= 3 && tellings().length <= most, `told ${tellings().length} times`);
    assert.ok(frozen.lives());
  });
};

const stepping = ({ worker }: Opening): void => {
  test('tells each due time once, whatever the clock of the process has been set to meanwhile', async () => {
    const { queue, times } = await worker();
    const real = Date.now.bind(Date);
    let stepMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => real() + stepMs);
    const keys: string[] = [];
    const never = newKey();
    await queue.wake(never, new Date(real() + 3 * 3_600_000));
    for (stepMs of [1_800_000, -1_800_000]) {
      const [now, soon] = [newKey(), newKey()];
      keys.push(now, soon);
      await queue.wake(soon, new Date(real() + 1_000));
      await queue.wake(now, new Date(0));
      await until('what is due by every clock', () => times(now) === 1);
    }
    stepMs = 0;
    await until('what is due by the right clock', () => keys.every((key) => times(key) > 0));
    await delay(aWhileMs);
    assert.deepEqual([...keys, never].map(times), [1, 1, 1, 1, 0]);
  });
};

/** Declares the suite for one adapter. */
export const jobsContract = (name: string, start: () => Promise<Subject>): void => {
  describe(name, () => {
    let subject: Subject;
    const shared = opening(() => subject);
    beforeAll(async () => {
      subject = await start();
    });
    afterEach(() => void vi.restoreAllMocks());
    afterEach(shared.closeAll);
    afterAll(() => subject.dispose());
    timing(shared);
    competing(shared);
    inLine(shared);
    failing(shared);
    killing(shared);
    freezing(shared);
    stepping(shared);
  });
};
