import { Button, Modal, Radio } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import { PersonPicker } from '../../conferences/PersonPicker.tsx';
import { type AdministratorRole, AppointAdministratorDocument, PersonNamedDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import form from '../../ui/Form.module.css';
import { useFocusBack } from '../../ui/focusTrail.ts';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import admin from '../Admin.module.css';
import '../../ui/overlayStyles.ts';
import '../choiceStyles.ts';

const roles = ['ADMIN', 'SECURITY_ADMIN'] as const satisfies AdministratorRole[];

type Props = { without: readonly string[]; close: () => void };

const Body = ({ without, close }: Props) => {
  const t = useT();
  const [accountId, setAccountId] = useState<string | null>(null);
  const [role, setRole] = useState<AdministratorRole>('SECURITY_ADMIN');
  const { run, busy, refused } = useCommand(AppointAdministratorDocument);
  const { data } = useRead(PersonNamedDocument, { id: accountId ?? '' }, accountId === null);
  const person = accountId === null ? null : data?.account;
  useFocusBack();
  return (
    <form
      className={form.form}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (accountId !== null) void run({ accountId, role }).then((granted) => granted && close());
      }}
    >
      <RefusalNotice refused={refused} />
      <PersonPicker label={t('admin.administrators.whom')} without={without} pick={setAccountId} />
      {person && (
        <p role="status">
          {person.displayName} <span className={admin.mono}>{person.login}</span>
        </p>
      )}
      <Radio.Group
        label={t('admin.administrators.role')}
        value={role}
        onChange={(value) => setRole(value as AdministratorRole)}
      >
        <div className={form.form}>
          {roles.map((each) => (
            <Radio key={each} value={each} label={t(`role.${each}`)} description={t(`role.${each}.hint`)} />
          ))}
        </div>
      </Radio.Group>
      <div className={form.actions}>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={accountId === null}>
          {t('admin.administrators.appoint')}
        </Button>
      </div>
    </form>
  );
};

/** Makes an administrator of somebody who has an account. */
export const Appoint = (props: Props) => {
  const t = useT();
  return (
    <Modal
      opened
      onClose={props.close}
      title={t('admin.administrators.appoint')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Body {...props} />
    </Modal>
  );
};
