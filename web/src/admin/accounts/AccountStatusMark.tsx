import type { AccountStatus } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Mark, type Tone } from '../../ui/Mark.tsx';

const tones: Record<AccountStatus, Tone> = {
  INACTIVE: 'bad',
  OFFLINE: 'off',
  ONLINE: 'ok',
  BUSY: 'warn',
  OWNER: 'info',
};

export const AccountStatusMark = ({ status }: { status: AccountStatus }) => {
  const t = useT();
  return <Mark tone={tones[status]}>{t(`status.${status}`)}</Mark>;
};
