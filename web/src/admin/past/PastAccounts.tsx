// The accounts there were, with their roles and their profiles of then.
import { TextInput } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { shortUserAgent } from '../../accounts/Devices.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import {
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
import { DataTable } from '../../ui/DataTable.tsx';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { AccountStatusMark } from '../accounts/AccountStatusMark.tsx';
import { accountColumns } from '../accounts/accountColumns.tsx';
import { readAccounts } from '../addresses.ts';
import { HistoryLink } from '../HistoryLink.tsx';
import { useTyped } from '../useTyped.ts';
import { Beside } from './Beside.tsx';
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
                <Link key="why" to="/why" search={{ person: id, asof: asked.asOf.number } as never}>
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

const PastAccounts = () => {
  const t = useT();
  const { number } = useFormat();
  const asked = useAsked();
  const [search, change] = useSearchState(readAccounts);
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(AccountsThenDocument, { first, after, search: search.q ?? null, ...asked });
      if (!('data' in answer)) return answer;
      const found = page(answer.data.accounts);
      return { data: { ...found, nodes: found.nodes.map((node) => unmask(AccountLineFragmentDoc, node)) } };
    },
    [search.q, asked],
  );
  const pages = usePages(`${search.q ?? ''} ${asked.asOf.number}`, fetchPage);
  const columns = useMemo(() => accountColumns(t), [t]);
  const typed = useTyped(search.q, (q) => change({ q }, true));
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.accounts')}</h1>
        <span className={classes.count} role="status">
          {t('admin.accounts.count', { count: pages.totalCount, shown: number(pages.totalCount) })}
        </span>
        <TextInput
          className={classes.search ?? ''}
          type="search"
          aria-label={t('admin.accounts.search')}
          placeholder={t('admin.accounts.search')}
          leftSection={<IconSearch size={15} />}
          {...typed}
        />
      </div>
      <Beside
        list={
          <DataTable
            label={t('admin.accounts')}
            columns={columns}
            pages={pages}
            idOf={({ id }) => id}
            selected={search.account}
            select={(account) => change({ account })}
            empty={<Empty title={t(search.q ? 'state.nothingFound' : 'past.none')} />}
          />
        }
        title={t('admin.account')}
        card={search.account ? <Card key={search.account} id={search.account} /> : null}
        close={() => change({ account: undefined })}
      />
    </>
  );
};
export default PastAccounts;
