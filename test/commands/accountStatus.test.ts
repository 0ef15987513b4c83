import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { debounced, type StatusSeen } from '../../src/commands/accountStatus.ts';

const start = Date.parse('2026-03-01T12:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1_000);
const [anna, boris] = ['a', 'b'];
const online = (accountId: string): StatusSeen => ({ accountId, status: 1 });
const busy = (accountId: string): StatusSeen => ({ accountId, status: 2 });

describe('a status that differs from the one on record', () => {
  const looking = () => debounced(10_000);

  test('counts once it has lasted ten seconds', () => {
    const look = looking();
    assert.deepEqual(look([online(anna)], at(0)), []);
    assert.deepEqual(look([online(anna)], at(9.999)), []);
    assert.deepEqual(look([online(anna)], at(10)), [{ ...online(anna), since: at(0) }]);
  });

  test('that went back in between was a flap, however often', () => {
    const look = looking();
    for (let second = 0; second < 120; second += 8) {
      assert.deepEqual(look([online(anna)], at(second)), []);
      assert.deepEqual(look([], at(second + 4)), []);
    }
  });

  test('that went on to another one starts anew', () => {
    const look = looking();
    look([online(anna)], at(0));
    assert.deepEqual(look([busy(anna)], at(6)), []);
    assert.deepEqual(look([busy(anna)], at(12)), []);
    assert.deepEqual(look([busy(anna)], at(16)), [{ ...busy(anna), since: at(6) }]);
  });

  test('of one account says nothing about another', () => {
    const look = looking();
    look([online(anna)], at(0));
    look([online(anna), online(boris)], at(6));
    assert.deepEqual(look([online(anna), online(boris)], at(10)), [{ ...online(anna), since: at(0) }]);
    assert.deepEqual(look([online(boris)], at(16)), [{ ...online(boris), since: at(6) }]);
  });

  test('that could not be recorded is tried again ten seconds later, as of the same moment', () => {
    const look = looking();
    look([online(anna)], at(0));
    assert.equal(look([online(anna)], at(10)).length, 1);
    assert.equal(look([online(anna)], at(12)).length, 0);
    assert.deepEqual(look([online(anna)], at(20)), [{ ...online(anna), since: at(0) }]);
  });
});
