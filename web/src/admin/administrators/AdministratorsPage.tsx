// Who administers the server, as what; appointed, changed and dismissed here.
import { Button } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import { AdministratorsDocument, type AdministratorsQuery, DismissAdministratorDocument } from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import admin from '../Admin.module.css';
import { AccountRole } from '../accounts/AccountRole.tsx';
import { AdministratorHead } from './AdministratorHead.tsx';
import classes from './Administrators.module.css';
import { Appoint } from './Appoint.tsx';

type Administrator = AdministratorsQuery['administrators'][number];

const Line = ({ administrator, dismiss }: { administrator: Administrator; dismiss: () => void }) => {
  const t = useT();
  const { viewer, readAgain } = useKnown();
  const { id, login, displayName, role } = administrator;
  const own = viewer?.account.id === id;
  return (
    <tr>
      <th scope="row">
        <span className={classes.name}>{displayName || login}</span>
        {own && <span className={admin.muted}> {t('admin.administrators.you')}</span>}
      </th>
      <td className={admin.mono}>{login}</td>
      <td>
        <AccountRole
          account={{ id, role }}
          label={t('admin.administrators.roleOf', { login })}
          saved={readAgain}
          fixed
        />
      </td>
      <td>
        <Button variant="default" onClick={dismiss} aria-label={t('admin.administrators.dismissOne', { login })}>
          {t('admin.administrators.dismiss')}
        </Button>
      </td>
    </tr>
  );
};

const List = ({ administrators }: { administrators: readonly Administrator[] }) => {
  const t = useT();
  const { readAgain } = useKnown();
  const [dismissing, setDismissing] = useState<Administrator | null>(null);
  const { run, busy, refused, forget } = useCommand(DismissAdministratorDocument);
  const close = () => {
    forget();
    setDismissing(null);
  };
  const act = async ({ id }: Administrator, reason: string) => {
    if (!(await run({ accountId: id }, reason ? { reason } : {}))) return;
    close();
    readAgain();
  };
  return (
    <Panel>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <AdministratorHead>
            <td />
          </AdministratorHead>
          <tbody>
            {administrators.map((each) => (
              <Line key={each.id} administrator={each} dismiss={() => setDismissing(each)} />
            ))}
          </tbody>
        </table>
      </div>
      {dismissing && (
        <Confirm
          opened
          title={t('admin.administrators.dismiss.title', { login: dismissing.login })}
          text={t('admin.administrators.dismiss.text')}
          verb={t('admin.administrators.dismiss')}
          busy={busy}
          refused={refused}
          withReason
          close={close}
          act={(reason) => void act(dismissing, reason)}
        />
      )}
    </Panel>
  );
};

export const AdministratorsPage = () => {
  const t = useT();
  const [appointing, setAppointing] = useState(false);
  const reading = useRead(AdministratorsDocument, { minPosition: useMinPosition() });
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('admin.administrators')}</h1>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setAppointing(true)}>
          {t('admin.administrators.appoint')}
        </Button>
      </div>
      <p className={admin.muted}>{t('admin.administrators.text')}</p>
      <Read reading={reading}>{({ administrators }) => <List administrators={administrators} />}</Read>
      {appointing && (
        <Appoint without={reading.data?.administrators.map(({ id }) => id) ?? []} close={() => setAppointing(false)} />
      )}
    </>
  );
};
