import { Button, MultiSelect, Pill, Select, TextInput } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useT } from '../../i18n/locale.tsx';
import classes from '../Admin.module.css';
import { type EventsSearch, objectTypes, severities } from '../addresses.ts';
import { useTyped } from '../useTyped.ts';
import { useEventWords } from './EventWords.tsx';
import { eventTypes } from './eventTypes.ts';
import '../../ui/overlayStyles.ts';

type Change = (patch: { [key in keyof EventsSearch]?: EventsSearch[key] | undefined }, replace?: boolean) => void;
type Props = { search: EventsSearch; change: Change };

const filterNames = ['q', 'types', 'severity', 'objects', 'actor', 'object', 'from', 'to'] as const;
const presets = ['now-1h', 'now-24h', 'now-7d', 'now-30d'] as const;
const isPreset = (from: string): from is (typeof presets)[number] => presets.some((each) => each === from);
const none = <Value,>(values: Value[]) => (values.length > 0 ? values : undefined);

/** A preset, or from and to of one's own in the chosen time zone. */
const Period = ({ search, change }: Props) => {
  const t = useT();
  const { from, to } = search;
  const own = to !== undefined || (from !== undefined && !isPreset(from));
  const value = own ? 'own' : (from ?? 'any');
  const pick = (picked: string | null) => {
    if (picked === 'own') change({ from: `${new Date().toISOString().slice(0, 10)}T00:00`, to: undefined });
    else change({ from: picked === 'any' || picked === null ? undefined : picked, to: undefined });
  };
  return (
    <>
      <Select
        w={160}
        label={t('admin.events.period')}
        value={value}
        onChange={pick}
        data={[
          { value: 'any', label: t('admin.events.period.any') },
          ...presets.map((preset) => ({ value: preset, label: t(`admin.events.period.${preset}`) })),
          { value: 'own', label: t('admin.events.period.own') },
        ]}
      />
      {own && (
        <>
          <TextInput
            type="datetime-local"
            label={t('admin.events.from')}
            value={from ?? ''}
            onChange={(typed) => change({ from: typed.currentTarget.value || undefined })}
          />
          <TextInput
            type="datetime-local"
            label={t('admin.events.to')}
            value={to ?? ''}
            onChange={(typed) => change({ to: typed.currentTarget.value || undefined })}
          />
        </>
      )}
    </>
  );
};

const Chips = ({ search, change }: Props) => {
  const t = useT();
  const { actor, object } = search;
  const chip = (label: string, clear: () => void) => (
    <Pill
      withRemoveButton
      removeButtonProps={{
        'aria-label': t('admin.events.removeFilter', { filter: label }),
        tabIndex: 0,
        'aria-hidden': false,
      }}
      onRemove={clear}
    >
      {label}
    </Pill>
  );
  return (
    <>
      {actor && chip(t('admin.events.actorChip', { id: actor.slice(-8) }), () => change({ actor: undefined }))}
      {object && chip(t('admin.events.objectChip', { id: object.slice(-8) }), () => change({ object: undefined }))}
    </>
  );
};

export const EventFilters = ({ search, change }: Props) => {
  const t = useT();
  const { what, kind } = useEventWords();
  const typed = useTyped(search.q, (q) => change({ q }, true));
  const filtered = filterNames.some((name) => search[name] !== undefined);
  const clear = () => change(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  return (
    <div className={classes.filters} role="search" aria-label={t('admin.events.filters')}>
      <TextInput
        className={classes.search ?? ''}
        type="search"
        label={t('admin.events.search')}
        placeholder={t('admin.events.search.hint')}
        leftSection={<IconSearch size={15} />}
        {...typed}
      />
      <MultiSelect
        miw={170}
        maw={320}
        label={t('admin.events.severity')}
        placeholder={search.severity ? '' : t('admin.events.all')}
        data={severities.map((severity) => ({ value: severity, label: t(`severity.${severity}`) }))}
        value={search.severity ?? []}
        onChange={(picked) => change({ severity: none(severities.filter((each) => picked.includes(each))) })}
      />
      <MultiSelect
        miw={170}
        maw={320}
        label={t('admin.events.objects')}
        placeholder={search.objects ? '' : t('admin.events.all')}
        data={objectTypes.map((type) => ({ value: type, label: kind(type) }))}
        value={search.objects ?? []}
        onChange={(picked) => change({ objects: none(objectTypes.filter((each) => picked.includes(each))) })}
      />
      <MultiSelect
        miw={200}
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
