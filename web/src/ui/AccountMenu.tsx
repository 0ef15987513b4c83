import { Button, Menu } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconLogout from '@tabler/icons-react/dist/esm/icons/IconLogout.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import { lazy, type RefObject, Suspense, useLayoutEffect, useRef, useState } from 'react';
import { useT } from '../i18n/locale.tsx';
import { useKnown, useSignOut } from './viewer.tsx';
import './overlayStyles.ts';

export type MenuLink = { href: string; label: string };

const Preferences = lazy(() => import('./Preferences.tsx').then((module) => ({ default: module.Preferences })));

type Props = {
  links: readonly MenuLink[];
  /** A page of their own for preferences that are kept on the server. */
  preferencesHref?: string;
  /** Whether somebody asked for it before it was there. */
  defaultOpened: boolean;
  /** Whether what stood in its place until it was there has the focus, which must not be lost with it. */
  takesFocus: RefObject<boolean>;
};

/** Language and colours for everybody; name, further links and sign-out for who is signed in. */
export const AccountMenu = ({ links, preferencesHref, defaultOpened, takesFocus }: Props) => {
  const t = useT();
  const { viewer } = useKnown();
  const signOut = useSignOut();
  const [choosing, setChoosing] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (takesFocus.current) target.current?.focus();
  }, [takesFocus]);
  return (
    <>
      {viewer ? (
        <Menu defaultOpened={defaultOpened}>
          <Menu.Target>
            <Button ref={target} variant="default" rightSection={<IconChevronDown size={14} />}>
              {viewer.account.displayName || viewer.account.login}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {links.map(({ href, label }) => (
              <Menu.Item key={href} component="a" href={href}>
                {label}
              </Menu.Item>
            ))}
            {preferencesHref ? (
              <Menu.Item leftSection={<IconSettings size={16} />} component="a" href={preferencesHref}>
                {t('preferences.title')}
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => setChoosing(true)}>
                {t('preferences.title')}
              </Menu.Item>
            )}
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
