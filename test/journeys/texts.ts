// What the pages say, by id and language, for tests that read them in more than one.
import adminDe from '../../web/src/i18n/admin.de.ts';
import adminEn from '../../web/src/i18n/admin.en.ts';
import adminRefusalsDe from '../../web/src/i18n/adminRefusals.de.ts';
import adminRefusalsEn from '../../web/src/i18n/adminRefusals.en.ts';
import portalDe from '../../web/src/i18n/portal.de.ts';
import portalEn from '../../web/src/i18n/portal.en.ts';
import refusalsDe from '../../web/src/i18n/refusals.de.ts';
import refusalsEn from '../../web/src/i18n/refusals.en.ts';
import roomDe from '../../web/src/i18n/room.de.ts';
import roomEn from '../../web/src/i18n/room.en.ts';
import sharedDe from '../../web/src/i18n/shared.de.ts';
import sharedEn from '../../web/src/i18n/shared.en.ts';

const texts = {
  en: { ...sharedEn, ...refusalsEn, ...adminRefusalsEn, ...adminEn, ...portalEn, ...roomEn },
  de: { ...sharedDe, ...refusalsDe, ...adminRefusalsDe, ...adminDe, ...portalDe, ...roomDe },
};

export type Say = (id: keyof (typeof texts)['en'], values?: Record<string, string | number>) => string;

/** Answers a text with its values in place. Throws for one that counts, since that has several forms. */
export const sayIn =
  (language: keyof typeof texts): Say =>
  (id, values = {}) => {
    const text = texts[language][id];
    if (typeof text !== 'string') throw new Error(`${id} has several forms`);
    return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  };
