// The meeting's page: who looks, which conference, then preview → meeting → an end with a way back.
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { RoomConferenceDocument } from '../gql/graphql.ts';
import { useRead } from '../graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { Empty, FullPageNotice, Read } from '../ui/PageState.tsx';
import { SignInForm } from '../ui/SignInForm.tsx';
import { useKnown, useViewing, Viewing } from '../ui/viewer.tsx';
import { Room } from './Room.tsx';

const conferenceId = () => /^\/c\/([^/]+)\/room/.exec(location.pathname)?.[1] ?? '';

const Unknown = ({ cid }: { cid: string }) => {
  const t = useT();
  return (
    <FullPageNotice title={t('room.unknown')} text={t('room.unknown.text', { cid })}>
      <Button component="a" href="/">
        {t('nowhere.home')}
      </Button>
    </FullPageNotice>
  );
};

const Door = () => {
  const t = useT();
  const cid = decodeURIComponent(conferenceId());
  const { viewer, readAgain } = useKnown();
  const reading = useRead(RoomConferenceDocument, { cid });
  // Whoever was signed out in the middle of a meeting is told so, and not only asked to sign in.
  const wasHere = useRef(false);
  if (viewer) wasHere.current = true;
  const title = reading.data?.conferencePage?.title;
  useEffect(() => {
    if (title) document.title = `${title} – Hansard`;
  }, [title]);
  return (
    <Read reading={reading}>
      {({ conferencePage }) => {
        if (!conferencePage) return <Unknown cid={cid} />;
        if (viewer) return <Room conference={conferencePage} />;
        const { title: name } = conferencePage;
        const notice = wasHere.current
          ? { title: t('room.over.disconnected'), text: t('room.signedOut', { title: name }) }
          : { title: name, text: t('signIn.first') };
        return (
          <FullPageNotice {...notice}>
            <div style={{ flex: 1 }}>
              <SignInForm done={readAgain} />
            </div>
          </FullPageNotice>
        );
      }}
    </Read>
  );
};

export const RoomPage = () => {
  const reading = useViewing();
  return (
    <Read reading={reading}>
      {(data) => (
        <Viewing reading={reading}>{data.serverInfo.setUp ? <Door /> : <Empty title={data.serverInfo.name} />}</Viewing>
      )}
    </Read>
  );
};
