// Copies the whole selection of a report into a file, and shows how far that is.
import { Button, Modal, Select } from '@mantine/core';
import { useEffect, useState } from 'react';

import { useCommand } from '../../commands.ts';
import {
  type CsvDelimiter,
  type CsvEncoding,
  type ExportKind,
  type ExportSelection,
  PreferencesDocument,
  PrepareReportExportDocument,
  ReportExportStateDocument,
} from '../../gql/graphql.ts';
import { ask, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useLanguage, useT } from '../../i18n/locale.tsx';
import form from '../../ui/Form.module.css';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import { newId } from '../../uuid.ts';
import classes from '../Admin.module.css';
import '../../ui/overlayStyles.ts';

const kinds: ExportKind[] = ['CSV', 'NDJSON'];
const encodings: CsvEncoding[] = ['UTF_8', 'UTF_16', 'WINDOWS_1251'];
const delimiters: CsvDelimiter[] = ['SEMICOLON', 'COMMA', 'TAB', 'PIPE'];
const oneOf = <Value extends string>(values: readonly Value[], picked: string | null): Value | undefined =>
  values.find((value) => value === picked);

type Progress = { rows: number; estimate?: number | null; outcome?: string | null };
const lookEveryMs = 700;

/** The browser saves it: what is attached does not leave the page. */
const download = (exportId: string): void => {
  const link = document.createElement('a');
  link.href = `/exports/${exportId}`;
  link.download = '';
  link.click();
};

/** Looks after a download until it ended. */
const useProgress = (exportId: string | null, turn: number): Progress | null => {
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    setProgress(null);
    if (exportId === null) return;
    let wanted = true;
    const look = async (): Promise<void> => {
      const answer = await ask(ReportExportStateDocument, { id: exportId });
      if (!wanted) return;
      const state = 'data' in answer ? answer.data.reportExport : null;
      if (state) setProgress(state);
      if (!state?.outcome) setTimeout(() => void look(), lookEveryMs);
    };
    void look();
    return () => {
      wanted = false;
    };
  }, [exportId, turn]);
  return progress;
};

const Told = ({ progress }: { progress: Progress }) => {
  const t = useT();
  const { number } = useFormat();
  const { estimate, outcome } = progress;
  const rows = number(progress.rows);
  if (outcome === 'completed') return t('admin.export.completed', { count: progress.rows });
  if (outcome === 'cancelled') return t('admin.export.cancelled', { rows });
  if (outcome === 'failed') return t('admin.export.failed');
  return estimate == null
    ? t('admin.export.busy', { rows })
    : t('admin.export.busyOf', { rows, estimate: number(estimate) });
};

const Choices = ({ selection, close }: { selection: () => ExportSelection; close: () => void }) => {
  const t = useT();
  const language = useLanguage();
  const { timeZone } = useFormat();
  const [kind, setKind] = useState<ExportKind>('CSV');
  const { data: chosen } = useRead(PreferencesDocument, {});
  const [ownEncoding, setEncoding] = useState<CsvEncoding | null>(null);
  const [ownDelimiter, setDelimiter] = useState<CsvDelimiter | null>(null);
  const encoding = ownEncoding ?? chosen?.preferences.csvEncoding ?? 'UTF_8';
  const delimiter = ownDelimiter ?? chosen?.preferences.csvDelimiter ?? 'SEMICOLON';
  const [started, setStarted] = useState<{ id: string | null; turn: number }>({ id: null, turn: 0 });
  const { run, busy, refused } = useCommand(PrepareReportExportDocument);
  const progress = useProgress(started.id, started.turn);
  const begin = async () => {
    const exportId = newId();
    const csv = kind === 'CSV' ? { encoding, delimiter } : {};
    const format = { kind, ...csv, timeZone, language: language === 'de' ? ('DE' as const) : ('EN' as const) };
    if (!(await run({ exportId, selection: selection(), format }))) return;
    download(exportId);
    setStarted(({ turn }) => ({ id: exportId, turn: turn + 1 }));
  };
  return (
    <form
      className={form.form}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void begin();
      }}
    >
      <p>{t('admin.export.text', { timeZone })}</p>
      <RefusalNotice refused={refused} />
      <Select
        label={t('admin.export.kind')}
        value={kind}
        allowDeselect={false}
        onChange={(picked) => setKind(oneOf(kinds, picked) ?? kind)}
        data={kinds.map((value) => ({ value, label: t(`admin.export.kind.${value}`) }))}
      />
      {kind === 'CSV' && (
        <>
          <Select
            label={t('admin.export.encoding')}
            value={encoding}
            allowDeselect={false}
            onChange={(picked) => setEncoding(oneOf(encodings, picked) ?? encoding)}
            data={encodings.map((value) => ({ value, label: t(`csv.${value}`) }))}
          />
          <Select
            label={t('admin.export.delimiter')}
            value={delimiter}
            allowDeselect={false}
            onChange={(picked) => setDelimiter(oneOf(delimiters, picked) ?? delimiter)}
            data={delimiters.map((value) => ({ value, label: t(`csv.${value}`) }))}
          />
        </>
      )}
      <p role="status" className={classes.count}>
        {progress && <Told progress={progress} />}
      </p>
      <div className={form.actions}>
        <Button variant="default" onClick={close}>
          {t('action.close')}
        </Button>
        <Button type="submit" loading={busy}>
          {t(started.id === null ? 'admin.export.start' : 'admin.export.again')}
        </Button>
      </div>
    </form>
  );
};

/** `selection`: asked for when the export begins, so that relative periods mean that moment. */
export const ExportReport = ({ selection }: { selection: () => ExportSelection }) => {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {t('admin.export')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('admin.export')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        <Choices selection={selection} close={close} />
      </Modal>
    </>
  );
};
