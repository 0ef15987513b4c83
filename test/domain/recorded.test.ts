import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { vocabularies } from '../../src/commands/vocabularies.ts';

const folder = new URL('./recorded/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const types = [...vocabularies.values()].flatMap((vocabulary) => vocabulary.types);

describe('the shapes ever stored', () => {
  test.each(files)('%s still parses', (file) => {
    const { category, type, data } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      category: string;
      type: string;
      data: unknown;
    };
    assert.equal(vocabularies.get(category)?.parse({ type, data }).type, type);
  });

  test('include every event type there is', () => {
    const sampled = new Set(files.map((file) => file.split('.')[0]));
    assert.deepEqual(
      types.filter((type) => !sampled.has(type)),
      [],
    );
  });

  test('bear names that are unique across the log', () => assert.equal(new Set(types).size, types.length));
});
