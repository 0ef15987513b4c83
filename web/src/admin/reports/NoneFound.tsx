// What a report shows that has no rows: nothing matches, or there has never been anything.
import { useT } from '../../i18n/locale.tsx';
import { Empty } from '../../ui/PageState.tsx';

type Report = 'calls' | 'chat' | 'endpoints' | 'changes';

const asksFor = (value: unknown): boolean => value != null && !(Array.isArray(value) && value.length === 0);

/** `filter` as it is asked for: where it asks for nothing, nothing can be taken away from it. */
export const NoneFound = ({ report, filter }: { report: Report; filter: object }) => {
  const t = useT();
  const filtered = Object.values(filter).some(asksFor);
  return filtered ? (
    <Empty title={t(`admin.${report}.none`)} text={t('admin.events.none.text')} />
  ) : (
    <Empty title={t(`admin.${report}.never`)} text={t(`admin.${report}.never.text`)} />
  );
};
