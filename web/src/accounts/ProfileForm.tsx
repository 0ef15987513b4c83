import { Button, TextInput } from '@mantine/core';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { useCommand } from '../commands.ts';
import { EditAccountDocument, type ProfileFieldsFragment } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import classes from '../ui/Form.module.css';
import { RefusalNotice, useProblems } from '../ui/RefusalNotice.tsx';
import { ProfileInputs, type ProfileValues, profileFields } from './ProfileInputs.tsx';

const valuesOf = (account: ProfileFieldsFragment): ProfileValues =>
  Object.fromEntries(profileFields.map((field) => [field, account[field]])) as ProfileValues;

/** The profile of an account; only changed fields are sent, with the revision that was read. */
export const ProfileForm = ({ account }: { account: ProfileFieldsFragment }) => {
  const t = useT();
  const { register, handleSubmit, reset, formState } = useForm({ defaultValues: valuesOf(account) });
  const { run, busy, refused, forget } = useCommand(EditAccountDocument);
  const problems = useProblems(refused, profileFields);
  const { isDirty, dirtyFields } = formState;
  const current = JSON.stringify(valuesOf(account));
  useEffect(() => {
    if (!isDirty) reset(JSON.parse(current) as ProfileValues);
  }, [reset, isDirty, current]);
  const submit = handleSubmit(async (values) => {
    const profile = Object.fromEntries(
      profileFields.filter((field) => dirtyFields[field]).map((field) => [field, values[field]]),
    );
    if (await run({ accountId: account.id, profile }, { expectedRevision: account.revision })) reset(values);
  });
  const revert = () => {
    reset(valuesOf(account));
    forget();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={refused} shown={profileFields} />
      <TextInput
        label={t('account.login')}
        description={t('account.login.fixed')}
        value={account.login}
        readOnly
        variant="filled"
      />
      <ProfileInputs register={register} problems={problems} />
      {(isDirty || refused) && (
        <div className={classes.sticky}>
          <Button variant="default" onClick={revert}>
            {t('action.revert')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('action.save')}
          </Button>
        </div>
      )}
    </form>
  );
};
