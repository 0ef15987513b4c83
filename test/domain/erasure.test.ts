import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { contentsPerErasureMax, erasure } from '../../src/domain/erasure/erasure.ts';
import type { ErasureEvent } from '../../src/domain/erasure/events.ts';
import { at, given, id } from './given.ts';

const messages = [{ sessionId: id(20), messageId: id(30), contentId: id(31) }];
const erased: ErasureEvent = {
  type: 'ContentErased',
  data: { erasureId: id(60), cause: 'asked', messages, erasedAt: at },
};

describe('erasing contents', () => {
  const past = given(erasure);
  const erase = { type: 'EraseContent' as const, data: { erasureId: id(60), cause: 'asked' as const, messages } };

  test('names each of them', () => past().when(erase).then(erased));
  test('is done once', () => past(erased).when(erase).nothing());
  test('of nothing records nothing', () =>
    past()
      .when({ ...erase, data: { ...erase.data, messages: [] } })
      .nothing());
  test('of as many as there may be fits into an event', () => {
    const [one] = messages;
    assert.ok(one);
    const data = { ...erased.data, cause: 'chat_retention', messages: Array(contentsPerErasureMax).fill(one) };
    assert.ok(JSON.stringify(data).length < 60 * 1024);
  });
});
