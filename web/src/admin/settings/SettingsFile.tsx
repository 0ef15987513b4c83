// All settings as a file: saved to the administrator's machine, and applied from there after a look at what changes.
import { Button, Checkbox, FileButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Refused, rehearse, useCommand } from '../../commands.ts';
import { ApplySettingsFileDocument, SettingsFileDocument } from '../../gql/graphql.ts';
import { ask } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import form from '../../ui/Form.module.css';
import { Panel } from '../../ui/Panel.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import { FieldTable } from '../changes/FieldTable.tsx';
import '../../ui/overlayStyles.ts';

type Planned = { before: Record<string, unknown>; after: Record<string, unknown> };
type Plan = { changes: { field: string; before: unknown; after: unknown }[] | null; refused: Refused | null };
const nobody: ReadonlyMap<string, string> = new Map();

/** What applying the file would change, asked by a dry run. */
const usePlan = (text: string, confirmLockout: boolean): Plan => {
  const [plan, setPlan] = useState<Plan>({ changes: null, refused: null });
  useEffect(() => {
    let wanted = true;
    void rehearse(ApplySettingsFileDocument, { text, confirmLockout }).then((outcome) => {
      if (!wanted) return;
      if ('refused' in outcome) return setPlan({ changes: null, refused: outcome.refused });
      const changes = (outcome.planned as Planned[]).flatMap(({ before, after }) =>
        Object.entries(after).map(([field, value]) => ({ field, before: before[field], after: value })),
      );
      setPlan({ changes, refused: null });
    });
    return () => {
      wanted = false;
    };
  }, [text, confirmLockout]);
  return plan;
};

const Apply = ({ text, name, close }: { text: string; name: string; close: () => void }) => {
  const t = useT();
  const [confirmLockout, setConfirmLockout] = useState(false);
  const { changes, refused: unusable } = usePlan(text, confirmLockout);
  const { run, busy, refused } = useCommand(ApplySettingsFileDocument);
  const { readAgain } = useKnown();
  const said = refused ?? unusable;
  const act = async (reason: string) => {
    if (!(await run({ text, confirmLockout }, reason ? { reason } : {}))) return;
    close();
    readAgain(); // The name of the server stands in the frame.
  };
  return (
    <Confirm
      opened
      title={t('settings.file.apply.title', { name })}
      text={
        <>
          {changes?.length === 0 && <p>{t('settings.file.same')}</p>}
          {changes && changes.length > 0 && <FieldTable changes={changes} names={nobody} />}
        </>
      }
      verb={t('settings.file.apply.verb')}
      busy={busy}
      refused={said}
      withReason
      close={close}
      act={(reason) => void act(reason)}
    >
      {(confirmLockout || said?.code === 'SETTINGS_LOCKS_YOU_OUT') && (
        <Checkbox
          label={t('settings.file.lockout')}
          checked={confirmLockout}
          onChange={(changed) => setConfirmLockout(changed.currentTarget.checked)}
        />
      )}
    </Confirm>
  );
};

const save = (text: string, day: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `hansard-settings-${day}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
};

export const SettingsFile = () => {
  const t = useT();
  const { date } = useFormat();
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [failed, setFailed] = useState(false);
  const fetchFile = async () => {
    const answer = await ask(SettingsFileDocument, {});
    setFailed(!('data' in answer));
    if ('data' in answer) save(answer.data.settingsFile, date(new Date().toISOString()));
  };
  const open = (chosen: File | null) => {
    if (chosen) void chosen.text().then((text) => setFile({ name: chosen.name, text }));
  };
  return (
    <Panel title={t('settings.file')}>
      <p className={form.hint}>{t('settings.file.text')}</p>
      {failed && <p role="alert">{t('settings.file.failed')}</p>}
      <div className={form.actions}>
        <Button variant="default" onClick={() => void fetchFile()}>
          {t('settings.file.save')}
        </Button>
        <FileButton onChange={open} accept="application/json,.json">
          {(props) => (
            <Button variant="default" {...props}>
              {t('settings.file.apply')}
            </Button>
          )}
        </FileButton>
      </div>
      {file && <Apply text={file.text} name={file.name} close={() => setFile(null)} />}
    </Panel>
  );
};
