// Erases the text of one chat message, for administrators of the whole server.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import { EraseChatMessageDocument } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import { HeldBy } from '../settings/HeldBy.tsx';
import '../../ui/overlayStyles.ts';

export const EraseMessage = ({ sessionId, messageId }: { sessionId: string; messageId: string }) => {
  const t = useT();
  const { server } = useKnown();
  const [asking, setAsking] = useState(false);
  const { run, busy, refused, forget } = useCommand(EraseChatMessageDocument);
  if (server.roleHere !== 'ADMIN') return null;
  const close = () => {
    forget();
    setAsking(false);
  };
  return (
    <>
      <Button variant="default" c="var(--h-bad)" onClick={() => setAsking(true)}>
        {t('admin.erase.message')}
      </Button>
      <Confirm
        opened={asking}
        title={t('admin.erase.message.title')}
        text={t('admin.erase.message.text')}
        verb={t('admin.erase.verb')}
        busy={busy}
        refused={refused}
        withReason
        reasonHint={t('admin.erase.reason.hint')}
        close={close}
        act={(reason) => void run({ sessionId, messageId }, { reason }).then((granted) => granted && close())}
      >
        <HeldBy refused={refused} />
      </Confirm>
    </>
  );
};
