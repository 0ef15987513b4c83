// How often something is killed in front of two browsers, and what that may take.
import assert from 'node:assert/strict';
import { times } from '../support/soak.ts';

export const deaths = times(1, 30);
export const deathsTimeoutMs = 90_000 + deaths * 30_000;

/** Shows how long it took, of which 95 of 100 should stay under 3 s; asserted is five times that. */
export const tellDeaths = (what: string, tookMs: number[]): void => {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
  console.log(`${what}: ${tookMs.length} of ${deaths}, 95 % within ${p95} ms, all within ${sorted.at(-1)} ms`);
  assert.ok(p95 < 15_000, `${p95} ms`);
};
