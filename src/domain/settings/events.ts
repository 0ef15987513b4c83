// What is set: sections of the server with typed fields, preferences of each administrator, legal holds.
import { z } from 'zod';
import { fact, sealed, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();

/** Both empty: as the configuration of the node says. */
const general = z.object({ serverName: z.string(), announcedAddress: z.string() });

const access = z.object({
  /** Whether `subnets` counts at all. */
  limited: z.boolean(),
  /** Addresses with the length of their mask: `10.0.0.0/8`, `2001:db8::/32`. */
  subnets: z.array(z.string()),
  localhostWithoutSignIn: z.boolean(),
});

/** Days; null keeps everything. */
const retention = z.object({
  eventDays: z.int().nullable(),
  callDays: z.int().nullable(),
  chatDays: z.int().nullable(),
});

/** Where checkpoints of the log go: an absolute directory, the URL of a webhook, the URL of another Hansard. */
const witnessTarget = z.object({ kind: z.enum(['directory', 'webhook', 'server']), address: z.string() });
const witnesses = z.object({ targets: z.array(witnessTarget) });

const diagnostics = z.object({ detailedLog: z.boolean() });

/** Fields that changed, as they were and as they are. */
const edited = <Shape extends z.ZodRawShape>(values: z.ZodObject<Shape>) => ({
  before: values.partial(),
  after: values.partial(),
  editedAt: at,
});

/** One stream per section, named by it. */
export const settingsEvents = vocabulary(
  [
    fact('GeneralSettingsEdited', edited(general)),
    fact('AccessSettingsEdited', edited(access)),
    fact('RetentionSettingsEdited', edited(retention)),
    fact('WitnessSettingsEdited', edited(witnesses)),
    fact('DiagnosticSettingsEdited', edited(diagnostics)),
  ],
  {},
  {
    GeneralSettingsEdited: 3,
    AccessSettingsEdited: 3,
    RetentionSettingsEdited: 3,
    WitnessSettingsEdited: 3,
    DiagnosticSettingsEdited: 4,
  },
);
export type SettingsEvent = ReturnType<typeof settingsEvents.parse>;
export type GeneralSettings = z.infer<typeof general>;
export type AccessSettings = z.infer<typeof access>;
export type RetentionSettings = z.infer<typeof retention>;
export type WitnessSettings = z.infer<typeof witnesses>;
export type DiagnosticSettings = z.infer<typeof diagnostics>;

const restore = { restoreId: z.uuid() };
const count = z.int().min(0);

/** The whole configuration as a file: settings, accounts and conferences. A stream for each file and restore. */
export const configurationEvents = vocabulary(
  [
    /** Whoever took it has the verifiers of all passwords, under a passphrase of her own. */
    fact('ConfigurationSaved', { fileId: z.uuid(), savedAt: at }),
    /** The cause of every event that comes of it. `fileSavedAt`: as the file says. */
    fact('ConfigurationRestoreBegun', {
      ...restore,
      fileSavedAt: at,
      accounts: count,
      conferences: count,
      begunAt: at,
    }),
    /** Sections, accounts and conferences of the file; `conflicts` of them could not be made as they are there. */
    fact('ConfigurationRestoreEnded', {
      ...restore,
      created: count,
      changed: count,
      unchanged: count,
      conflicts: count,
      endedAt: at,
    }),
  ],
  {},
  { ConfigurationSaved: 5, ConfigurationRestoreBegun: 5, ConfigurationRestoreEnded: 5 },
);
export type ConfigurationEvent = ReturnType<typeof configurationEvents.parse>;

/** Null leaves it to the browser. */
const preferences = {
  language: z.enum(['en', 'de']).nullable(),
  timeZone: z.string().nullable(),
  csvEncoding: z.enum(['utf-8', 'utf-16', 'windows-1251']),
  csvDelimiter: z.enum(['semicolon', 'comma', 'tab', 'pipe']),
};
const somePreferences = z.object(preferences).partial().shape;

export const preferencesEvents = vocabulary(
  [
    fact('PreferencesEdited', {
      accountId: z.uuid(),
      fields: z.array(z.string()),
      before: sealed('accountId', somePreferences),
      after: sealed('accountId', somePreferences),
      editedAt: at,
    }),
  ],
  {},
  { PreferencesEdited: 3 },
);
export type PreferencesEvent = ReturnType<typeof preferencesEvents.parse>;
const wholePreferences = z.object(preferences);
export type Preferences = z.infer<typeof wholePreferences>;

const hold = { holdId: z.uuid() };
const held = z.object({
  name: z.string(),
  reason: z.string(),
  accountIds: z.array(z.uuid()),
  conferenceIds: z.array(z.uuid()),
});

export const legalHoldEvents = vocabulary(
  [
    fact('LegalHoldPlaced', { ...hold, ...held.shape, placedAt: at }),
    fact('LegalHoldEdited', { ...hold, ...edited(held) }),
    fact('LegalHoldReleased', { ...hold, releasedAt: at }),
  ],
  {},
  { LegalHoldPlaced: 3, LegalHoldEdited: 3, LegalHoldReleased: 3 },
);
export type LegalHoldEvent = ReturnType<typeof legalHoldEvents.parse>;
export type Held = z.infer<typeof held>;
