// Going to a conference by the ID or the link that somebody has told.
import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useT } from '../i18n/locale.tsx';
import { Panel } from '../ui/Panel.tsx';
import classes from './Portal.module.css';

/** Takes an ID or a whole link, as people paste either. */
const conferenceIdIn = (typed: string): string => {
  const link = /\/c\/([A-Za-z0-9_-]+)/.exec(typed);
  return link?.[1] ?? typed.replaceAll(/\s/g, '');
};

export const JoinById = () => {
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
