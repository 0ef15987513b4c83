import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useT } from '../i18n/locale.tsx';
import classes from './Side.module.css';

/** A panel at the side of the stage; on narrow screens it covers it. */
export const Side = ({
  title,
  close,
  children,
  foot,
}: {
  title: string;
  close: () => void;
  children: ReactNode;
  foot?: ReactNode;
}) => {
  const t = useT();
  return (
    <aside className={classes.side} aria-label={title}>
      <header className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        <CloseButton aria-label={t('room.closePanel', { panel: title })} onClick={close} />
      </header>
      <div className={classes.body}>{children}</div>
      {foot && <div className={classes.foot}>{foot}</div>}
    </aside>
  );
};
