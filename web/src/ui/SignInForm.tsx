import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from 'react-hook-form';
import { useCommand } from '../commands.ts';
import { SignInDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import classes from './Form.module.css';
import { RefusalNotice, useProblems } from './RefusalNotice.tsx';

const fields = ['login', 'password'] as const;

/** Login and password; `done` is called once the server has set its cookie. */
export const SignInForm = ({ done }: { done: () => void }) => {
  const t = useT();
  const { register, handleSubmit, formState } = useForm({ defaultValues: { login: '', password: '' } });
  const { run, busy, refused } = useCommand(SignInDocument);
  const problems = useProblems(refused, fields);
  const submit = handleSubmit(async (asked) => {
    if (await run(asked)) done();
  });
  const required = t('field.required');
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={refused} shown={fields} />
      <TextInput
        label={t('signIn.login')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        error={formState.errors.login?.message ?? problems.login}
        {...register('login', { required })}
      />
      <PasswordInput
        label={t('signIn.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        error={formState.errors.password?.message ?? problems.password}
        {...register('password', { required })}
      />
      <Button type="submit" loading={busy} fullWidth>
        {t('signIn.submit')}
      </Button>
    </form>
  );
};
