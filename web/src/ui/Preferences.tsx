// Language, time zone, colours and shortcuts of this browser.
import { Modal, Select, Switch, useMantineColorScheme } from '@mantine/core';
import { speak, useT } from '../i18n/locale.tsx';
import classes from './Form.module.css';
import { useFocusBack } from './focusTrail.ts';
import { type Locale, setPreference, usePreferences } from './preferences.ts';
import './overlayStyles.ts';

const languages = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
];
export const timeZones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export const Colours = () => {
  const t = useT();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choices = [
    { value: 'auto', label: t('preferences.colours.auto') },
    { value: 'light', label: t('preferences.colours.light') },
    { value: 'dark', label: t('preferences.colours.dark') },
  ];
  return (
    <Select
      label={t('preferences.colours')}
      data={choices}
      value={colorScheme}
      onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
    />
  );
};

const LanguageSelect = () => {
  const t = useT();
  const { locale } = usePreferences();
  return (
    <Select
      label={t('preferences.language')}
      data={locale === 'en-XA' ? [...languages, { value: 'en-XA', label: '[Þšéûðö]' }] : languages}
      value={locale}
      onChange={(value) => void speak(value as Locale)}
    />
  );
};

export const Preferences = ({
  opened,
  close,
  room = false,
}: {
  opened: boolean;
  close: () => void;
  room?: boolean;
}) => {
  const t = useT();
  const { timeZone, shortcuts } = usePreferences();
  useFocusBack();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('preferences.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className={classes.form}>
        <LanguageSelect />
        <Select
          label={t('preferences.timeZone')}
          description={t('preferences.timeZone.hint')}
          data={timeZones}
          value={timeZone}
          searchable
          limit={60}
          nothingFoundMessage={t('state.nothingFound')}
          onChange={(value) => value && setPreference({ timeZone: value })}
        />
        {!room && <Colours />}
        {room && (
          <Switch
            label={t('preferences.shortcuts')}
            description={t('preferences.shortcuts.hint')}
            checked={shortcuts}
            onChange={(change) => setPreference({ shortcuts: change.currentTarget.checked })}
          />
        )}
      </div>
    </Modal>
  );
};
