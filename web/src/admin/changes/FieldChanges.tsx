import type { ChangeLineFragment } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import own from './Changes.module.css';
import { namesOf } from './ChangeWords.tsx';
import { FieldTable } from './FieldTable.tsx';

/** Each field as it was and as it became. */
export const FieldChanges = ({ change }: { change: ChangeLineFragment }) => {
  const t = useT();
  if (change.changes.length === 0) return <p className={own.quiet}>{t('admin.changes.noFields')}</p>;
  return <FieldTable changes={change.changes} names={namesOf(change)} />;
};
