// What a restore does or did to each object of a file: how many met which end, and the objects of one of them.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { type MessageId, useT } from '../../i18n/locale.tsx';
import { refusalId } from '../../ui/refusalText.ts';
import { FieldValue, fieldName } from '../changes/ChangeWords.tsx';
import { type Outcome, outcomes, type Restored } from './configurationFile.ts';
import classes from './Settings.module.css';

const shownAtOnce = 100;
const kinds = { settings: 'changed.SETTINGS', account: 'changed.ACCOUNT', conference: 'changed.CONFERENCE' } as const;
const nobody: ReadonlyMap<string, string> = new Map();

const Differences = ({ differences }: Pick<Restored, 'differences'>) => {
  const t = useT();
  return differences.map(({ field, before, after }) => (
    <div key={field} className={classes.muted}>
      {field === 'password' ? t('account.password') : fieldName(t, field)}
      {(before !== null || after !== null) && (
        <>
          {': '}
          <FieldValue value={before} names={nobody} /> → <FieldValue value={after} names={nobody} />
        </>
      )}
    </div>
  ));
};

const One = ({ kind, id, name, differences, notes }: Restored) => {
  const t = useT();
  return (
    <li className={classes.hold}>
      <div className={classes.holdText}>
        <span className={classes.muted}>{t(kinds[kind])}</span>{' '}
        <span className={classes.name}>{kind === 'settings' ? t(`section.${id}` as MessageId) : name}</span>
        <Differences differences={differences} />
        {notes.map(({ code }) => (
          <div key={code}>{t(refusalId(code))}</div>
        ))}
      </div>
    </li>
  );
};

export const RestorePlan = ({ objects, done }: { objects: readonly Restored[]; done: boolean }) => {
  const t = useT();
  const [wanted, setWanted] = useState<Outcome | null>(null);
  const [most, setMost] = useState(shownAtOnce);
  const counts = new Map<Outcome, number>();
  for (const { outcome } of objects) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const present = outcomes.filter((outcome) => counts.has(outcome));
  const outcome = wanted !== null && counts.has(wanted) ? wanted : (present[0] ?? 'unchanged');
  const found = objects.filter((object) => object.outcome === outcome);
  return (
    <>
      <div className={classes.chosen} role="group" aria-label={t('settings.file.outcome')}>
        {present.map((each) => (
          <Button
            key={each}
            size="compact-sm"
            variant={each === outcome ? 'light' : 'default'}
            aria-pressed={each === outcome}
            onClick={() => {
              setWanted(each);
              setMost(shownAtOnce);
            }}
          >
            {t(`settings.file.${done ? 'was' : 'would'}.${each}`, { count: counts.get(each) ?? 0 })}
          </Button>
        ))}
      </div>
      <ul className={classes.restored} tabIndex={0} aria-label={t('settings.file.outcome')}>
        {found.slice(0, most).map((object) => (
          <One key={`${object.kind} ${object.id}`} {...object} />
        ))}
      </ul>
      {found.length > most && (
        <Button variant="default" onClick={() => setMost(most + shownAtOnce)}>
          {t('action.more')}
        </Button>
      )}
    </>
  );
};
