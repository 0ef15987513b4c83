import { ActionIcon } from '@mantine/core';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import type { ReactNode } from 'react';
import { useT } from '../../i18n/locale.tsx';
import classes from '../Admin.module.css';
import own from './Past.module.css';

type Props = { list: ReactNode; title: string; card: ReactNode | null; close: () => void };

/** A list and the card of the chosen one beside it: the banner above stays free to go on to the next event. */
export const Beside = ({ list, title, card, close }: Props) => {
  const t = useT();
  return (
    <div className={own.split} data-fill>
      <div className={classes.list}>{list}</div>
      {card !== null && (
        // It scrolls by itself, so it has to be reachable by keyboard.
        <section className={own.card} aria-label={title} tabIndex={0}>
          <header className={own.cardHead}>
            <h2>{title}</h2>
            <ActionIcon aria-label={t('action.close')} onClick={close}>
              <IconX size={18} />
            </ActionIcon>
          </header>
          {card}
        </section>
      )}
    </div>
  );
};
