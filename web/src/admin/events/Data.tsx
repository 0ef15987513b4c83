import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import classes from './Data.module.css';

export type Flat = readonly (readonly [path: string, value: unknown])[];

/** Any JSON as paths and plain values: `profile.displayName`, `members.0`. */
export const flatten = (value: unknown, path = ''): Flat => {
  if (value === null || typeof value !== 'object') return [[path, value]];
  const entries = Object.entries(value);
  if (entries.length === 0) return path ? [[path, Array.isArray(value) ? '[]' : '{}']] : [];
  return entries.flatMap(([name, inner]) => flatten(inner, path ? `${path}.${name}` : name));
};

const isMoment = (value: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value);

/** A plain value of the record, times in the reader's zone. What was erased reads null. */
export const Value = ({ value }: { value: unknown }) => {
  const t = useT();
  const { dateTime } = useFormat();
  if (value === null || value === undefined) return <span className={classes.none}>{t('admin.data.null')}</span>;
  if (value === '') return <span className={classes.none}>{t('admin.data.empty')}</span>;
  if (typeof value === 'string') return isMoment(value) ? <time dateTime={value}>{dateTime(value)}</time> : value;
  return JSON.stringify(value);
};

export const Data = ({ data, label }: { data: unknown; label: string }) => {
  const t = useT();
  const rows = flatten(data);
  if (rows.length === 0) return <p className={classes.none}>{t('admin.data.nothing')}</p>;
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>{label}</caption>
      <tbody>
        {rows.map(([path, value]) => (
          <tr key={path}>
            <th scope="row">{path}</th>
            <td>
              <Value value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
