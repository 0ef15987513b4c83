import { ActionIcon } from '@mantine/core';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useT } from '../i18n/locale.tsx';
import type { MeetingSnapshot } from '../sdk/snapshot.ts';
import { Mark } from '../ui/Mark.tsx';
import classes from './Room.module.css';

const Preferences = lazy(() => import('../ui/Preferences.tsx').then((module) => ({ default: module.Preferences })));

const Elapsed = ({ since }: { since: string }) => {
  const { duration } = useFormat();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <time className={classes.elapsed}>{duration(now - Date.parse(since))}</time>;
};

type Props = { title: string; startedAt: string | undefined; state: MeetingSnapshot['state']; recordBroken: boolean };

export const MeetingHead = ({ title, startedAt, state, recordBroken }: Props) => {
  const t = useT();
  const [choosing, setChoosing] = useState(false);
  return (
    <header className={classes.head}>
      <h1 className={classes.name}>{title}</h1>
      {startedAt && <Elapsed since={startedAt} />}
      <div role="status" className={classes.banner}>
        {state === 'reconnecting' && <Mark tone="warn">{t('room.reconnecting')}</Mark>}
        {state === 'connecting' && <Mark tone="warn">{t('room.connecting')}</Mark>}
        {state === 'connected' && recordBroken && <Mark tone="warn">{t('room.recordBroken')}</Mark>}
      </div>
      <ActionIcon aria-label={t('preferences.title')} onClick={() => setChoosing(true)}>
        <IconSettings size={18} />
      </ActionIcon>
      {choosing && (
        <Suspense>
          <Preferences opened room close={() => setChoosing(false)} />
        </Suspense>
      )}
    </header>
  );
};
