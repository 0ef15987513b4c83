import { Alert } from '@mantine/core';
import IconLockOpen from '@tabler/icons-react/dist/esm/icons/IconLockOpen.mjs';
import { useT } from '../i18n/locale.tsx';

/**
 * What to do about it. Browsers give no camera and no microphone to pages over plain HTTP, except on the machine
 * itself. Says so, and the way out.
 */
export const InsecureText = () => {
  const t = useT();
  return (
    <Alert color="yellow" variant="light" icon={<IconLockOpen size={18} />} title={t('insecure.title')} role="note">
      {t('insecure.text', { address: `https://${location.hostname}` })}
    </Alert>
  );
};
