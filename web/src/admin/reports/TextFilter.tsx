import { TextInput } from '@mantine/core';
import { useTyped } from '../useTyped.ts';

type Props = {
  label: string;
  value: string | undefined;
  change: (value: string | undefined) => void;
  width?: number;
  placeholder?: string;
};

/** A filter that is typed. */
export const TextFilter = ({ label, value, change, width = 150, placeholder }: Props) => (
  <TextInput
    w={width}
    type="search"
    label={label}
    maxLength={200}
    placeholder={placeholder ?? ''}
    {...useTyped(value, change)}
  />
);
