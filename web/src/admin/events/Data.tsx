import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import classes from './Data.module.css';

type Flat = readonly (readonly [path: string, value: unknown])[];

const isPlain = (value: unknown) => value === null || typeof value !== 'object';

/** Any JSON as paths and plain values: `profile.displayName`. Lists of plain values stay whole. */
export const flatten = (value: unknown, path = ''): Flat => {
  if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) return [[path, value]];
  const entries = Object.entries(value as object);
  if (entries.length === 0) return path ? [[path, {}]] : [];
  return entries.flatMap(([name, inner]) => flatten(inner, path ? `${path}.${name}` : name));
};

/** Names that the data themselves give to ids: `participants.<id>.displayName`. */
export const namesIn = (rows: Flat): ReadonlyMap<string, string> =>
  new Map(
    rows.flatMap(([path, value]) => {
      const id = /([0-9a-f-]{36})\.(?:\w+\.)?displayName$/.exec(path)?.[1];
      return id && typeof value === 'string' ? [[id, value] as const] : [];
    }),
  );

/** A path with people's names in place of their ids. */
export const Path = ({ path, names }: { path: string; names: ReadonlyMap<string, string> }) => (
  <span title={path}>
    {path
      .split('.')
      .map((part) => names.get(part) ?? part)
      .join(' › ')}
  </span>
);

const isMoment = (value: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value);

/** A plain value of the record, times in the reader's zone. What was erased reads null. */
export const Value = ({ value }: { value: unknown }) => {
  const t = useT();
  const { dateTime } = useFormat();
  if (value === null || value === undefined) return <span className={classes.none}>{t('admin.data.null')}</span>;
  if (value === '') return <span className={classes.none}>{t('admin.data.empty')}</span>;
  if (typeof value === 'string') return isMoment(value) ? <time dateTime={value}>{dateTime(value)}</time> : value;
  if (Array.isArray(value)) {
    return value.length === 0 ? (
      <span className={classes.none}>{t('admin.data.empty')}</span>
    ) : (
      value.map(String).join(', ')
    );
  }
  return JSON.stringify(value);
};

export const Data = ({ data, label }: { data: unknown; label: string }) => {
  const t = useT();
  const rows = flatten(data);
  const names = namesIn(rows);
  if (rows.length === 0) return <p className={classes.none}>{t('admin.data.nothing')}</p>;
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>{label}</caption>
      <tbody>
        {rows.map(([path, value]) => (
          <tr key={path}>
            <th scope="row">
              <Path path={path} names={names} />
            </th>
            <td>
              <Value value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
