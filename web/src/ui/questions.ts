// Which questions are open. Escape answers the question on top and nothing below it.
import { useEffect, useSyncExternalStore } from 'react';

let open = 0;
const listeners = new Set<() => void>();

const add = (by: 1 | -1): void => {
  open += by;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Counts a question as open while the component is there. */
export const useAsQuestion = (): void =>
  useEffect(() => {
    add(1);
    return () => add(-1);
  }, []);

/** For what lies below: whether a question is open, so that Escape is not meant for it. */
export const useQuestionAbove = (): boolean => useSyncExternalStore(subscribe, () => open > 0);
