import { Button, MultiSelect, Pill, TextInput } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useT } from '../../i18n/locale.tsx';
import classes from '../Admin.module.css';
import { type ChangesSearch, changeActions, configuredObjects } from '../addresses.ts';
import { Period } from '../reports/Period.tsx';
import { useTyped } from '../useTyped.ts';
import '../../ui/overlayStyles.ts';

type Change = (patch: { [key in keyof ChangesSearch]?: ChangesSearch[key] | undefined }, replace?: boolean) => void;
type Props = { search: ChangesSearch; change: Change };

const names = ['q', 'actions', 'objects', 'actor', 'object', 'from', 'to'] as const;
const none = <Value,>(values: Value[]) => (values.length > 0 ? values : undefined);

const Chip = ({ label, clear }: { label: string; clear: () => void }) => {
  const t = useT();
  const said = t('admin.events.removeFilter', { filter: label });
  return (
    <Pill
      withRemoveButton
      removeButtonProps={{ 'aria-label': said, tabIndex: 0, 'aria-hidden': false }}
      onRemove={clear}
    >
      {label}
    </Pill>
  );
};

export const ChangeFilters = ({ search, change }: Props) => {
  const t = useT();
  const typed = useTyped(search.q, (q) => change({ q }, true));
  const { actor, object } = search;
  const filtered = names.some((name) => search[name] !== undefined);
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
        label={t('admin.changes.action')}
        placeholder={search.actions ? '' : t('admin.events.all')}
        data={changeActions.map((action) => ({ value: action, label: t(`action.${action}`) }))}
        value={search.actions ?? []}
        onChange={(picked) => change({ actions: none(changeActions.filter((each) => picked.includes(each))) })}
      />
      <MultiSelect
        miw={170}
        maw={360}
        label={t('admin.events.objects')}
        placeholder={search.objects ? '' : t('admin.events.all')}
        data={configuredObjects.map((type) => ({ value: type, label: t(`changed.${type}`) }))}
        value={search.objects ?? []}
        onChange={(picked) => change({ objects: none(configuredObjects.filter((each) => picked.includes(each))) })}
      />
      <Period search={search} change={change} />
      {actor && (
        <Chip label={t('admin.events.actorChip', { id: actor.slice(-8) })} clear={() => change({ actor: undefined })} />
      )}
      {object && (
        <Chip
          label={t('admin.events.objectChip', { id: object.slice(-8) })}
          clear={() => change({ object: undefined })}
        />
      )}
      {filtered && (
        <Button variant="subtle" onClick={() => change(Object.fromEntries(names.map((name) => [name, undefined])))}>
          {t('admin.events.clear')}
        </Button>
      )}
    </div>
  );
};
