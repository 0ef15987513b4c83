// What a page or a list shows when it has nothing else to show: loading, empty, refused, failed.
import { Button, Loader } from '@mantine/core';
import IconInbox from '@tabler/icons-react/dist/esm/icons/IconInbox.mjs';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import IconPlugConnectedX from '@tabler/icons-react/dist/esm/icons/IconPlugConnectedX.mjs';
import type { ReactNode } from 'react';
import type { Failure, Reading } from '../graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { Brand } from './Brand.tsx';
import classes from './PageState.module.css';
import { useFailureText } from './refusalText.ts';

const Box = ({
  icon,
  title,
  text,
  children,
}: {
  icon?: ReactNode;
  title: string;
  text?: string;
  children?: ReactNode;
}) => (
  <div className={classes.box}>
    {icon && (
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
    )}
    <p className={classes.title}>{title}</p>
    {text && <p className={classes.text}>{text}</p>}
    {children && <div className={classes.actions}>{children}</div>}
  </div>
);

export const Loading = () => {
  const t = useT();
  return (
    <div className={classes.box} role="status">
      <Loader size="sm" />
      <p className={classes.text}>{t('state.loading')}</p>
    </div>
  );
};

export const Empty = ({ title, text, children }: { title: string; text?: string; children?: ReactNode }) => (
  <Box icon={<IconInbox size={28} stroke={1.4} />} title={title} {...(text && { text })}>
    {children}
  </Box>
);

export const Failed = ({ failure, readAgain }: { failure: Failure; readAgain?: () => void }) => {
  const t = useT();
  const text = useFailureText()(failure);
  const invalid = failure.kind === 'refused' && failure.code === 'INPUT_INVALID';
  const refused = failure.kind === 'refused' && !invalid;
  const title = refused
    ? t('state.refused')
    : invalid
      ? t('state.invalid')
      : failure.kind === 'unreachable'
        ? t('state.unreachable')
        : t('state.failed');
  const icon = refused ? <IconLock size={28} stroke={1.4} /> : <IconPlugConnectedX size={28} stroke={1.4} />;
  return (
    <div role="alert">
      <Box icon={icon} title={title} text={text}>
        {readAgain && (
          <Button variant="default" onClick={readAgain}>
            {t('action.tryAgain')}
          </Button>
        )}
      </Box>
    </div>
  );
};

/**
 * Shows the data once they are there, keeps showing them while they are read again, and says why when they never come.
 */
export const Read = <Data,>({ reading, children }: { reading: Reading<Data>; children: (data: Data) => ReactNode }) => {
  if (reading.data !== undefined) return children(reading.data);
  if (reading.failure) return <Failed failure={reading.failure} readAgain={reading.readAgain} />;
  return <Loading />;
};

/** A page of its own for the ends of the road. */
export const FullPageNotice = ({ title, text, children }: { title: string; text?: string; children?: ReactNode }) => (
  <main className={classes.page}>
    <Brand />
    <div className={classes.card}>
      <h1 className={classes.heading}>{title}</h1>
      {text && <p className={classes.text}>{text}</p>}
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  </main>
);
