import { TextInput } from '@mantine/core';
import { useCommand } from '../../commands.ts';
import { EditGeneralSettingsDocument, GeneralSettingsDocument, type GeneralSettingsQuery } from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { useProblems } from '../../ui/RefusalNotice.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import { SectionForm } from './SectionForm.tsx';
import { useSection } from './useSection.ts';

const fields = ['serverName', 'announcedAddress'] as const;

const Form = ({ saved, readAgain }: { saved: GeneralSettingsQuery['generalSettings']; readAgain: () => void }) => {
  const t = useT();
  const { readAgain: readServer } = useKnown();
  const { revision, ...present } = saved;
  const section = useSection(present);
  const { run, busy, refused, forget } = useCommand(EditGeneralSettingsDocument);
  const problems = useProblems(refused, fields);
  const save = async () => {
    if (await run({ values: section.changed }, { expectedRevision: revision })) {
      section.revert();
      readServer();
    } else readAgain();
  };
  return (
    <SectionForm
      title={t('settings.general')}
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
      {fields.map((field) => (
        <TextInput
          key={field}
          label={t(`settings.general.${field}`)}
          description={t(`settings.general.${field}.hint`)}
          value={section.values[field]}
          error={problems[field]}
          autoComplete="off"
          onChange={(typed) => section.change({ [field]: typed.currentTarget.value })}
        />
      ))}
    </SectionForm>
  );
};

/** Name and announced address of the server. */
export const GeneralForm = () => {
  const reading = useRead(GeneralSettingsDocument, { minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {({ generalSettings }) => <Form saved={generalSettings} readAgain={reading.readAgain} />}
    </Read>
  );
};
