import { TextInput } from '@mantine/core';
import type { UseFormRegister } from 'react-hook-form';
import { useT } from '../i18n/locale.tsx';
import classes from '../ui/Form.module.css';

export const profileFields = [
  'displayName',
  'firstName',
  'lastName',
  'email',
  'company',
  'mobilePhone',
  'workPhone',
  'homePhone',
  'sipNumber',
] as const;
type ProfileField = (typeof profileFields)[number];
export type ProfileValues = Record<ProfileField, string>;
export const emptyProfile = Object.fromEntries(profileFields.map((field) => [field, ''])) as ProfileValues;

const rows: ProfileField[][] = [
  ['displayName', 'email'],
  ['firstName', 'lastName'],
  ['company', 'sipNumber'],
  ['mobilePhone', 'workPhone', 'homePhone'],
];
const kinds: Partial<Record<ProfileField, 'email' | 'tel'>> = {
  email: 'email',
  mobilePhone: 'tel',
  workPhone: 'tel',
  homePhone: 'tel',
};

type Props = { register: UseFormRegister<ProfileValues>; problems: Partial<Record<ProfileField, string>> };

export const ProfileInputs = ({ register, problems }: Props) => {
  const t = useT();
  return rows.map((row) => (
    <div className={classes.row} key={row[0]}>
      {row.map((field) => (
        <TextInput
          key={field}
          label={t(`account.${field}`)}
          type={kinds[field] ?? 'text'}
          autoComplete="off"
          error={problems[field]}
          {...register(field)}
        />
      ))}
    </div>
  ));
};
