import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../commands.ts';
import { type ConferenceSettingsFragment, DeleteConferenceDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { Confirm } from '../ui/Confirm.tsx';

export const DeleteConference = ({
  conference,
  deleted,
}: {
  conference: ConferenceSettingsFragment;
  deleted: () => void;
}) => {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const { run, busy, refused, forget } = useCommand(DeleteConferenceDocument);
  const { id, title } = conference;
  return (
    <>
      <Button variant="default" c="var(--h-bad)" onClick={() => setAsking(true)}>
        {t('conference.delete')}
      </Button>
      <Confirm
        opened={asking}
        title={t('conference.delete.title', { title })}
        text={t('conference.delete.text')}
        verb={t('conference.delete')}
        busy={busy}
        refused={refused}
        withReason
        close={() => {
          setAsking(false);
          forget();
        }}
        act={(reason) => {
          void run({ conferenceId: id }, reason ? { reason } : {}).then((done) => done && deleted());
        }}
      />
    </>
  );
};
