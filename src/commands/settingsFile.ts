// All settings of the server as one file: written from what they are, and applied to this server or another one.
import { z } from 'zod';
import { Refusal } from '../domain/kernel.ts';
import {
  accessSettings,
  diagnosticSettings,
  generalSettings,
  retentionSettings,
  type Section,
  witnessSettings,
} from '../domain/settings/settings.ts';
import { allow } from './access.ts';
import { type Call, type Done, type Needs, parse } from './call.ts';
import { derivedId } from './canonical.ts';
import { type SettingsSection, settingsInputs, settingsVerbs } from './settings.ts';

export const settingsFormat = 'hansard-settings';
/** The version whose text is all there is; those after it are sealed (see `configurationFile.ts`). */
const version = 1;
/** In UTF-16 units; all sections at their limits stay below. */
export const settingsTextMax = 60_000;

const sections = Object.keys(settingsInputs) as SettingsSection[];

/** Every section as it is now. */
export const savedSettings = async ({ executor }: Needs): Promise<Record<SettingsSection, object>> => {
  const stateOf = async <Values>(name: SettingsSection, decider: Section<Values>) =>
    (await executor.load(decider, name)).state;
  return {
    general: await stateOf('general', generalSettings),
    access: await stateOf('access', accessSettings),
    retention: await stateOf('retention', retentionSettings),
    witnesses: await stateOf('witnesses', witnessSettings),
    diagnostics: await stateOf('diagnostics', diagnosticSettings),
  };
};

/** Every section as it is now, as JSON with a line for each field. Settings hold no secrets. */
export const settingsFile = async (needs: Needs): Promise<string> => {
  const { serverId, now } = needs;
  const sections = await savedSettings(needs);
  const file = { format: settingsFormat, version, serverId, savedAt: now().toISOString(), sections };
  return `${JSON.stringify(file, null, 2)}\n`;
};

const head = z.object({ format: z.literal(settingsFormat), version: z.int() });
const body = z.object({ sections: z.object(settingsInputs).partial().strict() });
const whole = head.extend({
  version: z.literal(version),
  serverId: z.uuid(),
  savedAt: z.iso.datetime(),
  sections: z.record(z.string(), z.unknown()),
});

/** A text that `settingsFile` wrote, its sections not looked at; null for any other. */
export const openedSettings = (text: string): z.infer<typeof whole> | null =>
  whole.safeParse(parsedJson(text)).data ?? null;

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

const opened = (text: string): { [Section in SettingsSection]?: object | undefined } => {
  const file = parsedJson(text);
  const known = head.safeParse(file);
  if (!known.success) throw new Refusal('settings.file_unusable');
  if (known.data.version > version) throw new Refusal('settings.file_newer', { version: known.data.version });
  return parse(body, file, 'file').sections;
};

const stepOf = (call: Call, section: SettingsSection): Call => {
  const { expectedRevision: _, ...rest } = call;
  return { ...rest, commandId: derivedId('settings file', call.commandId, section), causationId: call.commandId };
};

/**
 * Changes every section that the file has and that is not yet so; what it leaves out stays. Tries all of it first, so
 * that nothing is changed where anything is refused: with `settings.file_unusable`, `settings.file_newer`, or
 * `input.invalid`.
 */
export const applySettingsFile = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'editSettings');
  const file = opened(parse(z.object({ text: z.string().max(settingsTextMax) }), input).text);
  const run = async (dryRun: boolean): Promise<Done[]> => {
    const done: Done[] = [];
    for (const section of sections) {
      const values = file[section];
      if (!values) continue;
      const step = { ...stepOf(call, section), dryRun };
      done.push(await settingsVerbs[section].edit(needs, step, { values }));
    }
    return done;
  };
  const planned = (await run(true)).flatMap((each) => each.planned ?? []);
  if (call.dryRun) return { position: null, planned };
  const positions = (await run(false)).flatMap(({ position }) => position ?? []);
  return { position: positions.toSorted().at(-1) ?? null, planned: null };
};
