import type { ChangeLineFragment } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import data from '../events/Data.module.css';
import own from './Changes.module.css';
import { FieldValue, fieldName, namesOf } from './ChangeWords.tsx';

/** Each field as it was and as it became. */
export const FieldChanges = ({ change }: { change: ChangeLineFragment }) => {
  const t = useT();
  const names = namesOf(change);
  if (change.changes.length === 0) return <p className={own.quiet}>{t('admin.changes.noFields')}</p>;
  return (
    <table className={data.table}>
      <thead>
        <tr>
          <th scope="col">{t('admin.history.field')}</th>
          <th scope="col">{t('admin.history.before')}</th>
          <th scope="col">{t('admin.history.after')}</th>
        </tr>
      </thead>
      <tbody>
        {change.changes.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row">{fieldName(t, field)}</th>
            <td className={own.was}>
              <FieldValue value={before} names={names} />
            </td>
            <td className={own.is}>
              <FieldValue value={after} names={names} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
