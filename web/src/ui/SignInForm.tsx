import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useCommand } from '../commands.ts';
import { SignInDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import classes from './Form.module.css';
import { RefusalNotice, useProblems } from './RefusalNotice.tsx';

const fields = ['login', 'password'] as const;

/** Login and password; `done` is called once the server has set its cookie. */
export const SignInForm = ({ done }: { done: () => void }) => {
  const t = useT();
  const [missing, setMissing] = useState<Partial<Record<(typeof fields)[number], string>>>({});
  const { run, busy, refused } = useCommand(SignInDocument);
  const problems = useProblems(refused, fields);
  const submit = async (submitted: SubmitEvent<HTMLFormElement>) => {
    submitted.preventDefault();
    const data = new FormData(submitted.currentTarget);
    const [login, password] = fields.map((name) => String(data.get(name) ?? ''));
    const required = t('field.required');
    setMissing({ ...(!login && { login: required }), ...(!password && { password: required }) });
    if (login && password && (await run({ login: login.trim(), password }))) done();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={refused} shown={fields} />
      <TextInput
        name="login"
        label={t('signIn.login')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={missing.login ?? problems.login}
      />
      <PasswordInput
        name="password"
        label={t('signIn.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        error={missing.password ?? problems.password}
      />
      <Button type="submit" loading={busy} fullWidth>
        {t('signIn.submit')}
      </Button>
    </form>
  );
};
