import { Select, TextInput } from '@mantine/core';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import '../../ui/overlayStyles.ts';

type Given = { from?: string; to?: string };
type Change = (patch: { from?: string | undefined; to?: string | undefined }) => void;

const presets = ['now-1h', 'now-24h', 'now-7d', 'now-30d'] as const;
const isPreset = (from: string): from is (typeof presets)[number] => presets.some((each) => each === from);

/** A preset, or from and to of one's own in the chosen time zone. */
export const Period = ({ search, change }: { search: Given; change: Change }) => {
  const t = useT();
  const { date } = useFormat();
  const { from, to } = search;
  const own = to !== undefined || (from !== undefined && !isPreset(from));
  const value = own ? 'own' : (from ?? 'any');
  const pick = (picked: string | null) => {
    if (picked === 'own') change({ from: `${date(new Date().toISOString())}T00:00`, to: undefined });
    else change({ from: picked === 'any' || picked === null ? undefined : picked, to: undefined });
  };
  return (
    <>
      <Select
        w={150}
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
