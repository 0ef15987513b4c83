// What may be done with an account as a whole; the grave ones are asked twice.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import {
  ActivateAccountDocument,
  DeactivateAccountDocument,
  DeleteAccountDocument,
  DisconnectDevicesDocument,
} from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import classes from '../Admin.module.css';

type Account = { id: string; active: boolean; devices: readonly unknown[] };
type Verb = 'deactivate' | 'disconnect' | 'delete';
type Props = { account: Account; login: string; own: boolean; deleted: () => void };

const useVerbs = (accountId: string, done: (verb: Verb) => void) => {
  const commands = {
    deactivate: useCommand(DeactivateAccountDocument),
    disconnect: useCommand(DisconnectDevicesDocument),
    delete: useCommand(DeleteAccountDocument),
  };
  return {
    commands,
    act: (verb: Verb, reason: string) =>
      void commands[verb].run({ accountId }, reason ? { reason } : {}).then((granted) => granted && done(verb)),
  };
};

export const AccountActions = ({ account, login, own, deleted }: Props) => {
  const t = useT();
  const [asking, setAsking] = useState<Verb | null>(null);
  const activate = useCommand(ActivateAccountDocument);
  const { commands, act } = useVerbs(account.id, (verb) => {
    setAsking(null);
    if (verb === 'delete') deleted();
  });
  const close = () => {
    if (asking) commands[asking].forget();
    setAsking(null);
  };
  return (
    <>
      <RefusalNotice refused={activate.refused} />
      <div className={classes.actions}>
        {!account.active && (
          <Button loading={activate.busy} onClick={() => void activate.run({ accountId: account.id })}>
            {t('admin.account.activate')}
          </Button>
        )}
        {account.devices.length > 0 && (
          <Button variant="default" onClick={() => setAsking('disconnect')}>
            {t('admin.account.disconnect')}
          </Button>
        )}
        {!own && account.active && (
          <Button variant="default" onClick={() => setAsking('deactivate')}>
            {t('admin.account.deactivate')}
          </Button>
        )}
        {!own && (
          <Button variant="default" c="var(--h-bad)" onClick={() => setAsking('delete')}>
            {t('admin.account.delete')}
          </Button>
        )}
      </div>
      {asking && (
        <Confirm
          opened
          title={t(`admin.account.${asking}.title`, { login })}
          text={t(`admin.account.${asking}.text`)}
          verb={t(`admin.account.${asking}`)}
          busy={commands[asking].busy}
          refused={commands[asking].refused}
          withReason
          {...(asking === 'delete' && { typed: login })}
          close={close}
          act={(reason) => act(asking, reason)}
        />
      )}
    </>
  );
};
