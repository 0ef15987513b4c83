import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { endorsementText, keyListIn, keyListText, trustedFrom } from '../../src/proof/keyList.ts';
import { NoteInvalid, signerOf, signNote } from '../../src/proof/note.ts';

const name = 'hansard/0197a0de-0000-7000-8000-000000000001';
const [one, two, three, four] = [1, 2, 3, 4].map((n) => signerOf(name, Buffer.alloc(32, n)));
assert.ok(one && two && three && four);
const vouch = (by: typeof one, of: typeof one): string => signNote(endorsementText(name, of.verifier.text), [by]);
const listed = (of: typeof one, endorsement: string | null) => ({ verifierKey: of.verifier.text, endorsement });

// The third was lost, so nobody vouches for the fourth.
const keys = [listed(one, null), listed(two, vouch(one, two)), listed(three, vouch(two, three)), listed(four, null)];

describe('a list of keys', () => {
  test('says which one vouches for which', () => {
    const read = keyListIn(keyListText(keys));
    assert.deepEqual(
      read.map(({ verifier, vouched }) => [verifier.text, vouched]),
      [one, two, three, four].map(({ verifier }, index) => [verifier.text, index === 1 || index === 2]),
    );
  });

  test('lets trust go on as far as somebody vouches', () => {
    const read = keyListIn(keyListText(keys));
    const from = (signer: typeof one) => trustedFrom(read, signer.verifier).map(({ text }) => text);
    assert.deepEqual(
      from(one),
      [one, two, three].map(({ verifier }) => verifier.text),
    );
    assert.deepEqual(from(three), [three.verifier.text]);
    assert.deepEqual(from(four), [four.verifier.text]);
    const stranger = signerOf(name, Buffer.alloc(32, 9));
    assert.deepEqual(from(stranger), [stranger.verifier.text]);
  });

  test('is refused where an endorsement is not right', () => {
    const of =
      (...list: typeof keys) =>
      () =>
        keyListIn(keyListText(list));
    assert.throws(of(listed(one, null), listed(two, vouch(three, two))), NoteInvalid);
    assert.throws(of(listed(one, null), listed(two, vouch(one, three))), /about something else/);
    assert.throws(of(listed(one, vouch(two, one))), /one before it/);
    assert.throws(of(), /empty/);
  });

  test('is refused at any changed byte, except where another key is named first', () => {
    const bytes = Buffer.from(keyListText(keys.slice(0, 3)));
    for (let place = 0; place < bytes.length; place += 1) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] ?? 0) ^ 2;
      assert.throws(() => keyListIn(changed.toString()), NoteInvalid, `byte ${place}`);
    }
    assert.throws(() => keyListIn(bytes.toString().slice(0, -1)), NoteInvalid);
  });
});
