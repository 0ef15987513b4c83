// Whose word on where a request comes from counts, in many spellings.
import { strict as assert } from 'node:assert';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { clientSideBehind } from '../../src/api/clientSide.ts';
import { BadConfig, readConfig } from '../../src/config.ts';

const socketFrom = (address: string | undefined, encrypted = false): Socket => {
  const socket = encrypted ? new TLSSocket(new Socket()) : new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  return socket;
};

const trusting = (list: string) => {
  const of = clientSideBehind(readConfig({ HANSARD_TRUSTED_PROXIES: list }).trustedProxies);
  return (peer: string | undefined, headers: Record<string, string> = {}, encrypted = false) =>
    of({ headers, socket: socketFrom(peer, encrypted) });
};

const forged = {
  host: 'Meet.example.org',
  'x-forwarded-for': '198.51.100.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example.org',
};

describe('where a request comes from', () => {
  test('is the socket, where nobody is trusted', () => {
    const asked = trusting('');
    assert.deepEqual(asked('192.0.2.1', forged), { address: '192.0.2.1', encrypted: false, host: 'meet.example.org' });
    assert.equal(asked('::ffff:192.0.2.1').address, '192.0.2.1');
    assert.equal(asked('2001:DB8:0::1').address, '2001:db8::1');
    assert.equal(asked(undefined, forged).address, '');
    assert.equal(asked('192.0.2.1', {}, true).encrypted, true);
  });

  test('is what a trusted hop says, in any spelling of the hop', () => {
    for (const list of [
      '10.0.0.0/8',
      '10.1.2.3',
      '::ffff:10.1.2.3',
      '::ffff:10.0.0.0/104',
      ' 192.0.2.1 ,10.1.2.3/32',
    ]) {
      for (const peer of ['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', '0:0:0:0:0:FFFF:10.1.2.3']) {
        const said = trusting(list)(peer, forged);
        assert.deepEqual(
          said,
          { address: '198.51.100.9', encrypted: true, host: 'evil.example.org' },
          `${list} ${peer}`,
        );
      }
      assert.equal(trusting(list)('11.1.2.3', forged).address, '11.1.2.3', list);
      assert.equal(trusting(list)('::a01:203', forged).address, '::a01:203', list);
    }
  });

  test('of several hops, is read from the right up to the first that is not trusted', () => {
    const asked = trusting('10.0.0.0/8, 2001:db8:1::/48');
    const address = (...hops: string[]) => asked('10.0.0.1', { 'x-forwarded-for': hops.join(', ') }).address;
    assert.equal(address('127.0.0.1', '203.0.113.5', '10.0.0.2'), '203.0.113.5');
    assert.equal(address('127.0.0.1', '203.0.113.5', '2001:db8:1::7', '10.0.0.2'), '203.0.113.5');
    assert.equal(address('10.9.9.9', '203.0.113.5'), '203.0.113.5');
    assert.equal(address('10.0.0.3', '10.0.0.2'), '10.0.0.3');
    assert.equal(asked('10.0.0.1').address, '10.0.0.1');
  });

  test('takes ports and brackets off, and stops at what is no address', () => {
    const asked = trusting('10.0.0.0/8');
    const address = (text: string) => asked('10.0.0.1', { 'x-forwarded-for': text }).address;
    assert.equal(address('203.0.113.5:4711'), '203.0.113.5');
    assert.equal(address('[2001:db8::5]:4711'), '2001:db8::5');
    assert.equal(address('[2001:db8::5]'), '2001:db8::5');
    for (const bad of ['unknown', '_hidden', '1.2.3', '0x7f.0.0.1', '017.0.0.1', '2130706433', '<script>', ', ,'])
      assert.equal(address(bad), '10.0.0.1', bad);
    assert.equal(address('203.0.113.5, unknown, 10.0.0.2'), '10.0.0.2');
  });

  test('takes protocol and host from the outermost hop that is trusted', () => {
    const asked = trusting('10.0.0.0/8');
    const said = (hops: string, protocol: string) =>
      asked('10.0.0.1', { 'x-forwarded-for': hops, 'x-forwarded-proto': protocol }).encrypted;
    assert.equal(said('203.0.113.5', 'http'), false);
    assert.equal(said('203.0.113.5', 'https, http'), false); // The client's own word stands at the left.
    assert.equal(said('203.0.113.5, 10.0.0.2', 'https, http'), true);
    assert.equal(said('203.0.113.5, 10.0.0.2', 'HTTPS'), true);
    assert.equal(said('203.0.113.5, 10.0.0.2', 'http, https, http'), true);
    assert.equal(asked('10.0.0.1', { 'x-forwarded-proto': 'http' }, true).encrypted, false);
  });

  test('is never what a stranger writes, whatever it is', () => {
    const asked = trusting('10.0.0.0/8');
    const anything = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('10.0.0.1')), { maxLength: 6 });
    fc.assert(
      fc.property(
        anything,
        fc.ipV4().filter((peer) => !peer.startsWith('10.')),
        (hops, client) => {
          const text = hops.join(',');
          const direct = asked(client, { 'x-forwarded-for': text, 'x-forwarded-proto': 'https', host: 'h' });
          assert.deepEqual(direct, { address: client, encrypted: false, host: 'h' });
          // One honest hop that adds whom it was asked by.
          const proxied = asked('::ffff:10.0.0.1', { 'x-forwarded-for': `${text}, ${client}` });
          assert.equal(proxied.address, client);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('the list of trusted hops', () => {
  test.each([
    '10.0.0.0/33',
    '10.0.0',
    'proxy.example.org',
    '10.0.0.0/8/8',
    '::ffff:10.0.0.0/90',
    '1.2.3.4/',
    'loopback',
  ])('refuses %s with a sentence', (bad) => {
    assert.throws(
      () => readConfig({ HANSARD_TRUSTED_PROXIES: `192.0.2.1,${bad}` }),
      (error) => error instanceof BadConfig && error.message.includes(`"${bad}" is neither an address`),
    );
  });
});
