import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { admits } from '../../src/commands/adminAccess.ts';
import { accessSettings } from '../../src/domain/settings/settings.ts';
import { plainSubnet } from '../../src/subnets.ts';

const defaults = accessSettings.initial;
const onlyFrom = (...subnets: string[]) => ({ ...defaults, subnets });

const hex = (value: number) => value.toString(16);
const dotted = (four: readonly number[]) => four.join('.');

/** Every way in which one IPv4 address is written, as sockets, browsers and proxies do. */
const spellingsOfFour = (four: readonly [number, number, number, number]): string[] => {
  const [a, b, c, d] = four;
  const [high, low] = [hex(a * 256 + b), hex(c * 256 + d)];
  return [
    dotted(four),
    `::ffff:${dotted(four)}`,
    `::FFFF:${dotted(four)}`,
    `0:0:0:0:0:ffff:${dotted(four)}`,
    `::ffff:${high}:${low}`,
    `0000:0000:0000:0000:0000:ffff:${high.padStart(4, '0')}:${low.padStart(4, '0')}`,
    `::ffff:${dotted(four)}%eth0`,
  ];
};

/** Groups of an IPv6 address: bare, padded, upper case, with a zone, and with its first run of zeros left out. */
const spellingsOfSix = (groups: readonly number[]): string[] => {
  const bare = groups.map(hex).join(':');
  const padded = groups.map((group) => hex(group).padStart(4, '0')).join(':');
  return [bare, padded, bare.toUpperCase(), `${bare}%eth0`, bare.replace(/(^|:)0(:0)+(:|$)/, '::')];
};

const bitsOf = (parts: readonly number[], width: number) =>
  parts.map((part) => part.toString(2).padStart(width, '0')).join('');

const byte = fc.integer({ min: 0, max: 255 });
const four = fc.tuple(byte, byte, byte, byte);
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const six = fc.array(group, { minLength: 8, maxLength: 8 }).filter((groups) => (groups[0] ?? 0) > 0);
/** A flip in one bit, or none: most pairs then lie near the edge of their subnet. */
const flipped = (parts: readonly number[], width: number, at: number): number[] =>
  parts.map((part, index) => (Math.floor(at / width) === index ? part ^ (1 << (width - 1 - (at % width))) : part));

const same = (a: string, b: string, bits: number) => a.slice(0, bits) === b.slice(0, bits);

describe('the list of addresses that may administer', () => {
  test('means the same in 5 000 spellings', () => {
    let tried = 0;
    const judged = (subnet: string, spellings: string[], expected: boolean) => {
      for (const spelling of spellings) {
        tried += 1;
        assert.equal(admits(onlyFrom(subnet), spelling), expected, `${spelling} in ${subnet}`);
        // As it is kept, after somebody typed it.
        assert.equal(admits(onlyFrom(plainSubnet(subnet) ?? ''), spelling), expected, `${spelling} in ${subnet}, kept`);
      }
    };
    fc.assert(
      fc.property(four, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 32 }), (network, bits, at) => {
        const [a, b, c, d] = flipped(network, 8, at) as [number, number, number, number];
        const expected = same(bitsOf(network, 8), bitsOf([a, b, c, d], 8), bits);
        judged(`${dotted(network)}/${bits}`, spellingsOfFour([a, b, c, d]), expected);
        judged(`::ffff:${dotted(network)}/${bits + 96}`, spellingsOfFour([a, b, c, d]), expected);
      }),
      { numRuns: 250 },
    );
    fc.assert(
      fc.property(six, fc.integer({ min: 0, max: 128 }), fc.integer({ min: 0, max: 128 }), (network, bits, at) => {
        const client = flipped(network, 16, at);
        const expected = same(bitsOf(network, 16), bitsOf(client, 16), bits);
        judged(`${network.map(hex).join(':')}/${bits}`, spellingsOfSix(client), expected);
      }),
      { numRuns: 350 },
    );
    assert.ok(tried >= 5_000, `${tried}`);
  });

  test('admits by default what the guide names, and the loopback of IPv6', () => {
    const inside = ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.7.7', '127.0.0.1', '::1', '::ffff:10.9.9.9'];
    const outside = ['172.32.0.1', '172.15.9.9', '11.0.0.1', '192.169.0.1', '8.8.8.8', '2001:db8::1', 'fe80::1'];
    for (const address of inside) assert.ok(admits(defaults, address), address);
    for (const address of outside) assert.ok(!admits(defaults, address), address);
  });

  test('takes an address alone for itself', () => {
    assert.equal(plainSubnet('192.0.2.7'), '192.0.2.7/32');
    assert.equal(plainSubnet('2001:DB8::7'), '2001:db8::7/128');
    assert.equal(plainSubnet('192.0.2.7/24'), '192.0.2.0/24');
    assert.equal(plainSubnet('::ffff:192.0.2.7/120'), '192.0.2.0/24');
  });

  test('knows no other spellings: what two readers could take for two addresses is none', () => {
    const ambiguous = ['010.0.0.1', '10.1', '0x0a.0.0.1', '167772161', '10.0.0.1 ', '10.0.0.0/33', '10.0.0.0/-1', ''];
    for (const text of ambiguous) {
      assert.equal(plainSubnet(text), null, text);
      assert.equal(admits(onlyFrom('0.0.0.0/0', '::/0'), text), false, text);
    }
  });

  test('lets nobody in where it is empty, and everybody where it does not count', () => {
    assert.equal(admits(onlyFrom(), '127.0.0.1'), false);
    assert.equal(admits({ ...onlyFrom(), limited: false }, '203.0.113.9'), true);
  });
});
