import type { ReactNode } from 'react';
import classes from './Panel.module.css';

/** A flat bordered panel with an optional heading and something at its right. */
export const Panel = ({
  title,
  aside,
  children,
  flush = false,
}: {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) => (
  <section className={classes.panel} data-flush={flush || undefined}>
    {(title !== undefined || aside !== undefined) && (
      <header className={classes.head}>
        {title !== undefined && <h2 className={classes.title}>{title}</h2>}
        {aside}
      </header>
    )}
    {children}
  </section>
);

/** Names and values of one thing. Values that are empty are left out. */
export const Facts = ({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className={classes.facts}>
    {facts
      .filter(([, value]) => value !== '' && value !== null && value !== undefined)
      .map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);
