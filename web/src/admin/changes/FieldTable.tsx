import { useT } from '../../i18n/locale.tsx';
import data from '../events/Data.module.css';
import own from './Changes.module.css';
import { FieldValue, fieldName } from './ChangeWords.tsx';

type FieldChange = { field: string; before?: unknown; after?: unknown };

/** Fields as they were and as they become. `names`: of people whom values name by id. */
export const FieldTable = ({
  changes,
  names,
}: {
  changes: readonly FieldChange[];
  names: ReadonlyMap<string, string>;
}) => {
  const t = useT();
  return (
    <table className={`${data.table} ${data.words}`}>
      <thead>
        <tr>
          <th scope="col">{t('admin.history.field')}</th>
          <th scope="col">{t('admin.history.before')}</th>
          <th scope="col">{t('admin.history.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
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
