import { Button, Modal, Pill, Textarea, TextInput } from '@mantine/core';
import { type Dispatch, type SetStateAction, useState } from 'react';
import { useCommand } from '../../commands.ts';
import { PersonPicker } from '../../conferences/PersonPicker.tsx';
import { HeldConferenceDocument, PersonNamedDocument, PlaceLegalHoldDocument } from '../../gql/graphql.ts';
import { ask } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import form from '../../ui/Form.module.css';
import { useFocusBack } from '../../ui/focusTrail.ts';
import { RefusalNotice, useProblems } from '../../ui/RefusalNotice.tsx';
import { newId } from '../../uuid.ts';
import { ConferencePicker } from '../history/ObjectPicker.tsx';
import classes from './Settings.module.css';
import '../../ui/overlayStyles.ts';

type Named = { id: string; name: string };
const fields = ['name', 'reason'] as const;

const nameOfPerson = async (id: string): Promise<string> => {
  const answer = await ask(PersonNamedDocument, { id });
  const account = 'data' in answer ? answer.data.account : null;
  return account ? account.displayName || account.login : id;
};

const nameOfConference = async (id: string): Promise<string> => {
  const answer = await ask(HeldConferenceDocument, { id });
  return ('data' in answer && answer.data.conference?.title) || id;
};

const Chosen = ({ objects, remove }: { objects: readonly Named[]; remove: (id: string) => void }) => {
  const t = useT();
  return (
    <div className={classes.chosen}>
      {objects.map(({ id, name }) => (
        <Pill
          key={id}
          withRemoveButton
          onRemove={() => remove(id)}
          removeButtonProps={{
            'aria-label': t('settings.holds.leaveOut', { name }),
            tabIndex: 0,
            'aria-hidden': false,
          }}
        >
          {name}
        </Pill>
      ))}
    </div>
  );
};

const idsOf = (objects: readonly Named[]) => objects.map(({ id }) => id);
const without = (objects: readonly Named[], id: string) => objects.filter((each) => each.id !== id);

type SetNamed = Dispatch<SetStateAction<Named[]>>;
type ObjectsProps = {
  people: readonly Named[];
  setPeople: SetNamed;
  conferences: readonly Named[];
  setConferences: SetNamed;
};

/** The accounts and conferences that are to be held. */
const Objects = ({ people, setPeople, conferences, setConferences }: ObjectsProps) => {
  const t = useT();
  const add = (set: SetNamed, id: string, found: Promise<string>) =>
    void found.then((name) => set((before) => [...without(before, id), { id, name }]));
  return (
    <>
      <PersonPicker
        label={t('settings.holds.accounts')}
        without={idsOf(people)}
        pick={(id) => add(setPeople, id, nameOfPerson(id))}
      />
      <Chosen objects={people} remove={(id) => setPeople((before) => without(before, id))} />
      <ConferencePicker
        label={t('settings.holds.conferences')}
        pick={(id) => add(setConferences, id, nameOfConference(id))}
      />
      <Chosen objects={conferences} remove={(id) => setConferences((before) => without(before, id))} />
    </>
  );
};

const Body = ({ close }: { close: () => void }) => {
  const t = useT();
  const [holdId] = useState(newId);
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [people, setPeople] = useState<Named[]>([]);
  const [conferences, setConferences] = useState<Named[]>([]);
  const { run, busy, refused } = useCommand(PlaceLegalHoldDocument);
  const problems = useProblems(refused, fields);
  useFocusBack();
  const submit = async () => {
    const granted = await run({
      holdId,
      name,
      reason,
      accountIds: idsOf(people),
      conferenceIds: idsOf(conferences),
    });
    if (granted) close();
  };
  return (
    <form
      className={form.form}
      noValidate
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <RefusalNotice refused={refused} shown={fields} />
      <TextInput
        label={t('settings.holds.name')}
        value={name}
        error={problems.name}
        onChange={(typed) => setName(typed.currentTarget.value)}
      />
      <Textarea
        label={t('settings.holds.reason')}
        value={reason}
        error={problems.reason}
        autosize
        minRows={2}
        onChange={(typed) => setReason(typed.currentTarget.value)}
      />
      <Objects people={people} setPeople={setPeople} conferences={conferences} setConferences={setConferences} />
      <div className={form.actions}>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('settings.holds.place')}
        </Button>
      </div>
    </form>
  );
};

export const PlaceLegalHold = ({ close }: { close: () => void }) => {
  const t = useT();
  return (
    <Modal
      opened
      onClose={close}
      title={t('settings.holds.place')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Body close={close} />
    </Modal>
  );
};
