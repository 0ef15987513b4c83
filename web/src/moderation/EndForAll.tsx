import { Button } from '@mantine/core';
import IconPlayerStop from '@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs';
import { useState } from 'react';
import { useCommand } from '../commands.ts';
import { EndSessionDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { Confirm } from '../ui/Confirm.tsx';

export const EndForAll = ({ sessionId, title }: { sessionId: string; title: string }) => {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const { run, busy, refused, forget } = useCommand(EndSessionDocument);
  const close = () => {
    setAsking(false);
    forget();
  };
  return (
    <>
      <Button
        variant="default"
        c="var(--h-bad)"
        leftSection={<IconPlayerStop size={16} />}
        onClick={() => setAsking(true)}
      >
        {t('moderation.end')}
      </Button>
      <Confirm
        opened={asking}
        title={t('moderation.end.title', { title })}
        text={t('moderation.end.text')}
        verb={t('moderation.end')}
        busy={busy}
        refused={refused}
        withReason
        close={close}
        act={(reason) => void run({ sessionId }, reason ? { reason } : {}).then((done) => done && close())}
      />
    </>
  );
};
