// The settings of the server by section, and the preferences of each administrator.
import { editPreferences, preferencesOf } from '../../commands/preferences.ts';
import { type SettingsSection, settingsVerbs } from '../../commands/settings.ts';
import type {
  AccessSettings,
  DiagnosticSettings,
  GeneralSettings,
  Preferences,
  RetentionSettings,
  WitnessSettings,
} from '../../domain/settings/events.ts';
import { laidOver } from '../../domain/settings/fields.ts';
import {
  accessSettings,
  diagnosticSettings,
  generalSettings,
  retentionSettings,
  type Section,
  witnessSettings,
} from '../../domain/settings/settings.ts';
import { sectionOf } from '../../projections/serverSettings.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { type AsOf, asOfArg, thenRead } from './asOf.ts';
import { CsvDelimiter, CsvEncoding } from './csv.ts';
import { allowReading, answer, CommandInput, CommandResult, settled } from './shared.ts';

type Revised<Values> = Values & { revision: number };
const notYet = 'For `expectedRevision`; -1 where nothing was ever changed.';

const GeneralSettingsType = builder.objectRef<Revised<GeneralSettings>>('GeneralSettings').implement({
  description: 'Empty fields mean what the configuration of the node says.',
  fields: (t) => ({
    serverName: t.exposeString('serverName'),
    announcedAddress: t.exposeString('announcedAddress', {
      description: 'Where browsers reach the media port; counts from the next start of a media node.',
    }),
    revision: t.exposeInt('revision', { description: notYet }),
  }),
});

const AccessSettingsType = builder.objectRef<Revised<AccessSettings>>('AccessSettings').implement({
  description: 'From where the server may be administered.',
  fields: (t) => ({
    limited: t.exposeBoolean('limited', { description: 'Whether the list counts at all.' }),
    subnets: t.exposeStringList('subnets'),
    localhostWithoutSignIn: t.exposeBoolean('localhostWithoutSignIn', {
      description: 'Whoever sits at the server itself is an administrator without signing in.',
    }),
    yourAddress: t.string({ resolve: (_, __, { caller }) => caller.origin.ip }),
    revision: t.exposeInt('revision', { description: notYet }),
  }),
});

const days = 'Days that this is kept for; null keeps everything.';
const RetentionSettingsType = builder.objectRef<Revised<RetentionSettings>>('RetentionSettings').implement({
  fields: (t) => ({
    eventDays: t.exposeInt('eventDays', { nullable: true, description: days }),
    callDays: t.exposeInt('callDays', { nullable: true, description: days }),
    chatDays: t.exposeInt('chatDays', { nullable: true, description: days }),
    revision: t.exposeInt('revision', { description: notYet }),
  }),
});

const WitnessKind = builder.enumType('WitnessKind', {
  values: { DIRECTORY: { value: 'directory' }, WEBHOOK: { value: 'webhook' }, SERVER: { value: 'server' } } as const,
});
const WitnessTarget = builder.objectRef<WitnessSettings['targets'][number]>('WitnessTarget').implement({
  fields: (t) => ({
    kind: t.expose('kind', { type: WitnessKind }),
    address: t.exposeString('address', { description: 'The path of a directory, or a URL.' }),
  }),
});
const WitnessSettingsType = builder.objectRef<Revised<WitnessSettings>>('WitnessSettings').implement({
  description: 'Where checkpoints of the log are to be kept beside this server.',
  fields: (t) => ({
    targets: t.expose('targets', { type: [WitnessTarget] }),
    revision: t.exposeInt('revision', { description: notYet }),
  }),
});

const DiagnosticSettingsType = builder.objectRef<Revised<DiagnosticSettings>>('DiagnosticSettings').implement({
  fields: (t) => ({
    detailedLog: t.exposeBoolean('detailedLog', { description: 'Whether the server log holds details.' }),
    revision: t.exposeInt('revision', { description: notYet }),
  }),
});

type Asked = { asOf?: (typeof AsOf)['$inferInput'] | null | undefined; minPosition?: string | null | undefined };

const sectionFor = async <Values extends object>(
  context: ApiContext,
  { asOf, minPosition }: Asked,
  name: SettingsSection,
  { initial }: Section<Values>,
): Promise<Revised<Values>> => {
  await settled(context, projections, minPosition);
  const then = await thenRead(context, 'settings', asOf, { section: name });
  const { values, revision } = await sectionOf(context.pool, name, then);
  return { ...laidOver(initial, values), revision };
};

const minPosition = { type: 'Position' } as const;
const projections = ['server_settings'];

builder.queryFields((t) => ({
  generalSettings: t.field({
    type: GeneralSettingsType,
    args: { asOf: t.arg(asOfArg), minPosition: t.arg(minPosition) },
    resolve: (_, asked, context) => {
      allowReading(context, 'readSettings');
      return sectionFor(context, asked, 'general', generalSettings);
    },
  }),
  accessSettings: t.field({
    type: AccessSettingsType,
    args: { asOf: t.arg(asOfArg), minPosition: t.arg(minPosition) },
    resolve: (_, asked, context) => {
      allowReading(context, 'readAccessSettings');
      return sectionFor(context, asked, 'access', accessSettings);
    },
  }),
  retentionSettings: t.field({
    type: RetentionSettingsType,
    args: { asOf: t.arg(asOfArg), minPosition: t.arg(minPosition) },
    resolve: (_, asked, context) => {
      allowReading(context, 'readSettings');
      return sectionFor(context, asked, 'retention', retentionSettings);
    },
  }),
  witnessSettings: t.field({
    type: WitnessSettingsType,
    args: { asOf: t.arg(asOfArg), minPosition: t.arg(minPosition) },
    resolve: (_, asked, context) => {
      allowReading(context, 'readSettings');
      return sectionFor(context, asked, 'witnesses', witnessSettings);
    },
  }),
  diagnosticSettings: t.field({
    type: DiagnosticSettingsType,
    args: { asOf: t.arg(asOfArg), minPosition: t.arg(minPosition) },
    resolve: (_, asked, context) => {
      allowReading(context, 'readServerLog');
      return sectionFor(context, asked, 'diagnostics', diagnosticSettings);
    },
  }),
}));

const GeneralInput = builder.inputType('GeneralSettingsInput', {
  fields: (t) => ({ serverName: t.string(), announcedAddress: t.string() }),
});
const AccessInput = builder.inputType('AccessSettingsInput', {
  fields: (t) => ({ limited: t.boolean(), subnets: t.stringList(), localhostWithoutSignIn: t.boolean() }),
});
const RetentionInput = builder.inputType('RetentionSettingsInput', {
  description: 'A field that is null is switched off, one that is left out stays as it is.',
  fields: (t) => ({ eventDays: t.int(), callDays: t.int(), chatDays: t.int() }),
});
const WitnessTargetInput = builder.inputType('WitnessTargetInput', {
  fields: (t) => ({
    kind: t.field({ type: WitnessKind, required: true }),
    address: t.string({ required: true }),
  }),
});
const WitnessInput = builder.inputType('WitnessSettingsInput', {
  fields: (t) => ({ targets: t.field({ type: [WitnessTargetInput] }) }),
});
const DiagnosticInput = builder.inputType('DiagnosticSettingsInput', { fields: (t) => ({ detailedLog: t.boolean() }) });
const Sections = builder.enumType('SettingsSection', {
  values: {
    GENERAL: { value: 'general' },
    ACCESS: { value: 'access' },
    RETENTION: { value: 'retention' },
    WITNESSES: { value: 'witnesses' },
    DIAGNOSTICS: { value: 'diagnostics' },
  } as const,
});

const lockout = 'Do it even where your own address is kept out.';
const { general, access, retention, witnesses, diagnostics } = settingsVerbs;

builder.mutationFields((t) => ({
  editGeneralSettings: t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      values: t.arg({ type: GeneralInput, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => general.edit(context.needs, call, args)),
  }),
  editAccessSettings: t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      values: t.arg({ type: AccessInput, required: true }),
      confirmLockout: t.arg.boolean({ description: lockout }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => access.edit(context.needs, call, args)),
  }),
  editRetentionSettings: t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      values: t.arg({ type: RetentionInput, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => retention.edit(context.needs, call, args)),
  }),
  editWitnessSettings: t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      values: t.arg({ type: WitnessInput, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => witnesses.edit(context.needs, call, args)),
  }),
  editDiagnosticSettings: t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      values: t.arg({ type: DiagnosticInput, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => diagnostics.edit(context.needs, call, args)),
  }),
  resetSettings: t.field({
    type: CommandResult,
    description: 'Puts a whole section back to its defaults.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      section: t.arg({ type: Sections, required: true }),
      confirmLockout: t.arg.boolean({ description: lockout }),
    },
    resolve: (_, args, context) =>
      answer(context, args.command, (call) => settingsVerbs[args.section].reset(context.needs, call, args)),
  }),
}));

const Language = builder.enumType('Language', { values: { EN: { value: 'en' }, DE: { value: 'de' } } as const });
const PreferencesType = builder.objectRef<Revised<Preferences>>('Preferences').implement({
  description: 'What an administrator chose for herself; null leaves it to the browser.',
  fields: (t) => ({
    language: t.expose('language', { type: Language, nullable: true }),
    timeZone: t.exposeString('timeZone', { nullable: true }),
    csvEncoding: t.expose('csvEncoding', { type: CsvEncoding }),
    csvDelimiter: t.expose('csvDelimiter', { type: CsvDelimiter }),
    revision: t.exposeInt('revision', { description: notYet }),
  }),
});

builder.queryField('preferences', (t) =>
  t.field({
    type: PreferencesType,
    description: 'Of the administrator who asks.',
    resolve: (_, __, context) => {
      const { kind, id } = context.caller.actor;
      allowReading(context, 'readPreferences', { self: kind === 'account' });
      return preferencesOf(context.needs, id);
    },
  }),
);

const PreferencesInput = builder.inputType('PreferencesInput', {
  description: 'A field that is left out stays as it is.',
  fields: (t) => ({
    language: t.field({ type: Language }),
    timeZone: t.string(),
    csvEncoding: t.field({ type: CsvEncoding }),
    csvDelimiter: t.field({ type: CsvDelimiter }),
  }),
});

builder.mutationField('editPreferences', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      values: t.arg({ type: PreferencesInput, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => editPreferences(context.needs, call, args)),
  }),
);
