import type { ReactNode } from 'react';
import { useT } from '../../i18n/locale.tsx';

/** What stands above a list of administrators, now or as of an event; `children` are cells of further columns. */
export const AdministratorHead = ({ children }: { children?: ReactNode }) => {
  const t = useT();
  return (
    <thead>
      <tr>
        <th scope="col">{t('account.displayName')}</th>
        <th scope="col">{t('account.login')}</th>
        <th scope="col">{t('admin.administrators.role')}</th>
        {children}
      </tr>
    </thead>
  );
};
