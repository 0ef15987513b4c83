// Asks before something that cannot be taken back: names the verb and the object, and may want the object typed.
import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Refused } from '../commands.ts';
import { useT } from '../i18n/locale.tsx';
import classes from './Form.module.css';
import { useFocusBack } from './focusTrail.ts';
import { useAsQuestion } from './questions.ts';
import { RefusalNotice } from './RefusalNotice.tsx';
import './overlayStyles.ts';

type Asked = {
  title: string;
  text: ReactNode;
  verb: string;
  opened: boolean;
  busy: boolean;
  refused: Refused | null;
  close: () => void;
  act: (reason: string) => void;
  /** What has to be typed first, for example the login of the account to be deleted. */
  typed?: string;
  /** Whether a reason is asked for; it goes on the record with the event. */
  withReason?: boolean;
  /** Says why it cannot do without a reason. */
  reasonHint?: string;
  /** It is known already that it would be refused: there is only a way back. */
  impossible?: boolean;
  children?: ReactNode;
};

const Body = (asked: Asked) => {
  const { text, verb, busy, refused, close, act, typed, withReason = false, reasonHint, impossible, children } = asked;
  const t = useT();
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState('');
  useFocusBack();
  useAsQuestion();
  const justified = reasonHint === undefined || reason.trim() !== '';
  const agreed = justified && (typed === undefined || answer.trim() === typed);
  return (
    <form
      className={classes.form}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (agreed && !impossible) act(reason.trim());
      }}
    >
      <div>{text}</div>
      <RefusalNotice refused={refused} />
      {children}
      {withReason && !impossible && (
        <Textarea
          label={t('confirm.reason')}
          description={reasonHint ?? t('confirm.reason.hint')}
          required={reasonHint !== undefined}
          value={reason}
          maxLength={500}
          onChange={(change) => setReason(change.currentTarget.value)}
        />
      )}
      {typed !== undefined && !impossible && (
        <TextInput
          label={t('confirm.type', { word: typed })}
          value={answer}
          autoComplete="off"
          spellCheck={false}
          onChange={(change) => setAnswer(change.currentTarget.value)}
        />
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          {t(impossible ? 'action.close' : 'action.cancel')}
        </Button>
        {!impossible && (
          <Button type="submit" color="red" loading={busy} disabled={!agreed}>
            {verb}
          </Button>
        )}
      </div>
    </form>
  );
};

export const Confirm = (asked: Asked) => {
  const t = useT();
  return (
    <Modal
      opened={asked.opened}
      onClose={asked.close}
      title={asked.title}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Body {...asked} />
    </Modal>
  );
};
