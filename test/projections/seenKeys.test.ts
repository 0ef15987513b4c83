import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { seenKeys } from '../../src/projections/seenKeys.ts';

const key = (n: number): string => JSON.stringify({ sessionId: `0199-${n}`, participantId: n * 7 });

describe('the keys that were seen', () => {
  test('are none at first', () => {
    assert.equal(seenKeys().maybe('anything'), false);
  });

  test('are never denied, and hardly any others are taken for them', () => {
    const seen = seenKeys();
    const count = 300_000;
    for (let n = 0; n < count; n += 1) seen.add(key(n));
    for (let n = 0; n < count; n += 1) assert.ok(seen.maybe(key(n)), key(n));
    let mistaken = 0;
    for (let n = count; n < count + 50_000; n += 1) if (seen.maybe(key(n))) mistaken += 1;
    for (let n = 0; n < 50_000; n += 1) if (seen.maybe(randomUUID())) mistaken += 1;
    assert.ok(mistaken < 1_000, `${mistaken} of 100 000`);
  });
});
