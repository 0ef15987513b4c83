// Remembers where the focus has been, so that it can go back when a dialog is gone: also where the dialog was opened
// from an entry of a menu that is gone by then as well.
import { useEffect } from 'react';

const placesMax = 8;
/** The last focused element of the page, and of each dialog and menu on it; newest last. */
let trail: { inside: Element; element: HTMLElement }[] = [];

const remember = ({ target }: FocusEvent): void => {
  if (!(target instanceof HTMLElement)) return;
  const inside = target.closest('[role="dialog"], [role="menu"]') ?? document.body;
  const others = trail.filter((place) => place.inside !== inside && place.element.isConnected);
  trail = [...others, { inside, element: target }].slice(-placesMax);
};

/** Begins to remember; once for each page. */
export const leaveTrail = (): void => document.addEventListener('focusin', remember);

const backMs = 20;

const isLost = () => document.activeElement === null || document.activeElement === document.body;

/** For dialogs that vanish as soon as they are closed: once gone, the focus goes where it was before. */
export const useFocusBack = (): void => {
  useEffect(
    () => () => {
      setTimeout(() => {
        if (isLost())
          trail.findLast(({ element }) => element.isConnected && element.checkVisibility())?.element.focus();
      }, backMs);
    },
    [],
  );
};
