/**
 * A moment for readers in a time zone: `08:10` where it was today there, else `2026-11-19 08:10`. Swedish is the one
 * locale whose numeric dates are ISO 8601.
 */
export const momentIn = (timeZone: string, iso: string, nowMs: number): string => {
  if (!iso) return '';
  const [date = '', time = ''] = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    .format(new Date(iso))
    .split(' ');
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(nowMs);
  return date === today ? time : `${date} ${time}`;
};
