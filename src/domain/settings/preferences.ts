// What an administrator chose for herself. Personal: gone with the person.
import type { Command, Decider } from '../kernel.ts';
import { type Preferences, type PreferencesEvent, preferencesEvents } from './events.ts';
import { changedFields, laidOver } from './fields.ts';

export type EditPreferences = Command<
  'EditPreferences',
  { accountId: string; values: { [Field in keyof Preferences]?: Preferences[Field] | undefined } }
>;

/** Catalogue A20. The delimiter is the guide's for accounts. */
const preferenceDefaults: Preferences = {
  language: null,
  timeZone: null,
  csvEncoding: 'utf-8',
  csvDelimiter: 'semicolon',
};

export const preferences: Decider<Preferences, EditPreferences, PreferencesEvent> = {
  category: 'preferences',
  initial: preferenceDefaults,
  decide: ({ data: { accountId, values }, meta }, present) => {
    const changed = changedFields(present, values);
    if (!changed) return [];
    const fields = Object.keys(changed.after);
    return [{ type: 'PreferencesEdited', data: { accountId, fields, ...changed, editedAt: meta.now.toISOString() } }];
  },
  evolve: (present, { data }) => (data.after ? laidOver(present, data.after) : preferenceDefaults),
  vocabulary: preferencesEvents,
};
