// The first administrator: the server prints a link with a one-time token at its first start.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useForm } from 'react-hook-form';
import { useCommand } from '../commands.ts';
import { SetUpServerDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { useSearchState } from '../search.ts';
import form from '../ui/Form.module.css';
import { Panel } from '../ui/Panel.tsx';
import { RefusalNotice, useProblems } from '../ui/RefusalNotice.tsx';
import { useKnown } from '../ui/viewer.tsx';
import { newId } from '../uuid.ts';
import { readSetUp } from './addresses.ts';
import classes from './Portal.module.css';

const fields = ['login', 'password', 'displayName'] as const;

const SetUpForm = ({ token }: { token: string }) => {
  const t = useT();
  const navigate = useNavigate();
  const { readAgain } = useKnown();
  const { register, handleSubmit, formState } = useForm({
    defaultValues: { login: '', displayName: '', password: '' },
  });
  const { run, busy, refused } = useCommand(SetUpServerDocument);
  const accountId = useRef(newId());
  const problems = useProblems(refused, fields, {
    ACCOUNT_LOGIN_TAKEN: 'login',
  });
  const submit = handleSubmit(async ({ displayName, ...asked }) => {
    const named = displayName ? { displayName } : {};
    if (!(await run({ token, accountId: accountId.current, ...asked, ...named }))) return;
    readAgain();
    await navigate({ to: '/me' });
  });
  const required = t('field.required');
  return (
    <form className={form.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={refused} shown={fields} />
      <TextInput
        label={t('account.login')}
        description={t('account.login.hint')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={formState.errors.login?.message ?? problems.login}
        {...register('login', { required })}
      />
      <TextInput
        label={t('account.displayName')}
        autoComplete="name"
        error={problems.displayName}
        {...register('displayName')}
      />
      <PasswordInput
        label={t('account.password')}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        error={formState.errors.password?.message ?? problems.password}
        {...register('password', { required })}
      />
      <Button type="submit" loading={busy}>
        {t('setUp.submit')}
      </Button>
    </form>
  );
};

export const SetUp = () => {
  const t = useT();
  const { server } = useKnown();
  const [{ token }] = useSearchState(readSetUp);
  const lead = server.setUp ? t('setUp.done') : token ? t('setUp.lead') : t('setUp.noToken');
  return (
    <div className={classes.narrow}>
      <Panel>
        <h1 className={classes.h1}>{t('setUp.title')}</h1>
        <p className={classes.lead}>{lead}</p>
        {!server.setUp && token && <SetUpForm token={token} />}
        {server.setUp && (
          <Button component="a" href="/sign-in">
            {t('signIn.submit')}
          </Button>
        )}
      </Panel>
    </div>
  );
};
