import { Pill } from '@mantine/core';
import { useT } from '../../i18n/locale.tsx';

/** A filter that other pages set, to be taken away. */
export const Chip = ({ label, clear }: { label: string; clear: () => void }) => {
  const t = useT();
  return (
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
};
