import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useForm } from 'react-hook-form';
import { useCommand } from '../commands.ts';
import { CreateConferenceDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import classes from '../ui/Form.module.css';
import { FormSwitch } from '../ui/FormSwitch.tsx';
import { RefusalNotice, useProblems } from '../ui/RefusalNotice.tsx';
import { newId } from '../uuid.ts';
import '../ui/overlayStyles.ts';

const fields = ['title', 'description', 'cid', 'joinWithoutInvitation'] as const;
const cidPattern = /^[A-Za-z0-9_-]*$/;

const Body = ({ close, created }: { close: () => void; created: (conferenceId: string) => void }) => {
  const t = useT();
  const defaultValues = { title: '', description: '', cid: '', joinWithoutInvitation: true };
  const { register, control, handleSubmit, formState } = useForm({ defaultValues });
  const { run, busy, refused } = useCommand(CreateConferenceDocument);
  const problems = useProblems(refused, fields, { CONFERENCE_CID_TAKEN: 'cid' });
  const submit = handleSubmit(async ({ cid, ...asked }) => {
    const conferenceId = newId();
    const chosen = cid ? { cid } : {};
    if (await run({ conferenceId, kind: 'VIRTUAL_ROOM', ...asked, ...chosen })) created(conferenceId);
  });
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={refused} shown={fields} />
      <TextInput
        label={t('conference.title')}
        data-autofocus
        error={formState.errors.title?.message ?? problems.title}
        {...register('title', { required: t('field.required') })}
      />
      <Textarea
        label={t('conference.description')}
        autosize
        minRows={2}
        error={problems.description}
        {...register('description')}
      />
      <TextInput
        label={t('conference.cid')}
        description={t('conference.cid.hint')}
        error={formState.errors.cid?.message ?? problems.cid}
        {...register('cid', { pattern: { value: cidPattern, message: t('conference.cid.pattern') } })}
      />
      <FormSwitch
        control={control}
        name="joinWithoutInvitation"
        label={t('conference.open')}
        description={t('conference.open.hint')}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('conference.create')}
        </Button>
      </div>
    </form>
  );
};

type Asked = { opened: boolean; close: () => void; created: (conferenceId: string) => void };

export const CreateConference = ({ opened, close, created }: Asked) => {
  const t = useT();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('conference.create.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Body close={close} created={created} />
    </Modal>
  );
};
