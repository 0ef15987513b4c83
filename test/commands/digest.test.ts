// Digests by which a repeat of a command is known: they are on record, so what they are made of never changes.
import { strict as assert } from 'node:assert';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { digestsBy } from '../../src/commands/canonical.ts';

const key = Buffer.alloc(32, 7);
const digestOf = digestsBy(key);
const hmac = (text: string): string => createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);

describe('the digest of what was asked', () => {
  test.each<[unknown, string]>([
    [
      { b: [1, undefined, null], a: { d: new Date(0), c: 'ä"' }, e: undefined },
      '{"a":{"c":"ä\\"","d":"1970-01-01T00:00:00.000Z"},"b":[1,null,null]}',
    ],
    [{ Z: true, a: [], _: {} }, '{"Z":true,"_":{},"a":[]}'],
    [null, 'null'],
    [[[{ b: 1, a: 2 }]], '[[{"a":2,"b":1}]]'],
  ])('is keyed, and of its JSON with the keys in order: %j', (asked, text) => {
    assert.equal(digestOf(asked), hmac(text));
  });

  test('is what HMAC-SHA-256 says, whatever the secret', () => {
    const secrets = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(secrets, fc.string({ unit: 'binary' }), (secret, text) => {
        const said = createHmac('sha256', secret).update(JSON.stringify(text)).digest('base64url');
        assert.equal(digestsBy(secret)(text), said.slice(0, 22));
      }),
    );
    assert.throws(() => digestsBy(Buffer.alloc(65)), /hashed first/);
  });

  test('depends on nothing but what was asked', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, turned(member)]),
      );
    };
    fc.assert(fc.property(fc.jsonValue(), (asked) => assert.equal(digestOf(asked), digestOf(turned(asked)))));
    const one = fc.jsonValue();
    fc.assert(
      fc.property(one, one, (a, b) => {
        fc.pre(!sameJson(a, b));
        assert.notEqual(digestOf(a), digestOf(b));
      }),
    );
  });
});

const sameJson = (a: unknown, b: unknown): boolean => {
  try {
    assert.deepEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
    return true;
  } catch {
    return false;
  }
};
