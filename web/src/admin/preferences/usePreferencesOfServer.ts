// What an administrator chose is kept on the server and counts wherever she opens the dashboard.
import { useEffect } from 'react';
import { PreferencesDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { speak } from '../../i18n/locale.tsx';
import { preferences, setPreference } from '../../ui/preferences.ts';
import { useKnown } from '../../ui/viewer.tsx';

type Chosen = { language: 'EN' | 'DE' | null; timeZone: string | null };

/** Lets what was chosen count in this browser; what was left to it stays as it is. */
export const takeOver = ({ language, timeZone }: Chosen): void => {
  // An address that names a language is followed, whoever opens it.
  const named = new URLSearchParams(location.search).has('lang');
  const locale = language === 'DE' ? 'de' : 'en';
  if (language !== null && !named && preferences().locale !== locale) void speak(locale);
  if (timeZone !== null && preferences().timeZone !== timeZone) setPreference({ timeZone });
};

/** Takes the preferences over once they are read, and again for another administrator. */
export const usePreferencesOfServer = (): void => {
  const { viewer } = useKnown();
  const { data } = useRead(PreferencesDocument, {}, !viewer?.role);
  const chosen = data?.preferences;
  useEffect(() => {
    if (chosen) takeOver(chosen);
  }, [chosen]);
};
