import { strict as assert } from 'node:assert';
import { test } from 'vitest';
import { collectGarbage } from '../../src/operations/startGarbage.ts';

test('what nobody needs any more is given back', () => {
  const held: { objects: object[] | null } = { objects: Array.from({ length: 500_000 }, (_, n) => ({ n })) };
  const { heapUsed } = process.memoryUsage();
  held.objects = null;
  collectGarbage();
  const kept = process.memoryUsage().heapUsed / heapUsed;
  const objects = 500_000 * 16; // Bytes at the least.
  assert.ok(heapUsed - process.memoryUsage().heapUsed > objects, `${kept} of the heap was kept`);
});
