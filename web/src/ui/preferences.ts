// What the reader chose for this browser: language, time zone, shortcuts. Nothing here leaves the machine.
import { useSyncExternalStore } from 'react';

export type Locale = 'en' | 'de' | 'en-XA';
export type Preferences = { locale: Locale; timeZone: string; shortcuts: boolean };

const key = 'hansard.preferences';
const locales: readonly string[] = ['en', 'de', 'en-XA'];
const isLocale = (value: unknown): value is Locale => typeof value === 'string' && locales.includes(value);

const browserTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const browserLocale = (): Locale => (navigator.language.startsWith('de') ? 'de' : 'en');

const isTimeZone = (value: unknown): value is string => {
  if (typeof value !== 'string') return false;
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
};

const stored = (): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

const read = (): Preferences => {
  const { locale, timeZone, shortcuts } = stored();
  const asked = new URLSearchParams(location.search).get('lang');
  return {
    locale: isLocale(asked) ? asked : isLocale(locale) ? locale : browserLocale(),
    timeZone: isTimeZone(timeZone) ? timeZone : browserTimeZone(),
    shortcuts: shortcuts !== false,
  };
};

let current: Preferences = read();
const listeners = new Set<() => void>();

export const preferences = (): Preferences => current;

/** Changes some preferences, remembers them in this browser and tells every component that shows them. */
export const setPreference = (change: Partial<Preferences>): void => {
  current = { ...current, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the tab.
  }
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, preferences);
