// One suite for every adapter of the job port.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { BadJob, type JobQueue } from '../../src/commands/jobs.ts';
import { eventually } from '../support/eventually.ts';

export type Subject = {
  /** Another process's access to the same store. */
  open: () => Promise<JobQueue>;
  /** What `jobsChild.ts` opens the same store by. */
  childArgs: readonly string[];
  dispose: () => Promise<void>;
};

const child = fileURLToPath(new URL('./jobsChild.ts', import.meta.url));
const aWhileMs = 2_500;
const inMs = (ms: number): Date => new Date(Date.now() + ms);
const newKey = (): string => `test-${randomUUID()}`;

type Told = { key: string; atMs: number };
type Worker = { queue: JobQueue; told: Told[]; times: (key: string) => number };

const until = (what: string, ask: () => boolean): Promise<unknown> => eventually(what, ask, 30_000);

/** Opens queues and closes them after the test. */
const opening = (subject: () => Subject) => {
  const opened: JobQueue[] = [];
  const open = async (): Promise<JobQueue> => {
    const queue = await subject().open();
    opened.push(queue);
    return queue;
  };
  const worker = async (act: (key: string) => Promise<void> = async () => undefined): Promise<Worker> => {
    const queue = await open();
    const told: Told[] = [];
    await queue.work(async (key) => {
      told.push({ key, atMs: Date.now() });
      await act(key);
    });
    return { queue, told, times: (key) => told.filter((one) => one.key === key).length };
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  };
  return { open, worker, closeAll };
};

type Opening = ReturnType<typeof opening>;

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

/** A worker in a process of its own, which is told and never finishes. */
const stuckChild = async (args: readonly string[], key: string): Promise<ChildProcess> => {
  const process_ = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  process_.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until('the child to be told', () => said.includes(key));
  return process_;
};

const failing = (subject: () => Subject, { open, worker }: Opening): void => {
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
    const killed = await stuckChild(subject().childArgs, key);
    killed.kill('SIGKILL');
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

/** Declares the suite for one adapter. */
export const jobsContract = (name: string, start: () => Promise<Subject>): void => {
  describe(name, () => {
    let subject: Subject;
    const shared = opening(() => subject);
    beforeAll(async () => {
      subject = await start();
    });
    afterEach(shared.closeAll);
    afterAll(() => subject.dispose());
    timing(shared);
    competing(shared);
    inLine(shared);
    failing(() => subject, shared);
  });
};
