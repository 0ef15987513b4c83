import { TextInput } from '@mantine/core';
import { useCommand } from '../../commands.ts';
import {
  EditRetentionSettingsDocument,
  RetentionSettingsDocument,
  type RetentionSettingsQuery,
} from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import classes from '../../ui/Form.module.css';
import { Read } from '../../ui/PageState.tsx';
import { useProblems } from '../../ui/RefusalNotice.tsx';
import { RetentionRuns } from './RetentionRuns.tsx';
import { SectionForm } from './SectionForm.tsx';
import { useSection } from './useSection.ts';

const fields = ['eventDays', 'callDays', 'chatDays'] as const;

const Form = ({ saved, readAgain }: { saved: RetentionSettingsQuery['retentionSettings']; readAgain: () => void }) => {
  const t = useT();
  const { revision, ...present } = saved;
  const section = useSection(present);
  const { run, busy, refused, forget } = useCommand(EditRetentionSettingsDocument);
  const problems = useProblems(refused, fields);
  const save = async () => {
    if (await run({ values: section.changed }, { expectedRevision: revision })) section.revert();
    else readAgain();
  };
  return (
    <SectionForm
      title={t('settings.retention')}
      text={t('settings.retention.text')}
      dirty={section.dirty}
      busy={busy}
      refused={refused}
      shown={fields}
      save={() => void save()}
      revert={() => {
        section.revert();
        forget();
      }}
    >
      <div className={classes.row}>
        {fields.map((field) => (
          <TextInput
            key={field}
            type="number"
            min={1}
            label={t(`settings.retention.${field}`)}
            placeholder={t('settings.retention.off')}
            value={section.values[field] ?? ''}
            error={problems[field]}
            onChange={(typed) => {
              const { value, valueAsNumber } = typed.currentTarget;
              section.change({
                [field]: value === '' || Number.isNaN(valueAsNumber) ? null : Math.trunc(valueAsNumber),
              });
            }}
          />
        ))}
      </div>
      <RetentionRuns />
    </SectionForm>
  );
};

/** How long events, calls and chat messages are kept. */
export const RetentionForm = () => {
  const reading = useRead(RetentionSettingsDocument, { minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {({ retentionSettings }) => <Form saved={retentionSettings} readAgain={reading.readAgain} />}
    </Read>
  );
};
