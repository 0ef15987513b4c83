import { useEffect, useRef, useState } from 'react';

/** Long enough for a word to be typed, short enough not to be waited for. */
const pauseMs = 250;

/** An input that answers to every key at once, while what it means goes into the address when the typing pauses. */
export const useTyped = (present: string | undefined, change: (value: string | undefined) => void) => {
  const [typed, setTyped] = useState(present ?? '');
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(present ?? ''), [present]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  return {
    value: typed,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setTyped(value);
      clearTimeout(waiting.current);
      waiting.current = setTimeout(() => change(value || undefined), pauseMs);
    },
  };
};
