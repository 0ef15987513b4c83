import { useEffect, useRef } from 'react';

const typing = 'input:not([type="range"]), textarea, select, [contenteditable], [role="dialog"], [role="listbox"]';

/** Arrow keys step through the events, Home and End go to the ends; not while typing. */
export const useSteps = (index: number, count: number, go: (index: number) => void): void => {
  const latest = useRef({ index, count, go });
  latest.current = { index, count, go };
  useEffect(() => {
    const press = (pressed: KeyboardEvent) => {
      if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.shiftKey) return;
      if (pressed.target instanceof Element && pressed.target.closest(typing)) return;
      const now = latest.current;
      const next = { ArrowLeft: now.index - 1, ArrowRight: now.index + 1, Home: 0, End: now.count - 1 }[pressed.key];
      if (next === undefined || next < 0 || next >= now.count) return;
      pressed.preventDefault();
      now.go(next);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
};
