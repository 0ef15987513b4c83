import { useEffect } from 'react';

/** Reads again every so often what nobody pushes. */
export const useAgain = (readAgain: () => void, everyMs: number): void => {
  useEffect(() => {
    const timer = setInterval(readAgain, everyMs);
    return () => clearInterval(timer);
  }, [readAgain, everyMs]);
};
