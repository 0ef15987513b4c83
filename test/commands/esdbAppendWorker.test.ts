// The thread that appends to EventStoreDB: what it is sent, and what becomes of that when it ends or hangs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { createAppendWorker } from '../../src/commands/esdbAppendWorker.ts';
import type { Append } from '../../src/commands/esdbSettling.ts';
import { errorOf, packed, type ThreadOptions, told, unpacked } from '../../src/commands/esdbThreadMessages.ts';
import { AppendInvalid, OutcomeUnknown, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { event, newStream } from '../support/events.ts';

const noFault = (error: unknown): void => assert.fail(String(error));

const appendOf = (stream = newStream(), timeoutMs = 2_000): Append => ({
  stream,
  expected: 'noStream',
  events: [event()],
  deadlineMs: performance.now() + timeoutMs,
});

/** A worker whose threads the test can get at; each runs `source` if given, else the real thing. */
const observed = (options: ThreadOptions, source?: string) => {
  const threads: Worker[] = [];
  const worker = createAppendWorker(options, noFault, (workerData) => {
    const real = new URL('../../src/commands/esdbAppendThread.ts', import.meta.url);
    const thread = source === undefined ? new Worker(real, { workerData }) : new Worker(source, { eval: true });
    threads.push(thread);
    return thread;
  });
  return { worker, threads };
};

const times = { answerTimeoutMs: 1_200, refuseAfterMs: 700 };

describe('what the thread is sent', () => {
  const plain = { noNullPrototype: true };
  const bytes = fc.uint8Array({ maxLength: 40 });
  const newEvent = fc.record({ id: fc.uuid(), type: fc.string(), data: bytes, metadata: bytes }, plain);
  const append = fc.record(
    {
      stream: fc.string(),
      expected: fc.oneof(fc.constant('noStream' as const), fc.nat()),
      events: fc.array(newEvent, { minLength: 1, maxLength: 4 }),
      deadlineMs: fc.nat(),
    },
    plain,
  );

  test('arrives as it was, many at once', () => {
    fc.assert(
      fc.property(fc.array(append), (appends) => {
        const sent = new Map(appends.map((each, n) => [n, each]));
        const came = unpacked(structuredClone(packed(sent)));
        assert.deepEqual([...came.keys()], [...sent.keys()]);
        for (const [n, each] of came) {
          const wanted = sent.get(n);
          assert.deepEqual({ ...each, deadlineMs: wanted?.deadlineMs }, wanted);
          const movedMs = Math.abs(each.deadlineMs - (wanted?.deadlineMs ?? 0));
          assert(movedMs < 1_000, `a deadline moved by ${movedMs} ms`);
        }
      }),
    );
  });

  test('comes back as the error it was, with the reasons', () => {
    for (const kind of [AppendInvalid, OutcomeUnknown, StoreUnavailable]) {
      const back = errorOf(structuredClone(told(new kind('No', { cause: new Error('Because') }))));
      assert(back instanceof kind);
      assert.equal(back.message, 'No: Because');
    }
    const other = errorOf(told(new TypeError('Oh')));
    assert(!('code' in other));
    assert.equal(other.message, 'Oh');
  });
});

describe('a thread that', () => {
  test('ends leaves open what was with it, and another one takes what comes next', async () => {
    const node = await startEventStoreDbNode();
    const { worker, threads } = observed({ url: node.url, ...times });
    try {
      const answer = await worker.settle(appendOf());
      assert.equal(answer.outcome, 'appended');
      process.kill(node.pid, 'SIGSTOP');
      const open = assert.rejects(worker.settle(appendOf(undefined, 10_000)), OutcomeUnknown);
      await new Promise(setImmediate); // It was sent.
      await threads[0]?.terminate();
      await open;
      process.kill(node.pid, 'SIGCONT');
      assert.equal((await worker.settle(appendOf(undefined, 5_000))).outcome, 'appended');
      assert.equal(threads.length, 2);
    } finally {
      await worker.close();
      await node.kill();
    }
  });

  test('hangs has its appends given up, and does not keep anybody from closing', async () => {
    const { worker, threads } = observed({ url: '', ...times }, 'setInterval(() => undefined, 1000)');
    await assert.rejects(worker.settle(appendOf(undefined, 100)), OutcomeUnknown);
    const exits = threads.map((thread) => once(thread, 'exit'));
    await worker.close();
    assert.equal((await Promise.all(exits)).length, 1);
    await assert.rejects(worker.settle(appendOf()), StoreUnavailable);
  });
});
