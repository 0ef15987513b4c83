// The pages speak two languages completely, and have words for everything the server can say.
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { verbs } from '../../src/commands/access.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { inputProblems } from '../../src/domain/inputProblems.ts';
import { refusals } from '../../src/domain/refusals.ts';
import { eventTypes } from '../../web/src/admin/events/eventTypes.ts';
import { actions } from '../../web/src/admin/past/actions.ts';
import adminDe from '../../web/src/i18n/admin.de.ts';
import adminEn from '../../web/src/i18n/admin.en.ts';
import adminRefusalsDe from '../../web/src/i18n/adminRefusals.de.ts';
import adminRefusalsEn from '../../web/src/i18n/adminRefusals.en.ts';
import { compile, pseudo } from '../../web/src/i18n/compile.ts';
import portalDe from '../../web/src/i18n/portal.de.ts';
import portalEn from '../../web/src/i18n/portal.en.ts';
import refusalsDe from '../../web/src/i18n/refusals.de.ts';
import refusalsEn from '../../web/src/i18n/refusals.en.ts';
import roomDe from '../../web/src/i18n/room.de.ts';
import roomEn from '../../web/src/i18n/room.en.ts';
import sharedDe from '../../web/src/i18n/shared.de.ts';
import sharedEn from '../../web/src/i18n/shared.en.ts';

const pairs: [name: string, en: object, de: object][] = [
  ['shared', sharedEn, sharedDe],
  ['refusals', refusalsEn, refusalsDe],
  ['refusals for administrators', adminRefusalsEn, adminRefusalsDe],
  ['admin', adminEn, adminDe],
  ['portal', portalEn, portalDe],
  ['room', roomEn, roomDe],
];

/** Names of the values a text takes, wherever in it they stand. */
const values = (text: unknown): string[] =>
  [
    ...new Set(
      Array.from(
        JSON.stringify(text).matchAll(/\{(\w+)\}|\["(\w+)","plural"/g),
        ([, name, counted]) => name ?? counted ?? '',
      ),
    ),
  ].sort();

describe('the pages', () => {
  test.each(pairs)('say the same things in both languages: %s', (_, en, de) => {
    assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
    for (const [id, text] of Object.entries(en)) {
      assert.deepEqual(values((de as Record<string, unknown>)[id]), values(text), id);
    }
  });

  test('leave no text empty', () => {
    for (const [, en, de] of pairs) {
      for (const [id, text] of [...Object.entries(en), ...Object.entries(de)]) assert.notEqual(text, '', id);
    }
  });

  test('translate every refusal code', () => {
    for (const code of Object.keys(refusals)) {
      const id = `refusal.${code.replaceAll('.', '_').toUpperCase()}`;
      assert.ok(id in refusalsEn || id in adminRefusalsEn, `${id} in English`);
      assert.ok(id in refusalsDe || id in adminRefusalsDe, `${id} in German`);
    }
  });

  test('translate everything that can be wrong with a field', () => {
    for (const code of Object.keys(inputProblems)) {
      const id = `problem.${code.toUpperCase()}`;
      assert.ok(id in refusalsEn || id in adminRefusalsEn, `${id} in English`);
      assert.ok(id in refusalsDe || id in adminRefusalsDe, `${id} in German`);
    }
  });

  test('have words for everything that somebody may be allowed to do, each its own', () => {
    assert.deepEqual([...actions].sort(), [...verbs].sort());
    for (const texts of [adminEn, adminDe]) {
      const words = verbs.map((verb) => (texts as Record<string, unknown>)[`may.${verb}`]);
      assert.deepEqual(
        verbs.filter((_, index) => typeof words[index] !== 'string'),
        [],
      );
      assert.equal(new Set(words).size, verbs.length);
    }
  });

  test('have words for every event and every kind of object', () => {
    const recorded = [...vocabularies.values()].flatMap(({ types }) => types);
    assert.deepEqual([...eventTypes].sort(), recorded.sort());
    for (const type of recorded) assert.ok(`event.${type}` in adminEn, type);
    for (const category of vocabularies.keys()) assert.ok(`object.${category}` in adminEn, category);
  });
});

describe('a message', () => {
  test('keeps its values apart from its words', () =>
    assert.deepEqual(compile('Hello {name}, welcome'), ['Hello ', ['name'], ', welcome']));

  test('is longer and accented in the pseudo-locale, its values untouched', () =>
    assert.deepEqual(pseudo(compile('Ca {name}')), ['[', 'Çá ·', ['name'], ']']));
});
