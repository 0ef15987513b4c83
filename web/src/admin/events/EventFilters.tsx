import { Button, MultiSelect, TextInput } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useT } from '../../i18n/locale.tsx';
import classes from '../Admin.module.css';
import { type EventsSearch, objectTypes, severities, sources } from '../addresses.ts';
import { Chip } from '../reports/Chip.tsx';
import { Period } from '../reports/Period.tsx';
import { TextFilter } from '../reports/TextFilter.tsx';
import { useTyped } from '../useTyped.ts';
import { useEventWords } from './EventWords.tsx';
import { eventTypes } from './eventTypes.ts';
import '../../ui/overlayStyles.ts';

type Change = (patch: { [key in keyof EventsSearch]?: EventsSearch[key] | undefined }, replace?: boolean) => void;
type Props = { search: EventsSearch; change: Change };

const filterNames = [
  'q',
  'types',
  'severity',
  'sources',
  'objects',
  'name',
  'ip',
  'actor',
  'object',
  'from',
  'to',
] as const;
const none = <Value,>(values: Value[]) => (values.length > 0 ? values : undefined);

const Chips = ({ search, change }: Props) => {
  const t = useT();
  const { actor, object } = search;
  return (
    <>
      {actor && (
        <Chip label={t('admin.events.actorChip', { id: actor.slice(-8) })} clear={() => change({ actor: undefined })} />
      )}
      {object && (
        <Chip
          label={t('admin.events.objectChip', { id: object.slice(-8) })}
          clear={() => change({ object: undefined })}
        />
      )}
    </>
  );
};

/** Lists of values to choose from. */
const Choices = ({ search, change }: Props) => {
  const t = useT();
  const { what, kind } = useEventWords();
  const choice = { miw: 150, maw: 320 };
  return (
    <>
      <MultiSelect
        {...choice}
        label={t('admin.events.severity')}
        placeholder={search.severity ? '' : t('admin.events.all')}
        data={severities.map((severity) => ({ value: severity, label: t(`severity.${severity}`) }))}
        value={search.severity ?? []}
        onChange={(picked) => change({ severity: none(severities.filter((each) => picked.includes(each))) })}
      />
      <MultiSelect
        {...choice}
        label={t('admin.events.source')}
        placeholder={search.sources ? '' : t('admin.events.all')}
        data={sources.map((source) => ({ value: source, label: t(`source.${source}`) }))}
        value={search.sources ?? []}
        onChange={(picked) => change({ sources: none(sources.filter((each) => picked.includes(each))) })}
      />
      <MultiSelect
        {...choice}
        label={t('admin.events.objects')}
        placeholder={search.objects ? '' : t('admin.events.all')}
        data={objectTypes.map((type) => ({ value: type, label: kind(type) }))}
        value={search.objects ?? []}
        onChange={(picked) => change({ objects: none(objectTypes.filter((each) => picked.includes(each))) })}
      />
      <MultiSelect
        miw={180}
        maw={420}
        label={t('admin.events.types')}
        placeholder={search.types ? '' : t('admin.events.all')}
        searchable
        nothingFoundMessage={t('state.nothingFound')}
        data={eventTypes
          .map((type) => ({ value: type, label: what(type) }))
          .toSorted((a, b) => a.label.localeCompare(b.label))}
        value={search.types ?? []}
        onChange={(picked) => change({ types: none(picked) })}
      />
    </>
  );
};

export const EventFilters = ({ search, change }: Props) => {
  const t = useT();
  const typed = useTyped(search.q, (q) => change({ q }, true));
  const filtered = filterNames.some((each) => search[each] !== undefined);
  const clear = () => change(Object.fromEntries(filterNames.map((each) => [each, undefined])));
  return (
    <div className={classes.filters} role="search" aria-label={t('admin.events.filters')}>
      <TextInput
        className={classes.search ?? ''}
        type="search"
        label={t('admin.events.search')}
        placeholder={t('admin.events.search.hint')}
        leftSection={<IconSearch size={15} />}
        maxLength={200}
        {...typed}
      />
      <TextFilter label={t('admin.events.objectName')} value={search.name} change={(name) => change({ name }, true)} />
      <TextFilter label={t('admin.event.ip')} width={130} value={search.ip} change={(ip) => change({ ip }, true)} />
      <Choices search={search} change={change} />
      <Period search={search} change={change} />
      <Chips search={search} change={change} />
      {filtered && (
        <Button variant="subtle" onClick={clear}>
          {t('admin.events.clear')}
        </Button>
      )}
    </div>
  );
};
