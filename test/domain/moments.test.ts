import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { momentIn } from '../../web/src/i18n/moment.ts';

describe('a moment on a page', () => {
  const now = Date.parse('2026-11-22T00:30:00Z');

  test('is a time where it was today, by the days of the reader', () => {
    assert.equal(momentIn('UTC', '2026-11-22T00:10:42Z', now), '00:10');
    assert.equal(momentIn('Europe/Berlin', '2026-11-21T23:10:42Z', now), '00:10');
    assert.equal(momentIn('America/New_York', '2026-11-21T06:00:00Z', now), '01:00');
  });

  test('has its date where it was on another day', () => {
    assert.equal(momentIn('UTC', '2026-11-21T23:10:42Z', now), '2026-11-21 23:10');
    assert.equal(momentIn('America/New_York', '2026-11-20T23:00:00Z', now), '2026-11-20 18:00');
    // A day ahead by a clock that was set back.
    assert.equal(momentIn('UTC', '2026-11-23T00:10:00Z', now), '2026-11-23 00:10');
  });

  test('is nothing where there is none', () => assert.equal(momentIn('UTC', '', now), ''));
});
