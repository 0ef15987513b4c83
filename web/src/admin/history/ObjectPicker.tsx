// Chooses whose history to see: a kind, then the object by name, or by its id.
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { PersonPicker } from '../../conferences/PersonPicker.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import { ConferenceListDocument, ConferenceSummaryFragmentDoc } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import { type HistoricType, historicTypes, settingsSections } from '../addresses.ts';
import { useEventWords } from '../events/EventWords.tsx';
import { IdInput } from './IdInput.tsx';
import own from './ObjectPicker.module.css';
import '../../ui/overlayStyles.ts';

type Pick = (id: string) => void;

export const ConferencePicker = ({ label, pick }: { label: string; pick: Pick }) => {
  const t = useT();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const { data, reading } = useRead(ConferenceListDocument, { first: 20, search });
  const found = (data?.conferences.edges ?? []).map(({ node }) => unmask(ConferenceSummaryFragmentDoc, node));
  return (
    <Select
      label={label}
      placeholder={t('admin.conferences.search')}
      searchable
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      data={found.map(({ id, title, cid }) => ({ value: id, label: `${title} (${cid})` }))}
      nothingFoundMessage={reading ? t('state.loading') : t('state.nothingFound')}
      onChange={(id) => {
        if (id) pick(id);
        setTyped('');
      }}
    />
  );
};

const Finder = ({ type, id, pick }: { type: HistoricType; id: string | undefined; pick: Pick }) => {
  const t = useT();
  const { server } = useKnown();
  const label = t('admin.history.object');
  if (type === 'settings') {
    return (
      <Select
        label={label}
        data={settingsSections.map((section) => ({ value: section, label: t(`section.${section}`) }))}
        value={id ?? null}
        onChange={(section) => section && pick(section)}
      />
    );
  }
  if (type === 'account' || type === 'preferences') return <PersonPicker label={label} without={[]} pick={pick} />;
  // Listing conferences is for administrators; others come here from the report, or know the id.
  if (type === 'conference' && server.roleHere === 'ADMIN') return <ConferencePicker label={label} pick={pick} />;
  return <IdInput key={id} label={t('admin.id')} id={id ?? ''} pick={pick} />;
};

type Props = { type: HistoricType; id: string | undefined; pick: (type: HistoricType, id: string | undefined) => void };

export const ObjectPicker = ({ type, id, pick }: Props) => {
  const t = useT();
  const { kind } = useEventWords();
  return (
    <div className={own.picker}>
      <Select
        w={170}
        label={t('admin.history.kind')}
        data={historicTypes.map((each) => ({ value: each, label: kind(each) }))}
        value={type}
        onChange={(picked) => {
          const found = historicTypes.find((each) => each === picked);
          if (found) pick(found, undefined);
        }}
      />
      <Finder type={type} id={id} pick={(picked) => pick(type, picked)} />
    </div>
  );
};
