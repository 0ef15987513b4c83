// Saving the whole configuration: asks for the passphrase that is to open it, twice.
import { Button, Modal, PasswordInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { Refused } from '../../commands.ts';
import { useT } from '../../i18n/locale.tsx';
import form from '../../ui/Form.module.css';
import { useFocusBack } from '../../ui/focusTrail.ts';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import { type Saved, saveConfiguration } from './configurationFile.ts';
import '../../ui/overlayStyles.ts';

const passphraseMin = 12;

const download = ({ blob, name }: Saved): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};

type Props = { close: () => void; saved: (copied: boolean) => void };

const Body = ({ close, saved }: Props) => {
  const t = useT();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [judged, setJudged] = useState(false);
  useFocusBack();
  const short = passphrase.length < passphraseMin;
  const differs = again !== passphrase;
  const submit = async (submitted: SubmitEvent) => {
    submitted.preventDefault();
    setJudged(true);
    if (short || differs) return;
    setBusy(true);
    const answer = await saveConfiguration(passphrase);
    setBusy(false);
    if ('refused' in answer) return setRefused(answer.refused);
    download(answer);
    saved(answer.copied);
  };
  const shown = { 'aria-label': t('signIn.showPassword') };
  return (
    <form className={form.form} onSubmit={(submitted) => void submit(submitted)} noValidate>
      <div>{t('settings.file.save.text')}</div>
      <RefusalNotice refused={refused} />
      <PasswordInput
        label={t('settings.file.passphrase')}
        description={t('settings.file.passphrase.hint')}
        autoComplete="new-password"
        data-autofocus
        visibilityToggleButtonProps={shown}
        error={judged && short && t('refusal.SETTINGS_PASSPHRASE_SHORT')}
        value={passphrase}
        onChange={(changed) => setPassphrase(changed.currentTarget.value)}
      />
      <PasswordInput
        label={t('settings.file.passphrase.again')}
        autoComplete="new-password"
        visibilityToggleButtonProps={shown}
        error={judged && !short && differs && t('settings.file.passphrase.differs')}
        value={again}
        onChange={(changed) => setAgain(changed.currentTarget.value)}
      />
      <div className={form.actions}>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('settings.file.save.verb')}
        </Button>
      </div>
    </form>
  );
};

export const SaveConfiguration = (props: Props) => {
  const t = useT();
  return (
    <Modal
      opened
      onClose={props.close}
      title={t('settings.file.save.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Body {...props} />
    </Modal>
  );
};
