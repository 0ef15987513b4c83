import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { mayReadMetrics } from '../../src/operations/metricsAccess.ts';

const asked = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({
  socket: { remoteAddress },
  headers: { host: 'localhost', ...headers },
});
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

describe('the metrics', () => {
  test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('are read from this machine as %s', (address) => {
    assert.ok(mayReadMetrics(asked(address), null));
  });

  test.each([
    '192.0.2.7',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    'fe80::1',
    '2001:db8::1',
    '0.0.0.0',
    'localhost',
    '',
    undefined,
  ])('are not read from %s', (address) => {
    assert.ok(!mayReadMetrics(asked(address), null));
    assert.ok(!mayReadMetrics(asked(address, { 'x-forwarded-for': '127.0.0.1' }), 'abcdefghijklmnop'));
  });

  test.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'])(
    'are not read through a proxy on this machine that says %s',
    (name) => {
      assert.ok(!mayReadMetrics(asked('127.0.0.1', { [name]: '127.0.0.1' }), 'abcdefghijklmnop'));
    },
  );

  test('are read from anywhere with the token', () => {
    assert.ok(mayReadMetrics(asked('192.0.2.7', bearer('abcdefghijklmnop')), 'abcdefghijklmnop'));
    assert.ok(
      mayReadMetrics(asked('127.0.0.1', { via: '1.1 proxy', ...bearer('abcdefghijklmnop') }), 'abcdefghijklmnop'),
    );
  });

  test.each(['', 'null', 'undefined', 'abcdefghijklmno', 'abcdefghijklmnopq', 'ABCDEFGHIJKLMNOP'])(
    'are not read with the token %j',
    (given) => {
      assert.ok(!mayReadMetrics(asked('192.0.2.7', bearer(given)), 'abcdefghijklmnop'));
      assert.ok(!mayReadMetrics(asked('192.0.2.7', bearer(given)), null));
      assert.ok(!mayReadMetrics(asked('192.0.2.7', { authorization: `Basic ${given}` }), 'abcdefghijklmnop'));
    },
  );
});
