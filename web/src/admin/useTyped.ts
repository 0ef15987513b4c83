import { useEffect, useState } from 'react';

/** An input that answers to every key at once, while what it means goes into the address. */
export const useTyped = (present: string | undefined, change: (value: string | undefined) => void) => {
  const [typed, setTyped] = useState(present ?? '');
  useEffect(() => setTyped(present ?? ''), [present]);
  return {
    value: typed,
    onChange: (event: { currentTarget: { value: string } }) => {
      setTyped(event.currentTarget.value);
      change(event.currentTarget.value || undefined);
    },
  };
};
