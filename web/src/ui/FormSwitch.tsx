import { Switch } from '@mantine/core';
import { type Control, type FieldPathByValue, type FieldValues, useController } from 'react-hook-form';
import './overlayStyles.ts';

type Props<Values extends FieldValues> = {
  control: Control<Values>;
  name: FieldPathByValue<Values, boolean>;
  label: string;
  description: string;
};

/** A switch of a form. Mantine's own keeps its state to itself, so it has to be told. */
export const FormSwitch = <Values extends FieldValues>({ control, name, label, description }: Props<Values>) => {
  const { field } = useController({ control, name });
  const { value, onChange, onBlur, ref } = field;
  return (
    <Switch
      ref={ref}
      label={label}
      description={description}
      checked={Boolean(value)}
      onBlur={onBlur}
      onChange={(change) => onChange(change.currentTarget.checked)}
    />
  );
};
