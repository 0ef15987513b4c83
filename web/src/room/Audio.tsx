// What the others say. Sound may have to be allowed by a click when the page was opened without one.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n/locale.tsx';
import type { Remote } from '../sdk/snapshot.ts';
import classes from './Room.module.css';

const Voice = ({ track, blocked, turn }: { track: MediaStreamTrack; blocked: () => void; turn: number }) => {
  const element = useRef<HTMLAudioElement>(null);
  const latest = useRef(blocked);
  latest.current = blocked;
  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    audio.srcObject = new MediaStream([track]);
    audio.play().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'NotAllowedError') latest.current();
    });
    return () => {
      audio.srcObject = null;
    };
    // `turn` counts the clicks that allowed sound.
  }, [track, turn]);
  return <audio ref={element} autoPlay />;
};

export const Audio = ({ remotes }: { remotes: readonly Remote[] }) => {
  const t = useT();
  const [blocked, setBlocked] = useState(false);
  const [turn, setTurn] = useState(0);
  const allow = () => {
    setBlocked(false);
    setTurn((before) => before + 1);
  };
  return (
    <>
      {remotes.map(
        ({ participantId, microphone }) =>
          microphone && (
            <Voice key={participantId} track={microphone.track} turn={turn} blocked={() => setBlocked(true)} />
          ),
      )}
      {blocked && (
        <div className={classes.sound} role="alert">
          <Button size="sm" onClick={allow}>
            {t('room.allowSound')}
          </Button>
        </div>
      )}
    </>
  );
};
