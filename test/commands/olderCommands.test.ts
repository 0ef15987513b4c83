import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { test } from 'vitest';
import { olderCommands } from '../../src/commands/olderCommands.ts';

test('every command is found where it was noted, and hardly any that was not', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 4_000, minLength: 1 }), (ids) => {
      const older = olderCommands();
      const noted = ids.slice(0, ids.length / 2);
      for (const [revision, id] of noted.entries()) older.note(id, revision);
      for (const [revision, id] of noted.entries()) assert.ok(older.revisionsOf(id).includes(revision));
      const strangers = ids.slice(ids.length / 2).flatMap((id) => older.revisionsOf(id));
      assert.ok(strangers.length <= 2, `${strangers.length} of ${ids.length}`);
    }),
    { numRuns: 50 },
  );
});

test('a hundred thousand commands are found, each at its place, the first revision and the last included', () => {
  const older = olderCommands();
  const idOf = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
  const [count, last] = [100_000, 2 ** 31 - 2];
  for (let n = 0; n < count; n += 1) older.note(idOf(n), n);
  older.note(idOf(count), last);
  for (let n = 0; n < count; n += 1) assert.ok(older.revisionsOf(idOf(n)).includes(n));
  assert.deepEqual(older.revisionsOf(idOf(count)), [last]);
  const falseHits = Array.from({ length: count }, (_, n) => older.revisionsOf(idOf(2 * count + n)).length);
  const hits = falseHits.reduce((sum, found) => sum + found, 0);
  assert.ok(hits < count / 100, `${hits} of ${count} are taken for others`);
});

test('a command that was noted twice is found twice, and in an empty table nothing', () => {
  const older = olderCommands();
  assert.deepEqual(older.revisionsOf('x'), []);
  older.note('x', 3);
  older.note('x', 7);
  assert.deepEqual(
    older.revisionsOf('x').toSorted((a, b) => a - b),
    [3, 7],
  );
});
