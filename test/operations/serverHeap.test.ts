import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { collectGarbage, nodeFlagsOf } from '../../src/operations/serverHeap.ts';

test('what nobody needs any more is given back', () => {
  const held: { objects: object[] | null } = { objects: Array.from({ length: 500_000 }, (_, n) => ({ n })) };
  const { heapUsed } = process.memoryUsage();
  held.objects = null;
  collectGarbage();
  const kept = process.memoryUsage().heapUsed / heapUsed;
  const objects = 500_000 * 16; // Bytes at the least.
  assert.ok(heapUsed - process.memoryUsage().heapUsed > objects, `${kept} of the heap was kept`);
});

/** How often all of the heap is looked through while some 60 MB outlive their youth, a little at a time. */
const collections = (prepare: string): number => {
  const heap = new URL('../../src/operations/serverHeap.ts', import.meta.url).href;
  const work = `
    import { collectSeldom } from ${JSON.stringify(heap)};
    ${prepare}
    const kept = Array.from({ length: 400_000 }, (_, n) => ({ n, of: [n] }));
    const recent = new Array(20_000);
    for (let n = 0; n < 800_000; n += 1) {
      recent[n % recent.length] = { n, of: [n, n, n] };
      if (n % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    if (kept.length === 0) throw new Error('nothing was kept');`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--trace-gc', '--max-semi-space-size=1', '--input-type=module', '--eval', work],
    { encoding: 'utf8', timeout: 50_000 },
  );
  assert.equal(status, 0, stderr);
  return stdout.match(/Mark-Compact/g)?.length ?? 0;
};

test('a server seldom looks through all of its heap', () => {
  const [usual, seldom] = [collections(''), collections('collectSeldom();')];
  assert.ok(seldom * 2 <= usual, `${seldom} times instead of ${usual}`);
});

test('a media role in a container is started as by `up`', () => {
  const script = readFileSync(new URL('../../hansard', import.meta.url), 'utf8');
  const [, flags] = /'serve --roles media'.*node_flags=\((.*)\)/.exec(script) ?? [];
  assert.deepEqual(flags?.split(' '), nodeFlagsOf('media'));
  assert.deepEqual(nodeFlagsOf('api,projections,jobs'), []);
});
