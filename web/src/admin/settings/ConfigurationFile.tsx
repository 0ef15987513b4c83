// The whole configuration as a file: saved under a passphrase, and restored on this server or another one.
import { Button, FileButton } from '@mantine/core';
import { useState } from 'react';
import { useT } from '../../i18n/locale.tsx';
import form from '../../ui/Form.module.css';
import { Panel } from '../../ui/Panel.tsx';
import { RestoreConfiguration } from './RestoreConfiguration.tsx';
import { SaveConfiguration } from './SaveConfiguration.tsx';

export const ConfigurationFile = () => {
  const t = useT();
  const [saving, setSaving] = useState(false);
  const [copied, setCopied] = useState<boolean | null>(null);
  const [file, setFile] = useState<File | null>(null);
  return (
    <Panel title={t('settings.file')}>
      <p className={form.hint}>{t('settings.file.text')}</p>
      {copied !== null && <p role="status">{t(copied ? 'settings.file.copied' : 'settings.file.notCopied')}</p>}
      <div className={form.actions}>
        <Button variant="default" onClick={() => setSaving(true)}>
          {t('settings.file.save')}
        </Button>
        <FileButton onChange={(chosen) => chosen && setFile(chosen)} accept=".hansard,.json">
          {(props) => (
            <Button variant="default" {...props}>
              {t('settings.file.restore')}
            </Button>
          )}
        </FileButton>
      </div>
      {saving && (
        <SaveConfiguration
          close={() => setSaving(false)}
          saved={(hasCopy) => {
            setSaving(false);
            setCopied(hasCopy);
          }}
        />
      )}
      {file && <RestoreConfiguration file={file} close={() => setFile(null)} />}
    </Panel>
  );
};
