import type { AccountStatus, Erasure } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Mark, type Tone } from '../../ui/Mark.tsx';

const tones: Record<AccountStatus, Tone> = {
  INACTIVE: 'bad',
  OFFLINE: 'off',
  ONLINE: 'ok',
  BUSY: 'warn',
  OWNER: 'info',
};

type Account = { status: AccountStatus; deleted: boolean; erasure: Erasure | null };

export const AccountStatusMark = ({ account: { status, deleted, erasure } }: { account: Account }) => {
  const t = useT();
  if (erasure)
    return <Mark tone="off">{t(erasure === 'DONE' ? 'admin.account.erased' : 'admin.account.erasing')}</Mark>;
  if (deleted) return <Mark tone="off">{t('admin.account.deleted')}</Mark>;
  return <Mark tone={tones[status]}>{t(`status.${status}`)}</Mark>;
};
