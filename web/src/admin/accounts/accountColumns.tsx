import type { AccountLineFragment } from '../../gql/graphql.ts';
import type { Translate } from '../../i18n/locale.tsx';
import type { Column } from '../../ui/DataTable.tsx';
import classes from '../Admin.module.css';
import { AccountStatusMark } from './AccountStatusMark.tsx';

/** What a list of accounts shows of each. */
export const accountColumns = (t: Translate): Column<AccountLineFragment>[] => [
  {
    id: 'name',
    header: t('account.displayName'),
    track: 'minmax(140px, 1.4fr)',
    cell: ({ displayName, login }) => displayName || login,
  },
  {
    id: 'login',
    header: t('account.login'),
    track: 'minmax(110px, 1fr)',
    cell: ({ login }) => <span className={classes.mono}>{login}</span>,
  },
  {
    id: 'email',
    header: t('account.email'),
    track: 'minmax(140px, 1.4fr)',
    optional: true,
    cell: ({ email }) => email,
  },
  {
    id: 'status',
    header: t('admin.status'),
    track: '150px',
    cell: (account) => <AccountStatusMark account={account} />,
  },
  {
    id: 'role',
    header: t('admin.role'),
    track: 'minmax(120px, 190px)',
    optional: true,
    cell: ({ role }) => role && t(`role.${role}`),
  },
];
