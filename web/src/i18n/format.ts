// Times, sizes and counts as the reader chose to see them.
import { useMemo } from 'react';
import { usePreferences } from '../ui/preferences.ts';
import { useLanguage } from './locale.tsx';
import { momentIn } from './moment.ts';

export type Format = {
  /** `2026-11-19 08:10:42` in the chosen time zone: sortable by eye and the same in every language. */
  dateTime: (iso: string) => string;
  date: (iso: string) => string;
  time: (iso: string) => string;
  /** The time alone where it was today, else with its date. */
  moment: (iso: string) => string;
  number: (value: number, digits?: number) => string;
  /** Whole per cents unless more digits are wanted. */
  percent: (fraction: number, digits?: number) => string;
  bytes: (bytes: number) => string;
  duration: (milliseconds: number) => string;
  /** How long to wait, in words: `12 minutes`; seconds below a minute, hours from two on; never too short. */
  waiting: (milliseconds: number) => string;
  timeZone: string;
};

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const twoDigits = (value: number) => String(value).padStart(2, '0');

const duration = (milliseconds: number) => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const clock = `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`;
  return days > 0 ? `${days} d ${clock}` : clock;
};

const waitingIn = (language: string) => (milliseconds: number) => {
  const say = (unit: 'second' | 'minute' | 'hour', ms: number) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(milliseconds / ms));
  if (milliseconds < 60_000) return say('second', 1_000);
  return milliseconds < 2 * 3_600_000 ? say('minute', 60_000) : say('hour', 3_600_000);
};

const make = (language: string, timeZone: string): Format => {
  // Swedish is the one locale whose numeric dates are ISO 8601.
  const iso = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, ...options });
    return (value: string) => (value ? formatter.format(new Date(value)) : '');
  };
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const date: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' };
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
  const number = (value: number, digits = 0) =>
    digits === 0
      ? whole.format(value)
      : new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  return {
    moment: (value) => momentIn(timeZone, value, Date.now()),
    dateTime: iso({ ...date, ...time }),
    date: iso(date),
    time: iso({ hour: '2-digit', minute: '2-digit' }),
    number,
    percent: (fraction, digits = 0) =>
      new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(fraction),
    bytes: (bytes) => {
      const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
      return `${number(bytes / 1024 ** step, step > 2 ? 1 : 0)} ${units[step] ?? 'B'}`;
    },
    duration,
    waiting: waitingIn(language),
    timeZone,
  };
};

export const useFormat = (): Format => {
  const language = useLanguage();
  const { timeZone } = usePreferences();
  return useMemo(() => make(language, timeZone), [language, timeZone]);
};
