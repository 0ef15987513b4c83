// When the clocks of a zone were changed.
import type { Offset } from '../../projections/reportCopy.ts';

const dayMs = 86_400_000;
/** No offset changes anywhere but at the full quarter of an hour. */
const quarterMs = 900_000;
/** Nothing was recorded before. */
const firstMs = Date.UTC(2020);

/**
 * The offsets of a zone, by its IANA name, up to a moment, the latest first. Taken from here, so that a file shows what
 * the pages do, whichever zones the database knows.
 */
export const offsetsOf = (timeZone: string, untilMs: number): Offset[] => {
  const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const at = (ms: number): number => (Date.parse(`${formatter.format(ms).replace(' ', 'T')}Z`) - ms) / 1_000;
  const offsets: Offset[] = [{ fromMs: 0, seconds: at(firstMs) }];
  let seconds = at(firstMs);
  for (let day = firstMs; day < untilMs; day += dayMs) {
    const next = at(day + dayMs);
    if (next === seconds) continue;
    let [before, after] = [day, day + dayMs];
    while (after - before > quarterMs) {
      const middle = before + Math.ceil((after - before) / 2 / quarterMs) * quarterMs;
      if (at(middle) === seconds) before = middle;
      else after = middle;
    }
    offsets.unshift({ fromMs: after, seconds: next });
    seconds = next;
  }
  return offsets;
};
