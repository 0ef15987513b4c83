import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { unmask } from '../gql/fragment-masking.ts';
import { PeopleFoundDocument, PersonNameFragmentDoc } from '../gql/graphql.ts';
import { useRead } from '../graphql.ts';
import { useT } from '../i18n/locale.tsx';
import '../ui/overlayStyles.ts';

/** Finds a person by name or login and hands over the id; those in `without` are not offered. */
export const PersonPicker = ({
  label,
  without,
  pick,
}: {
  label: string;
  without: readonly string[];
  pick: (accountId: string) => void;
}) => {
  const t = useT();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const { data, reading, failure } = useRead(PeopleFoundDocument, { search }, search === '');
  const people = search && data ? unmask(PersonNameFragmentDoc, data.people) : [];
  const offered = people.filter(({ id }) => !without.includes(id));
  return (
    <Select
      label={label}
      placeholder={t('person.search')}
      searchable
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched already, by more than the label shows.
      filter={({ options }) => options}
      data={offered.map(({ id, displayName, login }) => ({
        value: id,
        label: displayName === login ? login : `${displayName} (${login})`,
      }))}
      nothingFoundMessage={search === '' ? t('person.type') : reading ? t('state.loading') : t('state.nothingFound')}
      error={failure ? t('state.failed') : undefined}
      onChange={(id) => {
        if (id) pick(id);
        setTyped('');
      }}
    />
  );
};
