import { ActionIcon, Button, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconLogout from '@tabler/icons-react/dist/esm/icons/IconLogout.mjs';
import IconMoon from '@tabler/icons-react/dist/esm/icons/IconMoon.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconSun from '@tabler/icons-react/dist/esm/icons/IconSun.mjs';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useT } from '../i18n/locale.tsx';
import { useKnown, useSignOut } from './viewer.tsx';

const Preferences = lazy(() => import('./Preferences.tsx').then((module) => ({ default: module.Preferences })));

export const SchemeToggle = () => {
  const t = useT();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon variant="default" size={32} aria-label={t(`scheme.${next}`)} onClick={() => setColorScheme(next)}>
      {next === 'light' ? <IconSun size={17} /> : <IconMoon size={17} />}
    </ActionIcon>
  );
};

/** Language and colours for everybody; name, further links and sign-out for who is signed in. */
export const AccountMenu = ({ children }: { children?: ReactNode }) => {
  const t = useT();
  const { viewer } = useKnown();
  const signOut = useSignOut();
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      {viewer ? (
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} />}>
              {viewer.account.displayName || viewer.account.login}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {children}
            <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => setChoosing(true)}>
              {t('preferences.title')}
            </Menu.Item>
            <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
              {t('signIn.signOut')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : (
        <Button variant="default" leftSection={<IconSettings size={16} />} onClick={() => setChoosing(true)}>
          {t('preferences.title')}
        </Button>
      )}
      {choosing && (
        <Suspense>
          <Preferences opened close={() => setChoosing(false)} />
        </Suspense>
      )}
    </>
  );
};
