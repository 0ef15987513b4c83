// Takes a change back: says first what was changed again since, and overwrites only what is ticked.
import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { type Refused, useCommand } from '../../commands.ts';
import { type ChangeLineFragment, RevertChangeDocument } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import '../choiceStyles.ts';
import own from './Changes.module.css';
import { FieldValue, fieldName, namesOf, useObjectName } from './ChangeWords.tsx';

type Conflict = { field: string; before: unknown; after: unknown; now: unknown };
type Props = { change: ChangeLineFragment; close: () => void; done: () => void };

const conflictsIn = (refused: Refused | null): Conflict[] | null => {
  if (refused?.code !== 'CHANGE_CONFLICTS') return null;
  const { conflicts } = refused.details as { conflicts?: Conflict[] };
  return conflicts ?? [];
};

const Conflicts = ({
  conflicts,
  change,
  chosen,
  choose,
}: {
  conflicts: readonly Conflict[];
  change: ChangeLineFragment;
  chosen: readonly string[];
  choose: (fields: string[]) => void;
}) => {
  const t = useT();
  const names = namesOf(change);
  return (
    <fieldset className={own.conflicts}>
      <legend>{t('admin.revert.conflicts')}</legend>
      {conflicts.map(({ field, before, now }) => (
        <Checkbox
          key={field}
          label={t('admin.revert.overwrite', { field: fieldName(t, field) })}
          description={
            <>
              <span className={own.was}>
                <FieldValue value={now} names={names} />
              </span>
              {' → '}
              <span className={own.is}>
                <FieldValue value={before} names={names} />
              </span>
            </>
          }
          checked={chosen.includes(field)}
          onChange={(ticked) =>
            choose(ticked.currentTarget.checked ? [...chosen, field] : chosen.filter((each) => each !== field))
          }
        />
      ))}
    </fieldset>
  );
};

export const Revert = ({ change, close, done }: Props) => {
  const t = useT();
  const told = useObjectName();
  const { run, busy, refused } = useCommand(RevertChangeDocument);
  const [conflicts, setConflicts] = useState<Conflict[] | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [confirmed, setConfirmed] = useState(false);
  const found = conflictsIn(refused);
  if (found && JSON.stringify(found) !== JSON.stringify(conflicts)) setConflicts(found);
  const lockout = refused?.code === 'SETTINGS_LOCKS_YOU_OUT' || confirmed;
  const act = async (reason: string) => {
    const asked = { eventId: change.eventId, overwrite: conflicts ? chosen : null, confirmLockout: confirmed };
    if (await run(asked, reason ? { reason } : {})) done();
  };
  return (
    <Confirm
      opened
      title={t('admin.revert.title', { number: change.number ?? '…' })}
      text={t('admin.revert.text', { object: told(change) })}
      verb={t('admin.revert')}
      busy={busy}
      refused={found ? null : refused}
      withReason
      close={close}
      act={(reason) => void act(reason)}
    >
      {conflicts ? (
        <Conflicts conflicts={conflicts} change={change} chosen={chosen} choose={setChosen} />
      ) : (
        <ul>
          {change.changes.map(({ field, before, after }) => (
            <li key={field}>
              {fieldName(t, field)}:{' '}
              <span className={own.was}>
                <FieldValue value={after} names={namesOf(change)} />
              </span>
              {' → '}
              <span className={own.is}>
                <FieldValue value={before} names={namesOf(change)} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {lockout && (
        <Checkbox
          label={t('settings.access.lockout.verb')}
          checked={confirmed}
          onChange={(ticked) => setConfirmed(ticked.currentTarget.checked)}
        />
      )}
    </Confirm>
  );
};
