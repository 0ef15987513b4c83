// Which language the page speaks, and how it says a thing by its id.
import { setupI18n } from '@lingui/core';
import { I18nProvider, useLingui } from '@lingui/react';
import { type ReactNode, useCallback, useSyncExternalStore } from 'react';
import { type Locale, preferences, setPreference } from '../ui/preferences.ts';
import type adminEn from './admin.en.ts';
import type { AdminRefusalTexts } from './adminRefusals.en.ts';
import { compile, type Message, pseudo } from './compile.ts';
import type portalEn from './portal.en.ts';
import type { RefusalTexts } from './refusals.en.ts';
import type roomEn from './room.en.ts';
import type sharedEn from './shared.en.ts';

export type MessageId =
  | keyof typeof sharedEn
  | keyof RefusalTexts
  | keyof AdminRefusalTexts
  | keyof typeof adminEn
  | keyof typeof portalEn
  | keyof typeof roomEn;
export type Translate = (id: MessageId, values?: Record<string, string | number>) => string;
type Texts = Record<string, Message>;
/** Loads the texts of one entry in one language; the pseudo-locale is made from English. */
export type Catalogue = (language: 'en' | 'de') => Promise<Texts[]>;

const i18n = setupI18n({});
i18n.setMessagesCompiler(compile);

const loaded = new Set<Locale>();
const activate = async (catalogue: Catalogue, locale: Locale) => {
  if (!loaded.has(locale)) {
    const texts = Object.assign({}, ...(await catalogue(locale === 'de' ? 'de' : 'en'))) as Texts;
    const entries = Object.entries(texts).map(([id, text]) => {
      const message = typeof text === 'string' ? compile(text) : text;
      return [id, locale === 'en-XA' ? pseudo(message) : message];
    });
    i18n.load(locale, Object.fromEntries(entries) as Record<string, string>);
    loaded.add(locale);
  }
  i18n.activate(locale);
  document.documentElement.lang = locale === 'de' ? 'de' : 'en';
};

let active: Catalogue = () => Promise.resolve([]);

/** Loads the texts of this entry in the preferred language; to be awaited before the first render. */
export const startLanguage = async (catalogue: Catalogue): Promise<void> => {
  active = catalogue;
  await activate(catalogue, preferences().locale);
};

/** Switches the whole page to another language and remembers it. */
export const speak = async (locale: Locale): Promise<void> => {
  await activate(active, locale);
  setPreference({ locale });
};

export const LanguageProvider = ({ children }: { children: ReactNode }) => (
  <I18nProvider i18n={i18n}>{children}</I18nProvider>
);

/** Says a text in the reader's language; components re-render when the language changes. */
export const useT = (): Translate => {
  const { i18n: current } = useLingui();
  const { locale } = current;
  // The locale is part of the identity, so that memoised texts are made anew in another language.
  return useCallback((id, values) => (locale ? current._(id, values) : id), [current, locale]);
};

const subscribe = (listener: () => void) => i18n.on('change', listener);

/** The language tag to hand to `Intl`. */
export const useLanguage = (): string => useSyncExternalStore(subscribe, () => document.documentElement.lang);
