// Where the reader says which moment, or which event, the dashboard is to show.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { MomentOfDocument } from '../../gql/graphql.ts';
import { ask } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useFailureText } from '../../ui/refusalText.ts';
import { momentOf } from '../events/moments.ts';
import classes from './Past.module.css';

/** `found` is told the number of the event; `close` that nothing is looked for any more. */
const MomentPicker = ({ found, close }: { found: (number: string) => void; close: () => void }) => {
  const t = useT();
  const say = useFailureText();
  const { timeZone } = useFormat();
  const [at, setAt] = useState('');
  const [event, setEvent] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const number = event.trim().replace(/^#/, '');
  const go = async (submitted: FormEvent) => {
    submitted.preventDefault();
    const moment = momentOf(at, timeZone);
    if (number === '' ? moment === null : !/^\d{1,18}$/.test(number)) return setWrong(t('past.pick.missing'));
    const answer = await ask(MomentOfDocument, { asOf: number === '' ? { moment } : { number } });
    if ('failure' in answer) return setWrong(say(answer.failure));
    if (answer.data.moment) found(answer.data.moment.number);
  };
  return (
    <form
      className={classes.picker}
      aria-label={t('past.pick')}
      onSubmit={(submitted) => void go(submitted)}
      noValidate
    >
      <TextInput
        type="datetime-local"
        label={t('past.pick.moment', { timeZone })}
        value={at}
        disabled={number !== ''}
        onChange={(typed) => setAt(typed.currentTarget.value)}
        autoFocus
      />
      <TextInput
        label={t('past.pick.event')}
        inputMode="numeric"
        placeholder="#"
        value={event}
        onChange={(typed) => setEvent(typed.currentTarget.value)}
      />
      <Button type="submit">{t('past.pick.go')}</Button>
      <Button variant="default" onClick={close}>
        {t('action.close')}
      </Button>
      {wrong && (
        <p className={classes.wrong} role="alert">
          {wrong}
        </p>
      )}
    </form>
  );
};
export default MomentPicker;
