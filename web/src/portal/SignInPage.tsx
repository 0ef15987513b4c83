import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useT } from '../i18n/locale.tsx';
import { useSearchState } from '../search.ts';
import { Panel } from '../ui/Panel.tsx';
import { SignInForm } from '../ui/SignInForm.tsx';
import { useKnown } from '../ui/viewer.tsx';
import { readSignIn } from './addresses.ts';
import classes from './Portal.module.css';

// Only a path of this server: an address given from outside must not lead elsewhere after signing in.
const within = (next: string | undefined) => (next && /^\/(?![/\\])/.test(next) ? next : '/me');

export const SignInPage = () => {
  const t = useT();
  const { viewer, readAgain } = useKnown();
  const [{ next }] = useSearchState(readSignIn);
  const navigate = useNavigate();
  const target = within(next);
  useEffect(() => {
    if (!viewer) return;
    // The room and the dashboard are pages of their own.
    if (/^\/(me|$)|^\/c\/[^/]+$/.test(target)) void navigate({ href: target, replace: true });
    else location.replace(target);
  }, [viewer, target, navigate]);
  return (
    <div className={classes.narrow}>
      <Panel>
        <h1 className={classes.h1}>{t('signIn.title')}</h1>
        <SignInForm done={readAgain} />
      </Panel>
    </div>
  );
};
