import { Button, Textarea, TextInput } from '@mantine/core';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { useCommand } from '../commands.ts';
import {
  type ConferenceSettingsFragment,
  EditConferenceDocument,
  ReassignConferenceIdDocument,
} from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import classes from '../ui/Form.module.css';
import { FormSwitch } from '../ui/FormSwitch.tsx';
import { RefusalNotice, useProblems } from '../ui/RefusalNotice.tsx';

const fields = ['title', 'description', 'joinWithoutInvitation'] as const;

/** Title, description and who may come; saved with the revision that was read, so that no change of another is lost. */
export const ConferenceForm = ({ conference }: { conference: ConferenceSettingsFragment }) => {
  const t = useT();
  const { id, title, description, joinWithoutInvitation, revision } = conference;
  const { register, control, handleSubmit, reset, formState } = useForm({
    defaultValues: { title, description, joinWithoutInvitation },
  });
  const { run, busy, refused, forget } = useCommand(EditConferenceDocument);
  const problems = useProblems(refused, fields);
  const { isDirty } = formState;
  useEffect(() => {
    if (!isDirty) reset({ title, description, joinWithoutInvitation });
  }, [reset, isDirty, title, description, joinWithoutInvitation]);
  const submit = handleSubmit(async (asked) => {
    if (await run({ conferenceId: id, ...asked }, { expectedRevision: revision })) reset(asked);
  });
  const revert = () => {
    reset({ title, description, joinWithoutInvitation });
    forget();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={refused} shown={fields} />
      <TextInput
        label={t('conference.title')}
        error={formState.errors.title?.message ?? problems.title}
        {...register('title', { required: t('field.required') })}
      />
      <Textarea
        label={t('conference.description')}
        autosize
        minRows={2}
        maxRows={8}
        error={problems.description}
        {...register('description')}
      />
      <FormSwitch
        control={control}
        name="joinWithoutInvitation"
        label={t('conference.open')}
        description={t('conference.open.hint')}
      />
      {(isDirty || refused) && (
        <div className={classes.sticky}>
          <Button variant="default" onClick={revert}>
            {t('action.revert')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('action.save')}
          </Button>
        </div>
      )}
    </form>
  );
};

/** Gives the conference another ID; links with the old one stop working at once. */
export const ConferenceIdForm = ({ conference }: { conference: ConferenceSettingsFragment }) => {
  const t = useT();
  const { register, handleSubmit, formState } = useForm({ values: { cid: conference.cid } });
  const { run, busy, refused } = useCommand(ReassignConferenceIdDocument);
  const problems = useProblems(refused, ['cid'], { CONFERENCE_CID_TAKEN: 'cid' });
  const submit = handleSubmit(async ({ cid }) => {
    await run({ conferenceId: conference.id, cid });
  });
  const pattern = { value: /^[A-Za-z0-9_-]+$/, message: t('conference.cid.pattern') };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <RefusalNotice refused={problems.cid ? null : refused} />
      <TextInput
        label={t('conference.cid')}
        description={t('conference.cid.change')}
        error={formState.errors.cid?.message ?? problems.cid}
        {...register('cid', { required: t('field.required'), pattern })}
      />
      {(formState.isDirty || refused) && (
        <div className={classes.actions}>
          <Button type="submit" variant="default" loading={busy}>
            {t('conference.cid.save')}
          </Button>
        </div>
      )}
    </form>
  );
};
