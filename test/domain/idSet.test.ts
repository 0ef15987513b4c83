import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { hasId, type IdSet, noIds, withId } from '../../src/domain/idSet.ts';

describe('a set of ids', () => {
  test('holds what was added, and nothing else', () => {
    const added = Array.from({ length: 5_000 }, () => randomUUID());
    const ids = added.reduce(withId, noIds);
    assert.ok(added.every((id) => hasId(ids, id)));
    assert.ok(!Array.from({ length: 5_000 }, () => randomUUID()).some((id) => hasId(ids, id)));
  });

  test('is left as it was by what is added to it', () => {
    const added = Array.from({ length: 300 }, () => randomUUID());
    const versions: IdSet[] = [noIds];
    for (const id of added) versions.push(withId(versions.at(-1) ?? noIds, id));
    for (const [version, ids] of versions.entries())
      assert.deepEqual(
        added.map((id) => hasId(ids, id)),
        added.map((_, index) => index < version),
      );
  });

  test('takes an id once', () => {
    const id = randomUUID();
    const ids = withId(noIds, id);
    assert.equal(withId(ids, id), ids);
  });

  test('tells ids apart that end alike', () => {
    const [one, two] = ['8f14e45f-ceea-467f-a8f5-0f3f2b1c9d10', '45c48cce-2e2d-4fbd-8a1a-fc51c7c69d10'];
    const ids = withId(noIds, one);
    assert.deepEqual([hasId(ids, one), hasId(ids, two)], [true, false]);
    assert.ok(hasId(withId(ids, two), one));
  });
});
