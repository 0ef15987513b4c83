// The buttons at the foot of the room; the same before joining and in the meeting.
import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Controls.module.css';

type Props = {
  icon: ReactNode;
  label: string;
  shortcut?: string;
  /** Whether what the button stands for is on; left out for plain actions. */
  on?: boolean;
  /** Off is worth a colour: nobody hears or sees you. */
  alarming?: boolean;
  leave?: boolean;
  count?: number;
  onClick: () => void;
};

export const Control = ({ icon, label, shortcut, on, alarming = false, leave = false, count = 0, onClick }: Props) => (
  <UnstyledButton
    className={classes.control}
    data-off={alarming && on === false ? true : undefined}
    data-on={!alarming && on ? true : undefined}
    data-leave={leave || undefined}
    title={shortcut ? `${label} (${shortcut})` : label}
    aria-pressed={on}
    {...(shortcut && { 'aria-keyshortcuts': shortcut })}
    onClick={onClick}
  >
    {icon}
    <span className={classes.label}>{label}</span>
    {count > 0 && <span className={classes.count}>{count > 99 ? '99+' : count}</span>}
  </UnstyledButton>
);

export const Controls = ({ label, children }: { label: string; children: ReactNode }) => (
  <footer className={classes.bar}>
    <div className={classes.controls} role="group" aria-label={label}>
      {children}
    </div>
  </footer>
);
