import { Button, Modal, PasswordInput, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { useForm } from 'react-hook-form';
import { emptyProfile, ProfileInputs, type ProfileValues, profileFields } from '../../accounts/ProfileInputs.tsx';
import { useCommand } from '../../commands.ts';
import { CreateAccountDocument } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import classes from '../../ui/Form.module.css';
import { RefusalNotice, useProblems } from '../../ui/RefusalNotice.tsx';
import { newId } from '../../uuid.ts';
import '../../ui/overlayStyles.ts';

const fields = ['login', 'password', ...profileFields] as const;
type Props = { close: () => void; created: (accountId: string) => void };

const Body = ({ close, created }: Props) => {
  const t = useT();
  const login = useForm({ defaultValues: { login: '', password: '' } });
  const profile = useForm<ProfileValues>({ defaultValues: emptyProfile });
  const accountId = useRef(newId());
  const { run, busy, refused } = useCommand(CreateAccountDocument);
  const problems = useProblems(refused, fields, {
    ACCOUNT_LOGIN_TAKEN: 'login',
  });
  const { errors } = login.formState;
  const submit = login.handleSubmit(async (asked) => {
    const given = Object.fromEntries(Object.entries(profile.getValues()).filter(([, value]) => value !== ''));
    if (await run({ accountId: accountId.current, ...asked, profile: given })) created(accountId.current);
  });
  const required = t('field.required');
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={refused} shown={fields} />
      <div className={classes.row}>
        <TextInput
          label={t('account.login')}
          description={t('account.login.hint')}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          error={errors.login?.message ?? problems.login}
          {...login.register('login', { required })}
        />
        <PasswordInput
          label={t('account.password')}
          description={t('account.password.first')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          error={errors.password?.message ?? problems.password}
          {...login.register('password', { required })}
        />
      </div>
      <ProfileInputs register={profile.register} problems={problems} />
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('admin.accounts.create.submit')}
        </Button>
      </div>
    </form>
  );
};

export const CreateAccount = ({ opened, ...props }: Props & { opened: boolean }) => {
  const t = useT();
  return (
    <Modal
      opened={opened}
      onClose={props.close}
      size="lg"
      title={t('admin.accounts.create')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Body {...props} />
    </Modal>
  );
};
