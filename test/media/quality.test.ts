// The summary of a leg's quality.
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { noReadings, type Reading, summarise, withReadings } from '../../src/media/quality.ts';

const stream = (id: string, of: Partial<Extract<Reading, { of: 'stream' }>>): Reading => ({
  of: 'stream',
  id,
  packets: 0,
  lost: 0,
  roundTripMs: null,
  score: null,
  ...of,
});

describe('the quality of a leg', () => {
  test('is empty when nothing was ever measured', () => {
    assert.deepEqual(summarise(noReadings, 1234.4), {
      connectedMs: 1234,
      receivedBytes: 0,
      sentBytes: 0,
      lossFraction: 0,
      roundTripMs: null,
      scoreMin: null,
    });
  });

  test('counts what is closed as well as what is open, each object once', () => {
    const transport = (id: string, bytes: number): Reading => ({
      of: 'transport',
      id,
      receivedBytes: bytes,
      sentBytes: 2 * bytes,
    });
    const first = withReadings(noReadings, [transport('a', 10), transport('b', 5)]);
    const { receivedBytes, sentBytes } = summarise(withReadings(first, [transport('a', 100)]), 0);
    assert.deepEqual([receivedBytes, sentBytes], [105, 210]);
  });

  test('relates losses to all that was sent, and never to less than nothing', () => {
    const state = withReadings(noReadings, [
      stream('a', { packets: 90, lost: 10 }),
      stream('b', { packets: 100, lost: -3 }), // RFC 3550 §6.4.1: duplicates make the count negative.
    ]);
    assert.equal(summarise(state, 0).lossFraction, 10 / 200);
  });

  test('remembers the worst score and the mean of the last round trips', () => {
    const worse = withReadings(noReadings, [stream('a', { score: 4, roundTripMs: 500 })]);
    const better = withReadings(worse, [stream('a', { score: 10, roundTripMs: 20 }), stream('b', { roundTripMs: 41 })]);
    assert.equal(summarise(better, 0).scoreMin, 4);
    assert.equal(summarise(better, 0).roundTripMs, 31);
  });
});
