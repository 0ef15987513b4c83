import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { derivedId } from '../../src/commands/canonical.ts';
import { eventIdOf, eventIdsFor } from '../../src/commands/eventIds.ts';
import { derivedUuid } from '../../src/derivedUuid.ts';
import { factId } from '../../src/media/facts.ts';

const id = (n: number): string => `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`;

describe('an id that is derived', () => {
  test.each([
    ['nothing', derivedId(), '4f53cda1-8c2b-8a0c-8354-bb5f9a3ecbe5'],
    ['a step', derivedId('step', id(1), 'reserve ä'), '301454ef-bb88-8e0f-8804-52ee08cb4fc5'],
    ['an event', eventIdOf({ kind: 'account', id: id(9) }, id(10), 3), '630e8dbc-c4de-8ef7-a5ec-91cb207cb97e'],
    [
      'an event where ids are unique in their stream alone',
      eventIdsFor({ idsUniqueIn: 'stream' })('conference-1', { kind: 'account', id: id(9) }, id(10), 3),
      '630e8dbc-c4de-8ef7-9ce0-d14ccfa67558',
    ],
    ['a fact', factId(id(11), 'legLeft', 2), '911bd9ba-9f1c-8f7d-b255-af8d225d9e67'],
    ['a fact of many', factId(id(11), 'screenShareStarted', 2, 7), 'aa819409-b212-8cf4-bcdb-a20d9f113091'],
  ])('from %s is what it was when the first was recorded', (_, derived, recorded) => assert.equal(derived, recorded));

  test('is a UUID of version 8, and another one for other parts or another order', () => {
    const ids = [derivedUuid(['a', 'b']), derivedUuid(['b', 'a']), derivedUuid(['ab']), derivedUuid(['a', 'b', 1])];
    for (const each of ids) assert.match(each, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(ids).size, ids.length);
  });
});
