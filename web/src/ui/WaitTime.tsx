import { useEffect, useState } from 'react';
import type { Refused } from '../commands.ts';
import { useFormat } from '../i18n/format.ts';
import { useT } from '../i18n/locale.tsx';
import classes from './Form.module.css';

const tickMs = 250;

const secondsIn = ({ details }: Refused): number | null => {
  const seconds = (details as { retryAfterSeconds?: unknown }).retryAfterSeconds;
  return typeof seconds === 'number' ? seconds : null;
};

/** Seconds until the refused may be asked again, counting down to 0; null where no time was named. */
const useSecondsLeft = (refused: Refused): number | null => {
  const named = secondsIn(refused);
  const [left, setLeft] = useState({ refused, seconds: named });
  useEffect(() => {
    if (named === null) return;
    const overAt = Date.now() + named * 1000;
    const timer = setInterval(() => {
      const seconds = Math.max(0, Math.ceil((overAt - Date.now()) / 1000));
      setLeft({ refused, seconds });
      if (seconds === 0) clearInterval(timer);
    }, tickMs);
    return () => clearInterval(timer);
  }, [refused, named]);
  return left.refused === refused ? left.seconds : named;
};

/** How long to wait where a refusal names a time. Not an alert: nobody wants to hear every second of it. */
export const WaitTime = ({ refused }: { refused: Refused }) => {
  const t = useT();
  const { waiting } = useFormat();
  const seconds = useSecondsLeft(refused);
  if (seconds === null) return null;
  return (
    <p role="timer" className={classes.wait}>
      {seconds > 0 ? t('wait.left', { time: waiting(seconds * 1000) }) : t('wait.over')}
    </p>
  );
};
