import { strict as assert } from 'node:assert';
import { test } from 'vitest';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { withPersonalFields } from '../../src/projections/erasedEvents.ts';

test('the trail of events knows every vocabulary with personal fields', () => {
  const personal = [...vocabularies.values()].filter(({ sealedFields }) =>
    Object.values(sealedFields).some((fields) => Object.keys(fields).length > 0),
  );
  assert.deepEqual(new Set(withPersonalFields), new Set(personal));
});
