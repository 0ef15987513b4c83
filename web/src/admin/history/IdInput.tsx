import { TextInput } from '@mantine/core';
import type { SubmitEvent } from 'react';

/** Takes an id that was copied from elsewhere. */
export const IdInput = ({ label, id, pick }: { label: string; id: string; pick: (id: string) => void }) => {
  const submit = (submitted: SubmitEvent<HTMLFormElement>) => {
    submitted.preventDefault();
    const value = new FormData(submitted.currentTarget).get('id');
    if (typeof value === 'string' && value.trim()) pick(value.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextInput name="id" label={label} defaultValue={id} w={320} autoComplete="off" spellCheck={false} />
    </form>
  );
};
