// The settings of the server: one stream per section, each with the values it has until somebody changes them.
import type { Command, Decider } from '../kernel.ts';
import {
  type AccessSettings,
  type DiagnosticSettings,
  type GeneralSettings,
  type RetentionSettings,
  type SettingsEvent,
  settingsEvents,
  type WitnessSettings,
} from './events.ts';
import { type Changed, changedFields, laidOver } from './fields.ts';

export type EditSettings<Values> = Command<
  'EditSettings',
  { values: { [Field in keyof Values]?: Values[Field] | undefined } }
>;
export type Section<Values> = Decider<Values, EditSettings<Values>, SettingsEvent>;

/** How one section spells its fact, and reads it. */
type Words<Values> = {
  defaults: Values;
  edited: (changed: Changed<Values>, at: string) => SettingsEvent;
  after: (event: SettingsEvent) => { [Field in keyof Values]?: Values[Field] | undefined };
};

const section = <Values extends object>({ defaults, edited, after }: Words<Values>): Section<Values> => ({
  category: 'settings',
  initial: defaults,
  decide: ({ data, meta }, values) => {
    const changed = changedFields(values, data.values);
    return changed ? [edited(changed, meta.now.toISOString())] : [];
  },
  evolve: (values, event) => laidOver(values, after(event)),
  vocabulary: settingsEvents,
});

export const generalSettings = section<GeneralSettings>({
  defaults: { serverName: '', announcedAddress: '' },
  edited: (changed, editedAt) => ({ type: 'GeneralSettingsEdited', data: { ...changed, editedAt } }),
  after: ({ type, data }) => (type === 'GeneralSettingsEdited' ? data.after : {}),
});

/**
 * Who may administer, by address. The guide's ranges (catalogue A19) and the loopback address of IPv6, which browsers
 * may choose for `localhost`.
 */
export const accessSettings = section<AccessSettings>({
  defaults: {
    limited: true,
    subnets: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '::1/128'],
    localhostWithoutSignIn: false,
  },
  edited: (changed, editedAt) => ({ type: 'AccessSettingsEdited', data: { ...changed, editedAt } }),
  after: ({ type, data }) => (type === 'AccessSettingsEdited' ? data.after : {}),
});

export const retentionSettings = section<RetentionSettings>({
  defaults: { eventDays: null, callDays: null, chatDays: null },
  edited: (changed, editedAt) => ({ type: 'RetentionSettingsEdited', data: { ...changed, editedAt } }),
  after: ({ type, data }) => (type === 'RetentionSettingsEdited' ? data.after : {}),
});

export const witnessSettings = section<WitnessSettings>({
  defaults: { targets: [] },
  edited: (changed, editedAt) => ({ type: 'WitnessSettingsEdited', data: { ...changed, editedAt } }),
  after: ({ type, data }) => (type === 'WitnessSettingsEdited' ? data.after : {}),
});

/** Catalogue G8: whether processes log details. */
export const diagnosticSettings = section<DiagnosticSettings>({
  defaults: { detailedLog: false },
  edited: (changed, editedAt) => ({ type: 'DiagnosticSettingsEdited', data: { ...changed, editedAt } }),
  after: ({ type, data }) => (type === 'DiagnosticSettingsEdited' ? data.after : {}),
});
