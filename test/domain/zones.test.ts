import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { offsetsOf } from '../../src/api/exports/zones.ts';

const end = Date.UTC(2031);
/** Half an hour, a zone that jumped over a day, clocks changed twice and four times a year, half an hour of summer. */
const zones = ['UTC', 'Asia/Calcutta', 'Pacific/Apia', 'Europe/Berlin', 'Africa/Casablanca', 'Australia/Lord_Howe'];

describe('the offsets of a zone', () => {
  test('are at every moment what the pages show', () => {
    for (const timeZone of zones) {
      const offsets = offsetsOf(timeZone, end);
      const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
      const shown = (ms: number): string => {
        const offset = offsets.find(({ fromMs }) => ms >= fromMs)?.seconds ?? Number.NaN;
        return new Date(ms + offset * 1_000).toISOString().slice(0, 19).replace('T', ' ');
      };
      const moments = fc.integer({ min: Date.UTC(2020) / 1_000, max: end / 1_000 - 1 });
      fc.assert(
        fc.property(moments, (seconds) => assert.equal(shown(seconds * 1_000), formatter.format(seconds * 1_000))),
        { numRuns: 300 },
      );
      // Where the clocks were changed, to the second.
      for (const { fromMs } of offsets.slice(0, -1))
        for (const ms of [fromMs - 1_000, fromMs]) assert.equal(shown(ms), formatter.format(ms), `${timeZone} ${ms}`);
    }
  });
  test('are one where the clocks are never changed', () =>
    assert.deepEqual(offsetsOf('Asia/Calcutta', end), [{ fromMs: 0, seconds: 19_800 }]));
});
