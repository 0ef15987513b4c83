import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { encoderOf } from '../../src/api/exports/encodings.ts';

describe('the encodings of exports', () => {
  test('give every character that Windows-1251 has, and a question mark for each other', () => {
    const { encode } = encoderOf('windows-1251');
    const all = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0x98);
    const text = new TextDecoder('windows-1251').decode(Uint8Array.from(all));
    assert.deepEqual([...encode(Buffer.from(text))], all);
    assert.deepEqual(encode(Buffer.from('ä€🎉Ж')).toString('latin1'), '?\x88?\xc6');
  });
  test('begin with the mark of their encoding', () => {
    assert.deepEqual([...encoderOf('utf-8').mark], [0xef, 0xbb, 0xbf]);
    assert.deepEqual([...encoderOf('utf-16').mark], [0xff, 0xfe]);
    assert.equal(encoderOf('utf-16').encode(Buffer.from('ä🎉')).toString('utf16le'), 'ä🎉');
  });
});
