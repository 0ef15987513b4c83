import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { useCommand } from '../../commands.ts';
import {
  EditWitnessSettingsDocument,
  type WitnessKind,
  WitnessSettingsDocument,
  type WitnessSettingsQuery,
} from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { useProblemText } from '../../ui/refusalText.ts';
import { SectionForm } from './SectionForm.tsx';
import classes from './Settings.module.css';
import { useSection } from './useSection.ts';
import '../../ui/overlayStyles.ts';

const kinds = ['DIRECTORY', 'WEBHOOK', 'SERVER'] as const satisfies WitnessKind[];

const Form = ({ saved, readAgain }: { saved: WitnessSettingsQuery['witnessSettings']; readAgain: () => void }) => {
  const t = useT();
  const say = useProblemText();
  const { revision, ...present } = saved;
  const section = useSection(present);
  const { run, busy, refused, forget } = useCommand(EditWitnessSettingsDocument);
  const { targets } = section.values;
  const put = (index: number, patch: Partial<(typeof targets)[number]>) =>
    section.change({ targets: targets.map((target, place) => (place === index ? { ...target, ...patch } : target)) });
  const problemAt = (index: number) =>
    refused?.problems.find(({ path }) => path.startsWith(`values.targets.${index}.`)) ?? null;
  const save = async () => {
    if (await run({ values: section.changed }, { expectedRevision: revision })) section.revert();
    else readAgain();
  };
  return (
    <SectionForm
      title={t('settings.witnesses')}
      text={t('settings.witnesses.text')}
      dirty={section.dirty}
      busy={busy}
      refused={refused}
      shown={['address']}
      save={() => void save()}
      revert={() => {
        section.revert();
        forget();
      }}
    >
      {targets.map((target, index) => {
        const problem = problemAt(index);
        return (
          // Targets have no identity of their own; their place is what one sees of it.
          <div className={classes.target} key={`${index} of ${targets.length}`}>
            <Select
              aria-label={t('settings.witnesses.kind', { place: index + 1 })}
              data={kinds.map((kind) => ({ value: kind, label: t(`witness.${kind}`) }))}
              value={target.kind}
              onChange={(kind) => kind && put(index, { kind })}
            />
            <TextInput
              aria-label={t('settings.witnesses.address', { place: index + 1 })}
              placeholder={t(`witness.${target.kind}.hint`)}
              value={target.address}
              error={problem && say(problem)}
              onChange={(typed) => put(index, { address: typed.currentTarget.value })}
            />
            <ActionIcon
              aria-label={t('settings.witnesses.remove', { place: index + 1 })}
              onClick={() => section.change({ targets: targets.filter((_, place) => place !== index) })}
            >
              <IconX size={15} />
            </ActionIcon>
          </div>
        );
      })}
      <div>
        <Button
          variant="default"
          onClick={() => section.change({ targets: [...targets, { kind: 'DIRECTORY', address: '' }] })}
        >
          {t('settings.witnesses.add')}
        </Button>
      </div>
    </SectionForm>
  );
};

/** Where checkpoints of the log are kept beside this server. */
export const WitnessForm = () => {
  const reading = useRead(WitnessSettingsDocument, { minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {({ witnessSettings }) => <Form saved={witnessSettings} readAgain={reading.readAgain} />}
    </Read>
  );
};
