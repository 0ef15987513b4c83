// The accounts there were, with their roles and their profiles of then.
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { shortUserAgent } from '../../accounts/Devices.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  type AccountLineFragment,
  AccountLineFragmentDoc,
  AccountsThenDocument,
  AccountThenDocument,
  DeviceLineFragmentDoc,
  ProfileFieldsFragmentDoc,
} from '../../gql/graphql.ts';
import { ask, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { page } from '../../ui/pages.ts';
import { AccountStatusMark } from '../accounts/AccountStatusMark.tsx';
import { accountColumns } from '../accounts/accountColumns.tsx';
import { readAccounts } from '../addresses.ts';
import { HistoryLink } from '../HistoryLink.tsx';
import { PastList, type PastRead } from './PastList.tsx';
import { useAsked } from './useAsOf.ts';

const fields = [
  ...(['login', 'displayName', 'firstName', 'lastName', 'email', 'company'] as const),
  ...(['mobilePhone', 'workPhone', 'homePhone', 'sipNumber'] as const),
];

const Card = ({ id }: { id: string }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const asked = useAsked();
  const reading = useRead(AccountThenDocument, { id, ...asked });
  return (
    <Read reading={reading}>
      {({ account }) => {
        if (!account) return <Empty title={t('past.account.none')} />;
        const profile = unmask(ProfileFieldsFragmentDoc, account);
        const devices = unmask(DeviceLineFragmentDoc, account.devices);
        return (
          <Facts
            facts={[
              [t('admin.status'), <AccountStatusMark key="status" account={account} />],
              [t('admin.role'), account.role && t(`role.${account.role}`)],
              ...fields.map((field) => [t(`account.${field}`), profile[field]] as const),
              [t('admin.createdAt'), dateTime(account.createdAt)],
              [
                t('devices.title'),
                devices.map(({ userAgent, ip }) => `${shortUserAgent(userAgent)} (${ip})`).join(', '),
              ],
              [
                t('why.title'),
                <Link key="why" to="/why" search={{ person: id, asof: asked.asOf.number }}>
                  {t('why.title')}
                </Link>,
              ],
              [t('admin.id'), <code key="id">{id}</code>],
              [
                t('admin.history'),
                <HistoryLink key="history" type="account" id={id}>
                  {t('admin.history.show')}
                </HistoryLink>,
              ],
            ]}
          />
        );
      }}
    </Read>
  );
};

const read: PastRead<AccountLineFragment> = async (asked, first, after) => {
  const answer = await ask(AccountsThenDocument, { first, after, ...asked });
  if (!('data' in answer)) return answer;
  const found = page(answer.data.accounts);
  return { data: { ...found, nodes: found.nodes.map((node) => unmask(AccountLineFragmentDoc, node)) } };
};

const PastAccounts = () => {
  const t = useT();
  const [{ q, account }, change] = useSearchState(readAccounts);
  const columns = useMemo(() => accountColumns(t), [t]);
  return (
    <PastList
      of="accounts"
      columns={columns}
      read={read}
      search={q}
      changeSearch={(words) => change({ q: words }, true)}
      chosen={account}
      choose={(id) => change({ account: id })}
      title={t('admin.account')}
      card={(id) => <Card key={id} id={id} />}
    />
  );
};
export default PastAccounts;
