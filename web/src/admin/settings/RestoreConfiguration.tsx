// Restoring a configuration: the passphrase, a look at what it would do, the doing, and what came of it.
import { Button, Modal, PasswordInput, Textarea } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { Refused } from '../../commands.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import form from '../../ui/Form.module.css';
import { useFocusBack } from '../../ui/focusTrail.ts';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import { type About, type Restored, restoreConfiguration } from './configurationFile.ts';
import { RestorePlan } from './RestorePlan.tsx';
import classes from './Settings.module.css';
import '../../ui/overlayStyles.ts';

type Phase = 'asking' | 'looking' | 'planned' | 'doing' | 'done';
type State = { phase: Phase; about: About | null; objects: Restored[]; refused: Refused | null };
const empty: State = { phase: 'asking', about: null, objects: [], refused: null };
const sections = 5;
const tellEveryMs = 200;

/** Runs a rehearsal or the restore itself; what it tells is shown a few times a second, however fast it comes. */
const useRestore = (file: Blob, passphrase: string) => {
  const [state, setState] = useState<State>(empty);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const { current } = leaving;
    return () => current.abort();
  }, []);
  const run = async (dryRun: boolean, reason = '') => {
    const objects: Restored[] = [];
    let about: About | null = null;
    const phase: Phase = dryRun ? 'looking' : 'doing';
    const show = () => setState({ phase, about, objects: [...objects], refused: null });
    show();
    const telling = setInterval(show, tellEveryMs);
    const heard = { about: (told: About) => void (about = told), object: (told: Restored) => void objects.push(told) };
    // What is being done goes on at the server whoever looks; a look ends with its reader.
    const signal = dryRun ? leaving.current.signal : undefined;
    const refused = await restoreConfiguration(file, { passphrase, dryRun, reason }, heard, signal);
    clearInterval(telling);
    const ended: Phase = dryRun ? 'planned' : 'done';
    setState({ phase: refused && dryRun ? 'asking' : ended, about, objects, refused });
    return refused === null;
  };
  return { ...state, run };
};

const HowFar = ({ about, objects, phase }: Pick<State, 'about' | 'objects' | 'phase'>) => {
  const t = useT();
  const all = about ? about.accounts + about.conferences + sections : 0;
  const text = t(`settings.file.restore.${phase === 'doing' ? 'doing' : 'looking'}`, { done: objects.length, all });
  return (
    <div className={classes.howFar}>
      <div role="status">{text}</div>
      <progress value={objects.length} max={Math.max(1, all)} aria-label={text} />
    </div>
  );
};

type Props = { file: File; close: () => void };

const Body = ({ file, close }: Props) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { readAgain } = useKnown();
  const [passphrase, setPassphrase] = useState('');
  const [reason, setReason] = useState('');
  const { phase, about, objects, refused, run } = useRestore(file, passphrase);
  useFocusBack();
  const busy = phase === 'looking' || phase === 'doing';
  const act = async (submitted: SubmitEvent) => {
    submitted.preventDefault();
    if (phase === 'asking') await run(true);
    else if (await run(false, reason.trim())) readAgain(); // The name of the server stands in the frame.
  };
  const nothing = objects.every(({ outcome }) => outcome === 'unchanged' || outcome === 'conflict');
  return (
    <form className={form.form} onSubmit={(submitted) => void act(submitted)}>
      <RefusalNotice refused={refused} />
      {phase === 'asking' && (
        <PasswordInput
          label={t('settings.file.passphrase')}
          description={t('settings.file.passphrase.old')}
          autoComplete="off"
          data-autofocus
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          value={passphrase}
          onChange={(changed) => setPassphrase(changed.currentTarget.value)}
        />
      )}
      {busy && <HowFar about={about} objects={objects} phase={phase} />}
      {!busy && about && (
        <p className={form.hint}>{t('settings.file.savedAt', { at: dateTime(about.savedAt), ...about })}</p>
      )}
      {(phase === 'planned' || phase === 'done') && <RestorePlan objects={objects} done={phase === 'done'} />}
      {phase === 'planned' && !nothing && (
        <Textarea
          label={t('confirm.reason')}
          description={t('confirm.reason.hint')}
          value={reason}
          maxLength={500}
          onChange={(change) => setReason(change.currentTarget.value)}
        />
      )}
      <div className={form.actions}>
        <Button variant="default" onClick={close}>
          {t(phase === 'done' || (phase === 'planned' && nothing) ? 'action.close' : 'action.cancel')}
        </Button>
        {phase === 'asking' && <Button type="submit">{t('settings.file.restore.look')}</Button>}
        {phase === 'planned' && !nothing && (
          <Button type="submit" color="red">
            {t('settings.file.restore.verb')}
          </Button>
        )}
        {phase === 'done' && refused && <Button type="submit">{t('settings.file.restore.again')}</Button>}
      </div>
    </form>
  );
};

export const RestoreConfiguration = ({ file, close }: Props) => {
  const t = useT();
  return (
    <Modal
      opened
      size="lg"
      onClose={close}
      closeOnClickOutside={false}
      title={t('settings.file.restore.title', { name: file.name })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Body file={file} close={close} />
    </Modal>
  );
};
