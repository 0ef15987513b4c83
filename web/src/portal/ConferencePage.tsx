// What anybody who knows the ID may see of a conference, and the door to its room.
import { Button, CopyButton } from '@mantine/core';
import IconCopy from '@tabler/icons-react/dist/esm/icons/IconCopy.mjs';
import IconVideo from '@tabler/icons-react/dist/esm/icons/IconVideo.mjs';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ConferenceLiveDocument, ConferencePageQueryDocument, type ConferencePageQueryQuery } from '../gql/graphql.ts';
import { useRead } from '../graphql.ts';
import { useFormat } from '../i18n/format.ts';
import { useT } from '../i18n/locale.tsx';
import { useLive } from '../live.ts';
import { Mark } from '../ui/Mark.tsx';
import { Empty, Read } from '../ui/PageState.tsx';
import { Panel } from '../ui/Panel.tsx';
import { useKnown } from '../ui/viewer.tsx';
import classes from './Portal.module.css';

type Shown = NonNullable<ConferencePageQueryQuery['conferencePage']>;
type Running = { startedAt: string; inside: number } | null;

// Only people who are signed in may subscribe; for others the page asks now and then.
const askAgainMs = 15_000;

const useRunning = ({ id, running }: Shown, readAgain: () => void): Running | boolean => {
  const { viewer } = useKnown();
  const [live, setLive] = useState<Running | undefined>();
  const next = ({
    conference,
  }: {
    conference: { running: { startedAt: string; participants: { state: string }[] } | null } | null;
  }) => {
    if (!conference) return;
    const people =
      conference.running?.participants.filter(({ state }) => state !== 'LEFT' && state !== 'REMOVED') ?? [];
    setLive(conference.running && { startedAt: conference.running.startedAt, inside: people.length });
  };
  useLive(ConferenceLiveDocument, { id }, next, { key: id, paused: !viewer });
  useEffect(() => {
    if (viewer) return;
    const timer = setInterval(readAgain, askAgainMs);
    return () => clearInterval(timer);
  }, [viewer, readAgain]);
  return live === undefined ? running : live;
};

const RunningMark = ({ running }: { running: Running | boolean }) => {
  const t = useT();
  const { moment } = useFormat();
  if (!running) return <Mark tone="off">{t('conference.notRunning')}</Mark>;
  if (running === true) return <Mark tone="ok">{t('conference.running')}</Mark>;
  return (
    <Mark tone="ok">
      {t('conference.running.since', { time: moment(running.startedAt) })} ·{' '}
      {t('conference.inside', { count: running.inside })}
    </Mark>
  );
};

const Card = ({ conference, readAgain }: { conference: Shown; readAgain: () => void }) => {
  const t = useT();
  const { viewer } = useKnown();
  const running = useRunning(conference, readAgain);
  const { cid, title, description, ownerName } = conference;
  const room = `/c/${cid}/room`;
  return (
    <Panel>
      <h1 className={classes.h1}>{title}</h1>
      <div className={classes.under}>
        <span>{t('conference.ownedBy', { name: ownerName })}</span>
        <span className={classes.cid}>{cid}</span>
      </div>
      <div role="status">
        <RunningMark running={running} />
      </div>
      {description && <p className={classes.description}>{description}</p>}
      <div className={classes.buttons}>
        <Button
          component="a"
          size="sm"
          href={viewer ? room : `/sign-in?next=${encodeURIComponent(room)}`}
          leftSection={<IconVideo size={17} />}
        >
          {viewer ? t('conference.join') : t('conference.signInToJoin')}
        </Button>
        <CopyButton value={`${location.origin}/c/${cid}`}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={<IconCopy size={15} />} onClick={copy}>
              {copied ? t('conference.copied') : t('conference.copyLink')}
            </Button>
          )}
        </CopyButton>
      </div>
    </Panel>
  );
};

export const ConferencePage = () => {
  const t = useT();
  const { cid = '' } = useParams({ strict: false }) as { cid?: string };
  const reading = useRead(ConferencePageQueryDocument, { cid });
  return (
    <div className={classes.narrow} style={{ width: 'min(640px, 100%)' }}>
      <Read reading={reading}>
        {({ conferencePage }) =>
          conferencePage ? (
            <Card conference={conferencePage} readAgain={reading.readAgain} />
          ) : (
            <Panel>
              <Empty title={t('conference.unknown')} text={t('conference.unknown.text', { cid })} />
            </Panel>
          )
        }
      </Read>
    </div>
  );
};
