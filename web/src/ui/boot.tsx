// Starts an entry: language, theme, and a last resort when the page itself fails.
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Component, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type Catalogue, LanguageProvider, startLanguage, useT } from '../i18n/locale.tsx';
import { leaveTrail } from './focusTrail.ts';
import { nonce } from './nonce.ts';
import { FullPageNotice } from './PageState.tsx';
import { cssVariables, theme } from './theme.ts';
import './styles.ts';

const colorScheme = localStorageColorSchemeManager({ key: 'hansard.scheme' });

const Broken = () => {
  const t = useT();
  return (
    <FullPageNotice title={t('broken.title')} text={t('broken.text')}>
      <a href={location.pathname + location.search}>{t('broken.reload')}</a>
    </FullPageNotice>
  );
};

class LastResort extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

/** Renders `page` with everything around it. `forced` fixes the colours, as in the meeting, which is always dark. */
export const boot = async (catalogue: Catalogue, page: ReactNode, forced?: 'dark'): Promise<void> => {
  await startLanguage(catalogue);
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no root element');
  leaveTrail();
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={cssVariables}
          // All variables from the theme: the sheet of defaults that would spare some of them is larger than they are.
          deduplicateCssVariables={false}
          getStyleNonce={() => nonce}
          colorSchemeManager={colorScheme}
          defaultColorScheme="auto"
          {...(forced && { forceColorScheme: forced })}
        >
          <LastResort>{page}</LastResort>
        </MantineProvider>
      </LanguageProvider>
    </StrictMode>,
  );
};
