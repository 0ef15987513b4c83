import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useCommand } from '../commands.ts';
import { SetPasswordDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import classes from '../ui/Form.module.css';
import { Mark } from '../ui/Mark.tsx';
import { RefusalNotice, useProblems } from '../ui/RefusalNotice.tsx';

/** Sets a new password; every device of the account has to sign in again. */
export const PasswordForm = ({ accountId, login }: { accountId: string; login: string }) => {
  const t = useT();
  const { register, handleSubmit, reset, formState } = useForm({ defaultValues: { password: '' } });
  const { run, busy, refused } = useCommand(SetPasswordDocument);
  const [done, setDone] = useState(false);
  const problems = useProblems(refused, ['password']);
  const submit = handleSubmit(async ({ password }) => {
    setDone(false);
    if (!(await run({ accountId, password }))) return;
    reset();
    setDone(true);
  });
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={problems.password ? null : refused} />
      <input type="text" hidden readOnly autoComplete="username" value={login} />
      <PasswordInput
        label={t('account.password.new')}
        description={t('account.password.hint')}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        error={formState.errors.password?.message ?? problems.password}
        {...register('password', { required: t('field.required') })}
      />
      <div className={classes.actions}>
        <span role="status">{done && <Mark tone="ok">{t('account.password.done')}</Mark>}</span>
        <Button type="submit" variant="default" loading={busy}>
          {t('account.password.set')}
        </Button>
      </div>
    </form>
  );
};
