import { useCallback, useEffect, useRef } from 'react';

const pauseMs = 400;

/**
 * The same act at most every 400 ms, and once more at the end of a burst: a busy server must not make a page reread
 * itself to death.
 */
export const useThrottled = (act: () => void): (() => void) => {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
    },
    [],
  );
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      latest.current();
    }, pauseMs);
  }, []);
};
