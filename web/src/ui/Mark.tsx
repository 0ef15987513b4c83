// A state as colour, shape and word together: no one of them has to be seen.
import type { ReactNode } from 'react';
import classes from './Mark.module.css';

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'off';

const shapes: Record<Tone, ReactNode> = {
  ok: <circle cx="5" cy="5" r="4" />,
  info: <rect x="1.2" y="3.4" width="7.6" height="3.2" rx="1.6" />,
  warn: <path d="M5 .6 9.4 5 5 9.4.6 5Z" />,
  bad: <rect x="1" y="1" width="8" height="8" rx="1" />,
  off: <circle cx="5" cy="5" r="3.2" fill="none" strokeWidth="1.6" stroke="currentColor" />,
};

export const Mark = ({ tone, children, pill = false }: { tone: Tone; children: ReactNode; pill?: boolean }) => (
  <span className={pill ? classes.pill : classes.mark} data-tone={tone}>
    <svg viewBox="0 0 10 10" width="10" height="10" fill="currentColor" aria-hidden="true">
      {shapes[tone]}
    </svg>
    <span className={classes.word}>{children}</span>
  </span>
);
