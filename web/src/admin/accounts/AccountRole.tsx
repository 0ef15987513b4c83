import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import {
  type AdministratorRole,
  AppointAdministratorDocument,
  DismissAdministratorDocument,
} from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import classes from '../../ui/Form.module.css';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import '../../ui/overlayStyles.ts';

type Choice = AdministratorRole | 'NONE';

type Props = {
  account: { id: string; role: AdministratorRole | null };
  label?: string;
  saved?: () => void;
  /** Whether dismissing is asked for elsewhere. */
  fixed?: boolean;
};

/** Appoints and dismisses administrators; the choice counts only once it is saved. */
export const AccountRole = ({ account, label, saved, fixed = false }: Props) => {
  const t = useT();
  const present: Choice = account.role ?? 'NONE';
  const [choice, setChoice] = useState<Choice | null>(null);
  const appoint = useCommand(AppointAdministratorDocument);
  const dismiss = useCommand(DismissAdministratorDocument);
  const chosen = choice ?? present;
  const save = async () => {
    const accountId = account.id;
    const done = await (chosen === 'NONE' ? dismiss.run({ accountId }) : appoint.run({ accountId, role: chosen }));
    if (!done) return;
    setChoice(null);
    saved?.();
  };
  return (
    <div className={classes.form}>
      <RefusalNotice refused={appoint.refused ?? dismiss.refused} />
      <Select
        aria-label={label ?? t('admin.role')}
        data={[
          ...(fixed ? [] : [{ value: 'NONE', label: t('admin.role.none') }]),
          { value: 'ADMIN', label: t('role.ADMIN') },
          { value: 'SECURITY_ADMIN', label: t('role.SECURITY_ADMIN') },
        ]}
        value={chosen}
        onChange={(value) => setChoice(value as Choice)}
      />
      {chosen !== present && (
        <div className={classes.actions}>
          <Button variant="default" onClick={() => setChoice(null)}>
            {t('action.revert')}
          </Button>
          <Button loading={appoint.busy || dismiss.busy} onClick={() => void save()}>
            {t('action.save')}
          </Button>
        </div>
      )}
    </div>
  );
};
