import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import IconMoon from '@tabler/icons-react/dist/esm/icons/IconMoon.mjs';
import IconSun from '@tabler/icons-react/dist/esm/icons/IconSun.mjs';
import { useT } from '../i18n/locale.tsx';

/** From light to dark and back. */
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
