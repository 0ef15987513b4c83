// How a change of the configuration is told: its object, its fields, and their values.
import { unmask } from '../../gql/fragment-masking.ts';
import { type ChangeLineFragment, PersonNameFragmentDoc } from '../../gql/graphql.ts';
import { type MessageId, type Translate, useT } from '../../i18n/locale.tsx';
import { Value } from '../events/Data.tsx';
import { fieldTexts } from './fieldTexts.ts';

type Named = Pick<ChangeLineFragment, 'objectType' | 'objectId' | 'objectName'>;

const isField = (field: string): field is keyof typeof fieldTexts => Object.hasOwn(fieldTexts, field);

/** A field in the reader's words; one without words keeps its name. */
export const fieldName = (t: Translate, field: string): string => (isField(field) ? t(fieldTexts[field]) : field);

export const useObjectName = () => {
  const t = useT();
  return ({ objectType, objectId, objectName }: Named): string => {
    if (objectType === 'SERVER') return t('changed.SERVER');
    const name = objectType === 'SETTINGS' ? t(`section.${objectId}` as MessageId) : objectName;
    return `${t(`changed.${objectType}`)}: ${name}`;
  };
};

/** Names of the people whom the values name by id. */
export const namesOf = ({ people }: ChangeLineFragment): ReadonlyMap<string, string> =>
  new Map(
    unmask(PersonNameFragmentDoc, people).map(({ id, displayName, login }) => [id, displayName || login] as const),
  );

/** One value, people by their names, switches as yes and no. */
export const FieldValue = ({ value, names }: { value: unknown; names: ReadonlyMap<string, string> }) => {
  const t = useT();
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return t(value ? 'answer.yes' : 'answer.no');
  const named = (one: unknown) => (typeof one === 'string' ? (names.get(one) ?? one) : one);
  if (Array.isArray(value) && value.some((one) => typeof one === 'object')) return JSON.stringify(value);
  return <Value value={Array.isArray(value) ? value.map(named) : named(value)} />;
};
