// What each administrator chooses for herself (catalogue A20).
import { z } from 'zod';
import { problem } from '../domain/inputProblems.ts';
import type { Preferences } from '../domain/settings/events.ts';
import { preferences } from '../domain/settings/preferences.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, type Needs, parse } from './call.ts';

const isTimeZone = (timeZone: string): boolean => {
  // Offsets are zones to some programs and not to others; names are to all.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(timeZone)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
};

const preferencesInput = z.object({
  values: z
    .object({
      language: z.enum(['en', 'de']).nullable(),
      timeZone: z.string().refine(isTimeZone, problem('time_zone_form')).nullable(),
      csvEncoding: z.enum(['utf-8', 'utf-16', 'windows-1251']),
      csvDelimiter: z.enum(['semicolon', 'comma', 'tab', 'pipe']),
    })
    .partial(),
});

const isSelf = ({ actor }: Call['caller']) => ({ self: actor.kind === 'account' });

/** Changes some preferences of the caller; `language` and `timeZone` null leave it to the browser. */
export const editPreferences = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'editPreferences', isSelf(call.caller));
  const asked = parse(preferencesInput, input);
  const accountId = call.caller.actor.id;
  const ask = { type: 'EditPreferences' as const, data: { accountId, ...asked } };
  return doneOf(await needs.executor.execute(preferences, accountId, ask, ctxOf(call, asked)));
};

/** The preferences of an administrator as they are now, the defaults where she never chose. */
export const preferencesOf = async (
  { executor }: Pick<Needs, 'executor'>,
  accountId: string,
): Promise<Preferences & { revision: number }> => {
  const { state, revision } = await executor.load(preferences, accountId);
  return { ...state, revision };
};
