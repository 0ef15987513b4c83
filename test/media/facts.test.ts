// Facts on their way to the record.
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { z } from 'zod';
import { FactQueue, factId, type MediaFact, type Reported } from '../../src/media/facts.ts';
import { eventually } from '../support/eventually.ts';

const fact = (sessionId: string, commandId: string): MediaFact => ({
  kind: 'sessionPlaced',
  node: 'node-1',
  sessionId,
  commandId,
  epoch: 1,
  at: new Date(),
});

const queue = (report: (fact: MediaFact) => Promise<Reported>, queuedMax = 100, connectedLingerMs = 0) =>
  new FactQueue({ report, queuedMax, connectedLingerMs, log: () => undefined });

describe('the id of a fact', () => {
  test('is a UUID that the same happening always has, and no other', () => {
    const id = factId('leg-1', 'legLeft', 3);
    assert.equal(id, factId('leg-1', 'legLeft', 3));
    assert(z.uuid().safeParse(id).success);
    const others = [
      factId('leg-2', 'legLeft', 3),
      factId('leg-1', 'legConnected', 3),
      factId('leg-1', 'legLeft', 4),
      factId('leg-1', 'legLeft', 3, 1),
    ];
    assert.equal(new Set([id, ...others]).size, 5);
  });
});

describe('a queue of facts', () => {
  test('tells each session its facts in order, and one session does not hold up another', async () => {
    const told: string[] = [];
    let failures = 2;
    const facts = queue(({ commandId }) => {
      if (commandId === 'a1' && failures > 0) {
        failures -= 1;
        return Promise.reject(new Error('The store is down'));
      }
      told.push(commandId);
      return Promise.resolve('recorded');
    });
    for (const id of ['a1', 'a2', 'b1']) facts.add(fact(id.slice(0, 1), id));
    assert.equal(await facts.drained(5_000), 0);
    assert.deepEqual(told, ['b1', 'a1', 'a2']);
    facts.close();
  });

  test('gives up what the record refuses', async () => {
    let asked = 0;
    const facts = queue(() => {
      asked += 1;
      return Promise.resolve('refused');
    });
    facts.add(fact('a', 'a1'));
    assert.equal(await facts.drained(1_000), 0);
    assert.equal(asked, 1);
    facts.close();
  });

  test('is bounded, and counts what it had to drop', async () => {
    const facts = queue(() => Promise.reject(new Error('The store is down')), 3);
    for (const id of ['1', '2', '3', '4', '5']) facts.add(fact(id, id));
    assert.deepEqual(facts.stats, { waiting: 3, dropped: 2 });
    assert.equal(await facts.drained(50), 3);
    facts.close();
    await eventually('the end of all repeating', () => facts.stats.waiting === 0);
  });

  const lingering = () => {
    const told: string[] = [];
    const report = ({ commandId }: MediaFact): Promise<Reported> => {
      told.push(commandId);
      return Promise.resolve('recorded');
    };
    const facts = queue(report, 100, 400);
    const connected = (commandId: string): MediaFact => {
      const { sessionId, epoch, at } = fact('a', commandId);
      return { kind: 'legConnected', participantId: 'p', legId: 'l', sessionId, commandId, epoch, at };
    };
    for (const each of [connected('a1'), connected('a2'), fact('a', 'a3'), fact('b', 'b1')]) facts.add(each);
    return { facts, told };
  };

  test('tells connections a little later, and nothing of their session before them', async () => {
    const begunMs = performance.now();
    const { facts, told } = lingering();
    await eventually('what need not wait', () => told.length === 1);
    await eventually('the rest', () => told.length === 4);
    const tookMs = performance.now() - begunMs;
    assert.ok(tookMs >= 390, `${tookMs} ms`);
    assert.deepEqual(told, ['b1', 'a1', 'a2', 'a3']);
    facts.close();
  });

  test('waits no longer with them where it ends', async () => {
    const { facts, told } = lingering();
    assert.equal(await facts.drained(200), 0);
    assert.deepEqual(told.toSorted(), ['a1', 'a2', 'a3', 'b1']);
    facts.close();
  });
});
