import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../commands.ts';
import { type ParticipantLineFragment, RemoveParticipantDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import '../ui/overlayStyles.ts';

type Props = { sessionId: string; person: ParticipantLineFragment; close: () => void };

/** Removes a person from the session, for now or for the rest of it. */
export const RemoveParticipant = ({ sessionId, person, close }: Props) => {
  const t = useT();
  const [forGood, setForGood] = useState(false);
  const { run, busy, refused } = useCommand(RemoveParticipantDocument);
  return (
    <Confirm
      opened
      title={t('moderation.remove.title', { name: person.displayName })}
      text={t('moderation.remove.text')}
      verb={t('moderation.remove')}
      busy={busy}
      refused={refused}
      withReason
      close={close}
      act={(reason) => {
        const asked = { sessionId, participantId: person.id, mayRejoin: !forGood };
        void run(asked, reason ? { reason } : {}).then((done) => done && close());
      }}
    >
      <Switch
        label={t('moderation.remove.forGood')}
        checked={forGood}
        onChange={(change) => setForGood(change.currentTarget.checked)}
      />
    </Confirm>
  );
};
