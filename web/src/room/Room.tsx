import { Loader } from '@mantine/core';
import { useT } from '../i18n/locale.tsx';
import type { RoomConference } from './conference.ts';
import { useChoice } from './devices.ts';
import { MeetingView } from './MeetingView.tsx';
import { Over } from './Over.tsx';
import { PreJoin } from './PreJoin.tsx';
import classes from './Room.module.css';
import { useRoom } from './useRoom.ts';

export const Room = ({ conference }: { conference: RoomConference }) => {
  const t = useT();
  const [choice, change] = useChoice();
  const { phase, join, end, again } = useRoom(conference.id, choice);
  switch (phase.name) {
    case 'preview':
      return (
        <PreJoin
          conference={conference}
          choice={choice}
          change={change}
          refused={phase.refused}
          join={() => void join()}
        />
      );
    case 'joining':
      return (
        <main className={classes.waiting} role="status">
          <Loader />
          <h1 className={classes.title}>{t('room.joining', { title: conference.title })}</h1>
        </main>
      );
    case 'meeting':
      return <MeetingView conference={conference} joined={phase.joined} choice={choice} change={change} end={end} />;
    case 'over':
      return <Over conference={conference} ending={phase.ending} again={again} />;
  }
};
