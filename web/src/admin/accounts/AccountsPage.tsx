// All accounts: search, live status, and the drawer of the chosen one.
import { Button, Drawer, Switch, TextInput } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useCallback, useMemo, useState } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import { AccountLineFragmentDoc, AccountListDocument, AccountsChangedDocument } from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useChanges } from '../../live.ts';
import { useSearchState } from '../../search.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { page, usePages } from '../../ui/pages.ts';
import { useQuestionAbove } from '../../ui/questions.ts';
import classes from '../Admin.module.css';
import { readAccounts } from '../addresses.ts';
import { useThrottled } from '../useThrottled.ts';
import { useTyped } from '../useTyped.ts';
import { AccountDrawer } from './AccountDrawer.tsx';
import { accountColumns } from './accountColumns.tsx';
import { CreateAccount } from './CreateAccount.tsx';
import '../../ui/overlayStyles.ts';

const useAccounts = (search: string | undefined, deleted: boolean) => {
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(AccountListDocument, { first, after, search: search ?? null, deleted, minPosition });
      if (!('data' in answer)) return answer;
      const found = page(answer.data.accounts);
      return { data: { ...found, nodes: found.nodes.map((node) => unmask(AccountLineFragmentDoc, node)) } };
    },
    [search, deleted, minPosition],
  );
  const pages = usePages(`${search ?? ''} ${String(deleted)}`, fetchPage);
  const readSoon = useThrottled(pages.readAgain);
  const [changes, setChanges] = useState({ ids: [] as readonly string[], version: 0 });
  useChanges(
    AccountsChangedDocument,
    ({ accountsChanged }) => accountsChanged,
    (ids) => {
      setChanges(({ version }) => ({ ids, version: version + 1 }));
      readSoon();
    },
  );
  return { pages, changes };
};

const DeletedOnes = ({ shown, show }: { shown: boolean; show: (shown: boolean) => void }) => {
  const t = useT();
  return (
    <Switch
      label={t('admin.accounts.deleted')}
      checked={shown}
      onChange={(changed) => show(changed.currentTarget.checked)}
    />
  );
};

export const AccountsPage = () => {
  const t = useT();
  const asked = useQuestionAbove();
  const { number } = useFormat();
  const [search, change] = useSearchState(readAccounts);
  const deleted = search.deleted !== undefined;
  const { pages, changes } = useAccounts(search.q, deleted);
  const { ids } = changes;
  const version = search.account && (ids.length === 0 || ids.includes(search.account)) ? changes.version : 0;
  const columns = useMemo(() => accountColumns(t), [t]);
  const typed = useTyped(search.q, (q) => change({ q }, true));
  const closed = () => change({ account: undefined });
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
        <DeletedOnes shown={deleted} show={(shown) => change({ deleted: shown ? ['yes'] : undefined })} />
        <Button leftSection={<IconPlus size={16} />} onClick={() => change({ new: ['account'] })}>
          {t('admin.accounts.create')}
        </Button>
      </div>
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.accounts')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          selected={search.account}
          select={(account) => change({ account })}
          empty={
            <Empty
              title={t(
                search.q ? 'state.nothingFound' : deleted ? 'admin.accounts.deleted.none' : 'admin.accounts.none',
              )}
            />
          }
        />
      </div>
      <CreateAccount
        opened={Boolean(search.new)}
        close={() => change({ new: undefined })}
        created={(account) => change({ new: undefined, account })}
      />
      <Drawer
        closeOnEscape={!asked}
        opened={Boolean(search.account)}
        onClose={closed}
        size="lg"
        title={t('admin.account')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {search.account && (
          <AccountDrawer key={search.account} id={search.account} version={version} deleted={closed} />
        )}
      </Drawer>
    </>
  );
};
