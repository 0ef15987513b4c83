import { strict as assert } from 'node:assert';
import { test } from 'vitest';
import { Refusal } from '../../src/domain/kernel.ts';
import { untilSettled } from '../../src/operations/untilSettled.ts';

/** Answers with `outcomes` one after the other, and notes the ids it was asked under. */
const answering = (...outcomes: (Refusal | string)[]) => {
  const ids: string[] = [];
  const act = (id: string): Promise<string> => {
    const outcome = outcomes[ids.length] ?? 'too often';
    ids.push(id);
    return typeof outcome === 'string' ? Promise.resolve(outcome) : Promise.reject(outcome);
  };
  return { ids, act };
};

test('a command of a start is sent again under the same id until the store has time for it', async () => {
  const { ids, act } = answering(
    new Refusal('command.outcome_unknown'),
    new Refusal('command.too_busy'),
    new Refusal('event_store.unavailable'),
    'done',
  );
  assert.equal(await untilSettled('one', act), 'done');
  assert.deepEqual(ids, ['one', 'one', 'one', 'one']);
});

test('a command of a start that is refused for good is not sent again', async () => {
  const refusal = new Refusal('server.program_too_old');
  const { ids, act } = answering(refusal, 'done');
  await assert.rejects(untilSettled('one', act), refusal);
  assert.deepEqual(ids, ['one']);
});
