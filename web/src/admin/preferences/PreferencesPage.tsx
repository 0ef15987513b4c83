// Preferences of an administrator: language, time zone and CSV, kept on the server; colours, kept in the browser.
import { Select } from '@mantine/core';
import { useCommand } from '../../commands.ts';
import {
  type CsvDelimiter,
  type CsvEncoding,
  EditPreferencesDocument,
  PreferencesDocument,
  type PreferencesQuery,
} from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Colours, timeZones } from '../../ui/Preferences.tsx';
import { useProblems } from '../../ui/RefusalNotice.tsx';
import admin from '../Admin.module.css';
import { SectionForm } from '../settings/SectionForm.tsx';
import classes from '../settings/Settings.module.css';
import { useSection } from '../settings/useSection.ts';
import { takeOver } from './usePreferencesOfServer.ts';
import '../../ui/overlayStyles.ts';

const encodings = ['UTF_8', 'UTF_16', 'WINDOWS_1251'] as const satisfies CsvEncoding[];
const delimiters = ['SEMICOLON', 'COMMA', 'TAB', 'PIPE'] as const satisfies CsvDelimiter[];
const byBrowser = 'browser';

const Form = ({ saved, readAgain }: { saved: PreferencesQuery['preferences']; readAgain: () => void }) => {
  const t = useT();
  const { revision, ...present } = saved;
  const section = useSection(present);
  const { run, busy, refused, forget } = useCommand(EditPreferencesDocument);
  const problems = useProblems(refused, ['timeZone']);
  const { language, timeZone, csvEncoding, csvDelimiter } = section.values;
  const save = async () => {
    if (await run({ values: section.changed }, { expectedRevision: revision })) takeOver(section.values);
    readAgain();
  };
  return (
    <SectionForm
      title={t('preferences.title')}
      text={t('preferences.onServer')}
      dirty={section.dirty}
      busy={busy}
      refused={refused}
      shown={['timeZone']}
      save={() => void save()}
      revert={() => {
        section.revert();
        forget();
      }}
    >
      <Select
        label={t('preferences.language')}
        data={[
          { value: byBrowser, label: t('preferences.byBrowser') },
          { value: 'EN', label: 'English' },
          { value: 'DE', label: 'Deutsch' },
        ]}
        value={language ?? byBrowser}
        onChange={(value) => section.change({ language: value === 'EN' || value === 'DE' ? value : null })}
      />
      <Select
        label={t('preferences.timeZone')}
        description={t('preferences.timeZone.hint')}
        data={[{ value: byBrowser, label: t('preferences.byBrowser') }, ...timeZones]}
        value={timeZone ?? byBrowser}
        error={problems.timeZone}
        searchable
        limit={60}
        nothingFoundMessage={t('state.nothingFound')}
        onChange={(value) => value && section.change({ timeZone: value === byBrowser ? null : value })}
      />
      <Select
        label={t('preferences.csvEncoding')}
        data={encodings.map((value) => ({ value, label: t(`csv.${value}`) }))}
        value={csvEncoding}
        onChange={(value) => value && section.change({ csvEncoding: value })}
      />
      <Select
        label={t('preferences.csvDelimiter')}
        data={delimiters.map((value) => ({ value, label: t(`csv.${value}`) }))}
        value={csvDelimiter}
        onChange={(value) => value && section.change({ csvDelimiter: value })}
      />
    </SectionForm>
  );
};

export const PreferencesPage = () => {
  const t = useT();
  const reading = useRead(PreferencesDocument, {});
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('preferences.title')}</h1>
      </div>
      <div className={classes.columns}>
        <Read reading={reading}>
          {({ preferences: saved }) => <Form saved={saved} readAgain={reading.readAgain} />}
        </Read>
        <Panel title={t('preferences.here')}>
          <Colours />
        </Panel>
      </div>
    </>
  );
};
