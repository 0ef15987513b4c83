import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useT } from '../i18n/locale.tsx';
import { Loading } from '../ui/PageState.tsx';
import { Panel } from '../ui/Panel.tsx';
import { useKnown } from '../ui/viewer.tsx';
import { JoinById } from './JoinById.tsx';
import classes from './Portal.module.css';

const SignInForm = lazy(() => import('../ui/SignInForm.tsx').then((module) => ({ default: module.SignInForm })));

const Welcome = () => {
  const t = useT();
  const { viewer } = useKnown();
  return (
    <Panel title={t('home.welcome', { name: viewer?.account.displayName ?? '' })}>
      <p className={classes.lead}>{t('home.welcome.text')}</p>
      <div className={classes.buttons}>
        <Button component={Link} to="/me">
          {t('portal.myConferences')}
        </Button>
      </div>
    </Panel>
  );
};

const SignInHere = () => {
  const t = useT();
  const { server, readAgain } = useKnown();
  if (!server.setUp) {
    return (
      <Panel title={t('home.notSetUp.title')}>
        <p className={classes.lead}>{t('home.notSetUp.text')}</p>
      </Panel>
    );
  }
  return (
    <Panel title={t('signIn.title')}>
      <Suspense fallback={<Loading />}>
        <SignInForm done={readAgain} />
      </Suspense>
    </Panel>
  );
};

export const Home = () => {
  const t = useT();
  const { viewer } = useKnown();
  return (
    <div className={classes.hero}>
      <div>
        <h1>{t('home.title')}</h1>
        <p className={classes.lead}>{t('home.lead')}</p>
      </div>
      <div className={classes.main} style={{ padding: 0 }}>
        <JoinById />
        {viewer ? <Welcome /> : <SignInHere />}
      </div>
    </div>
  );
};
