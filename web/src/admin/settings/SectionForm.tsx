// One section of the settings: its fields, and at the bottom what was not saved yet.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Refused } from '../../commands.ts';
import { useT } from '../../i18n/locale.tsx';
import classes from '../../ui/Form.module.css';
import { Panel } from '../../ui/Panel.tsx';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';

type Props = {
  title: string;
  text?: string;
  dirty: boolean;
  busy: boolean;
  refused: Refused | null;
  /** Fields that say themselves what is wrong with them. */
  shown?: readonly string[];
  save: () => void;
  revert: () => void;
  children: ReactNode;
};

export const SectionForm = ({ title, text, dirty, busy, refused, shown = [], save, revert, children }: Props) => {
  const t = useT();
  return (
    <Panel title={title}>
      <form
        className={classes.form}
        aria-label={title}
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          if (dirty) save();
        }}
      >
        {text && <p className={classes.hint}>{text}</p>}
        <RefusalNotice refused={refused} shown={shown} />
        {children}
        {(dirty || refused) && (
          <div className={classes.sticky}>
            <Button variant="default" onClick={revert}>
              {t('action.revert')}
            </Button>
            <Button type="submit" loading={busy} disabled={!dirty}>
              {t('action.save')}
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
};
