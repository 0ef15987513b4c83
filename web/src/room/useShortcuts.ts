import { useEffect, useRef } from 'react';
import { usePreferences } from '../ui/preferences.ts';

const typing = 'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]';

/**
 * Single keys for the meeting. Ignored while typing and with modifiers, and off when the reader says so (WCAG 2.1.4).
 */
export const useShortcuts = (keys: Record<string, () => void>): void => {
  const { shortcuts } = usePreferences();
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!shortcuts) return;
    const press = (pressed: KeyboardEvent) => {
      if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.repeat) return;
      if (pressed.target instanceof Element && pressed.target.closest(typing)) return;
      const act = latest.current[pressed.key.toLowerCase()];
      if (!act) return;
      pressed.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [shortcuts]);
};
