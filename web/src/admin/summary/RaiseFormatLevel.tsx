// Lets the log hold new kinds of events; asked twice, since older versions can then no longer read it.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import { RaiseFormatLevelDocument } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';

export const RaiseFormatLevel = () => {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const { refused, busy, run, forget } = useCommand(RaiseFormatLevelDocument);
  const held = refused?.code === 'SERVER_NODE_BEHIND';
  const close = () => {
    forget();
    setAsking(false);
  };
  const act = (reason: string) =>
    void run({ leaveBehind: held }, reason ? { reason } : {}).then((granted) => granted && close());
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        {t('admin.format.raise')}
      </Button>
      {asking && (
        <Confirm
          opened
          title={t('admin.format.title')}
          text={t('admin.format.text')}
          verb={held ? t('admin.format.behind') : t('admin.format.raise')}
          busy={busy}
          refused={refused}
          withReason
          close={close}
          act={act}
        />
      )}
    </>
  );
};
