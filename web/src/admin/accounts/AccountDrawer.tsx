// One account: profile, password, rights, devices, and its end.
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Devices } from '../../accounts/Devices.tsx';
import { PasswordForm } from '../../accounts/PasswordForm.tsx';
import { ProfileForm } from '../../accounts/ProfileForm.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  AccountToEditDocument,
  type AccountToEditQuery,
  DeviceLineFragmentDoc,
  ProfileFieldsFragmentDoc,
} from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import classes from '../Admin.module.css';
import { HistoryLink } from '../HistoryLink.tsx';
import { AccountActions } from './AccountActions.tsx';
import { AccountRole } from './AccountRole.tsx';
import { AccountStatusMark } from './AccountStatusMark.tsx';
import { EraseAccount } from './EraseAccount.tsx';

type Account = NonNullable<AccountToEditQuery['account']>;

const AccountFacts = ({ account }: { account: Account }) => {
  const t = useT();
  const { dateTime } = useFormat();
  return (
    <Facts
      facts={[
        [t('admin.status'), <AccountStatusMark key="status" account={account} />],
        [t('admin.createdAt'), dateTime(account.createdAt)],
        [t('admin.id'), <code key="id">{account.id}</code>],
        [
          t('admin.history'),
          <HistoryLink key="history" type="account" id={account.id}>
            {t('admin.history.show')}
          </HistoryLink>,
        ],
        [
          t('admin.calls'),
          <Link key="calls" to="/reports/calls" search={{ person: account.id }}>
            {t('admin.endpoints.calls')}
          </Link>,
        ],
      ]}
    />
  );
};

type Props = { account: Account; changed: () => void; deleted: () => void };

/** Of an account that was deleted there is little left to see, and nothing to change. */
const Gone = ({ account, changed }: Props) => {
  const { login } = unmask(ProfileFieldsFragmentDoc, account);
  return (
    <>
      {account.erasure === null && <EraseAccount accountId={account.id} login={login} done={changed} />}
      <AccountFacts account={account} />
    </>
  );
};

const Shown = ({ account, changed, deleted }: Props) => {
  const t = useT();
  const { viewer } = useKnown();
  const profile = unmask(ProfileFieldsFragmentDoc, account);
  const own = viewer?.account.id === account.id;
  return (
    <>
      <AccountActions account={account} login={profile.login} own={own} deleted={deleted} />
      <AccountFacts account={account} />
      <section className={classes.section}>
        <h2>{t('portal.profile.section')}</h2>
        <ProfileForm account={profile} />
      </section>
      <section className={classes.section}>
        <h2>{t('admin.role')}</h2>
        <AccountRole account={account} />
      </section>
      <section className={classes.section}>
        <h2>{t('devices.title')}</h2>
        <Devices devices={unmask(DeviceLineFragmentDoc, account.devices)} />
      </section>
      <section className={classes.section}>
        <h2>{t('account.password')}</h2>
        <PasswordForm accountId={account.id} login={profile.login} />
      </section>
      {!own && <EraseAccount accountId={account.id} login={profile.login} done={changed} />}
    </>
  );
};

/** `version` changes when the server says that this account changed. */
export const AccountDrawer = ({ id, version, deleted }: { id: string; version: number; deleted: () => void }) => {
  const t = useT();
  const reading = useRead(AccountToEditDocument, { id, minPosition: useMinPosition() });
  const { readAgain } = reading;
  useEffect(() => {
    if (version > 0) readAgain();
  }, [version, readAgain]);
  return (
    <Read reading={reading}>
      {({ account }) => {
        if (!account) return <Empty title={t('refusal.ACCOUNT_NOT_FOUND')} />;
        const Card = account.deleted ? Gone : Shown;
        return <Card account={account} changed={readAgain} deleted={deleted} />;
      }}
    </Read>
  );
};
