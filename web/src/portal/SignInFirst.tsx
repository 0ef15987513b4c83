import type { ReactNode } from 'react';
import { useT } from '../i18n/locale.tsx';
import { Panel } from '../ui/Panel.tsx';
import { SignInForm } from '../ui/SignInForm.tsx';
import { useKnown } from '../ui/viewer.tsx';
import classes from './Portal.module.css';

/** Keeps the address: after signing in the page that was asked for is there. */
export const SignInFirst = ({ children }: { children: ReactNode }) => {
  const t = useT();
  const { viewer, readAgain } = useKnown();
  if (viewer) return children;
  return (
    <div className={classes.narrow}>
      <Panel>
        <h1 className={classes.h1}>{t('signIn.title')}</h1>
        <p className={classes.lead}>{t('signIn.first')}</p>
        <SignInForm done={readAgain} />
      </Panel>
    </div>
  );
};
