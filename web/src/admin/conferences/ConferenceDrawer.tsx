// The card of a conference: what runs now and who is in it, its settings, its people, its past sessions.
import { Button } from '@mantine/core';
import IconExternalLink from '@tabler/icons-react/dist/esm/icons/IconExternalLink.mjs';
import { useEffect } from 'react';
import { ConferenceForm, ConferenceIdForm } from '../../conferences/ConferenceForm.tsx';
import { DeleteConference } from '../../conferences/DeleteConference.tsx';
import { People } from '../../conferences/People.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  type ConferenceSettingsFragment,
  ConferenceSettingsFragmentDoc,
  ConferenceToEditDocument,
  PersonNameFragmentDoc,
} from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';
import classes from '../Admin.module.css';
import { HistoryLink } from '../HistoryLink.tsx';
import { PastSessions } from './PastSessions.tsx';
import { RunningSession } from './RunningSession.tsx';

const Card = ({ conference, deleted }: { conference: ConferenceSettingsFragment; deleted: () => void }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { id, cid, kind, running, createdAt } = conference;
  const owner = unmask(PersonNameFragmentDoc, conference.owner);
  return (
    <>
      <div className={classes.actions}>
        <Button
          variant="default"
          component="a"
          href={`/c/${cid}`}
          target="_blank"
          rightSection={<IconExternalLink size={14} />}
        >
          {t('admin.conference.page')}
        </Button>
        {!running && <DeleteConference conference={conference} deleted={deleted} />}
      </div>
      <Facts
        facts={[
          [t('conference.kind'), t(`conference.kind.${kind}`)],
          [t('conference.owner'), owner.displayName || owner.login],
          [t('admin.createdAt'), dateTime(createdAt)],
          [t('admin.id'), <code key="id">{id}</code>],
          [
            t('admin.history'),
            <HistoryLink key="history" type="conference" id={id}>
              {t('admin.history.show')}
            </HistoryLink>,
          ],
        ]}
      />
      {running && (
        <section className={classes.section}>
          <h2>{t('admin.conference.now')}</h2>
          <RunningSession id={running.id} />
        </section>
      )}
      <section className={classes.section}>
        <h2>{t('admin.conference.settings')}</h2>
        <ConferenceForm conference={conference} />
        <ConferenceIdForm conference={conference} />
      </section>
      <section className={classes.section}>
        <h2>{t('admin.conference.people')}</h2>
        <People conference={conference} />
      </section>
      <section className={classes.section}>
        <h2>{t('admin.conference.sessions')}</h2>
        <PastSessions conferenceId={id} running={running?.id ?? ''} />
      </section>
    </>
  );
};

/** `version` changes when the server says that this conference changed. */
export const ConferenceDrawer = ({ id, version, deleted }: { id: string; version: number; deleted: () => void }) => {
  const t = useT();
  const reading = useRead(ConferenceToEditDocument, { id, minPosition: useMinPosition() });
  const { readAgain } = reading;
  useEffect(() => {
    if (version > 0) readAgain();
  }, [version, readAgain]);
  return (
    <Read reading={reading}>
      {(data) => {
        const conference = unmask(ConferenceSettingsFragmentDoc, data.conference);
        return conference ? (
          <Card conference={conference} deleted={deleted} />
        ) : (
          <Empty title={t('refusal.CONFERENCE_NOT_FOUND')} />
        );
      }}
    </Read>
  );
};
