import { Button, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, type SubmitEvent, Suspense, useState } from 'react';
import { useT } from '../i18n/locale.tsx';
import { Loading } from '../ui/PageState.tsx';
import { Panel } from '../ui/Panel.tsx';
import { useKnown } from '../ui/viewer.tsx';
import classes from './Portal.module.css';

const SignInForm = lazy(() => import('../ui/SignInForm.tsx').then((module) => ({ default: module.SignInForm })));

/** Takes an ID or a whole link, as people paste either. */
const conferenceIdIn = (typed: string): string => {
  const link = /\/c\/([A-Za-z0-9_-]+)/.exec(typed);
  return link?.[1] ?? typed.replaceAll(/\s/g, '');
};

const JoinById = () => {
  const t = useT();
  const navigate = useNavigate();
  const [problem, setProblem] = useState('');
  const submit = (submitted: SubmitEvent<HTMLFormElement>) => {
    submitted.preventDefault();
    const cid = conferenceIdIn(String(new FormData(submitted.currentTarget).get('cid') ?? ''));
    const valid = /^[A-Za-z0-9_-]+$/.test(cid);
    setProblem(valid ? '' : t(cid ? 'conference.cid.pattern' : 'field.required'));
    if (valid) void navigate({ to: `/c/${cid}` });
  };
  return (
    <Panel title={t('home.join.title')}>
      <form className={classes.join} onSubmit={submit} noValidate>
        <TextInput name="cid" label={t('home.join.label')} autoComplete="off" spellCheck={false} error={problem} />
        <Button type="submit" h={36}>
          {t('home.join.submit')}
        </Button>
      </form>
    </Panel>
  );
};

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
