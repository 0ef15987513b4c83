import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'vitest';
import { networkCounters, sumInterfaces } from '../../src/operations/networkCounters.ts';

// As a Debian machine with one network card and Docker wrote it, its columns closer together.
const table = `Inter-|   Receive                       |  Transmit
 face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed
    lo: 9000000 1000 0 0 0 0 0 0 9000000 1000 0 0 0 0 0 0
enp3s0: 5000000 4000 0 0 0 0 0 0   700000 3000 0 0 0 0 0 0
docker0:  20000  100 0 0 0 0 0 0    30000  100 0 0 0 0 0 0
`;

describe('the network counters', () => {
  test('are those of real devices where there are any', () =>
    assert.deepEqual(
      sumInterfaces(table, (name) => name === 'enp3s0'),
      { receivedBytes: 5_000_000, sentBytes: 700_000 },
    ));

  test('are those of everything but loopback where there are none', () =>
    assert.deepEqual(
      sumInterfaces(table, () => false),
      { receivedBytes: 5_020_000, sentBytes: 730_000 },
    ));

  test('are read from this machine', () => {
    const { receivedBytes, sentBytes } = networkCounters();
    const [, devices = ''] = spawnSync('cat', ['/proc/net/dev'], { encoding: 'utf8' }).stdout.split('compressed\n');
    assert.equal(receivedBytes + sentBytes > 0, /^\s*(?!lo:)\S+:\s*[1-9]/m.test(devices));
  });
});
