// Whether somebody attends to this tab: it is shown, or was a moment ago, or a meeting runs in it. One that is left
// alone gives its connection back, since a browser has six for all its tabs (docs/decisions/0009).
import { useEffect } from 'react';
import { doubtSignIn } from './graphql.ts';

/** Whoever only looks something up in another tab finds this one as it was. */
const hiddenMsMax = 3_000;
/** Who asks nothing for a minute is offline to the server. */
const signOfLifeMs = 45_000;

type Watcher = { begin: () => void; end: () => void };

const watchers = new Set<Watcher>();
let meetings = 0;
let attended = !document.hidden;
let patience: ReturnType<typeof setTimeout> | undefined;

export const isAttended = () => attended;

const become = (now: boolean) => {
  clearTimeout(patience);
  if (now === attended) return;
  attended = now;
  for (const { begin, end } of [...watchers]) (now ? begin : end)();
};

const look = () => {
  if (!document.hidden || meetings > 0) return become(true);
  clearTimeout(patience);
  patience = setTimeout(become, hiddenMsMax, false);
};

document.addEventListener('visibilitychange', look);
// A page that is left may be kept for the way back, and its timers stand still there.
addEventListener('pagehide', () => become(false));
addEventListener('pageshow', look);
// Nor would a tab that is left alone hear that somebody signed out in another one.
setInterval(() => attended || doubtSignIn(), signOfLifeMs);

/** Calls `begin` now or once the tab is attended to, and `end` when it is left alone, until the answer is called. */
export const whileAttended = (begin: () => void, end: () => void): (() => void) => {
  const watcher = { begin, end };
  watchers.add(watcher);
  if (attended) begin();
  return () => watchers.delete(watcher);
};

/** Has the tab count as attended to while the component is there, however long it is hidden. */
export const useAttention = (): void => {
  useEffect(() => {
    meetings += 1;
    look();
    return () => {
      meetings -= 1;
      look();
    };
  }, []);
};
