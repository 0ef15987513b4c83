import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { csvLine } from '../../src/api/exports/csv.ts';
import { encoderOf } from '../../src/api/exports/encodings.ts';

/** A line as a spreadsheet reads it. */
const read = (line: string, delimiter: string): string[] => {
  const cells: string[] = [];
  let [cell, quoted] = ['', false];
  const body = line.slice(0, -2);
  for (let index = 0; index < body.length; index += 1) {
    const sign = body[index] ?? '';
    if (quoted && sign === '"' && body[index + 1] === '"') {
      cell += '"';
      index += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += sign;
  }
  assert.ok(!quoted, 'an open quote');
  return [...cells, cell];
};

const nasty = fc.string({
  unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ';', ',', "'", 'a', 'ä', '🎉'),
});
const delimiters = fc.constantFrom(';', ',', '\t');

describe('a line of CSV', () => {
  test('reads back as it was, and no cell begins a formula', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 6 }), delimiters, (cells, delimiter) => {
        const back = read(csvLine(cells, delimiter), delimiter);
        assert.ok(back.every((cell) => !/^[=+\-@\t\r]/.test(cell)));
        assert.deepEqual(
          back.map((cell, index) => (/^'[=+\-@\t\r]/.test(cell) && cell !== cells[index] ? cell.slice(1) : cell)),
          cells,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the encodings of exports', () => {
  test('give every character that Windows-1251 has, and a question mark for each other', () => {
    const { encode } = encoderOf('windows-1251');
    const all = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0x98);
    const text = new TextDecoder('windows-1251').decode(Uint8Array.from(all));
    assert.deepEqual([...encode(text)], all);
    assert.deepEqual(encode('ä€🎉Ж').toString('latin1'), '?\x88?\xc6');
  });
  test('begin with the mark of their encoding', () => {
    assert.deepEqual([...encoderOf('utf-8').mark], [0xef, 0xbb, 0xbf]);
    assert.deepEqual([...encoderOf('utf-16').mark], [0xff, 0xfe]);
    assert.equal(encoderOf('utf-16').encode('ä🎉').toString('utf16le'), 'ä🎉');
  });
});
