// Moments as the address bar says them: `now-24h`, or `2026-11-19T08:00` in the reader's time zone.

const unitsMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How far the time zone is ahead of UTC at a moment, in milliseconds. */
const offsetMs = (moment: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(moment);
  return Date.parse(`${parts.replace(' ', 'T')}Z`) - Math.floor(moment / 1000) * 1000;
};

/**
 * The moment meant, as ISO 8601 in UTC; null when it is not a moment. In the hour that a clock skips, the later one.
 */
export const momentOf = (text: string | undefined, timeZone: string, now = Date.now()): string | null => {
  if (!text) return null;
  const relative = /^now(?:-(\d{1,4})([mhd]))?$/.exec(text);
  if (relative) {
    const [, count = '0', unit = 'm'] = relative;
    return new Date(now - Number(count) * (unitsMs[unit] ?? 0)).toISOString();
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const asUtc = Date.parse(`${text.slice(0, 16)}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  const guess = asUtc - offsetMs(asUtc, timeZone);
  return new Date(asUtc - offsetMs(guess, timeZone)).toISOString();
};
