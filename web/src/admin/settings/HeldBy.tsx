// Which legal holds stand in the way of what was refused.
import type { Refused } from '../../commands.ts';
import { useT } from '../../i18n/locale.tsx';

const namesIn = ({ details }: Refused): string[] => {
  const { holds } = details as { holds?: unknown };
  if (!Array.isArray(holds)) return [];
  return holds.flatMap((hold: { name?: unknown }) => (typeof hold.name === 'string' ? [hold.name] : []));
};

export const HeldBy = ({ refused }: { refused: Refused | null }) => {
  const t = useT();
  if (refused?.code !== 'LEGAL_HOLD_KEEPS') return null;
  const names = namesIn(refused);
  return <p>{t('admin.erase.held', { count: names.length, names: names.join(', ') })}</p>;
};
