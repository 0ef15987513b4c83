// The settings of the server: read, changed, put back to their defaults, one section at a time.
import { isIP } from 'node:net';
import { z } from 'zod';
import { problem } from '../domain/inputProblems.ts';
import { Refusal } from '../domain/kernel.ts';
import type { AccessSettings } from '../domain/settings/events.ts';
import { laidOver } from '../domain/settings/fields.ts';
import {
  accessSettings,
  diagnosticSettings,
  type EditSettings,
  generalSettings,
  retentionSettings,
  type Section,
  witnessSettings,
} from '../domain/settings/settings.ts';
import { plainSubnet } from '../subnets.ts';
import { allow } from './access.ts';
import { admits } from './adminAccess.ts';
import { type Call, ctxOf, type Done, doneOf, type Needs, parse } from './call.ts';
import { onWhatWasSeen } from './optimistic.ts';
import { oneLine } from './text.ts';

const subnetsMax = 200;
const targetsMax = 20;
const daysMax = 36_500;

/** Fields that are null are not asked for. */
const given = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    (values) =>
      values && typeof values === 'object' && !Array.isArray(values)
        ? Object.fromEntries(Object.entries(values).filter(([, value]) => value != null))
        : values,
    z.object(shape).partial(),
  );

const isHost = (text: string): boolean =>
  text === '' || isIP(text) !== 0 || /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.|$))+$/i.test(text);
const generalInput = given({
  serverName: oneLine(100),
  announcedAddress: oneLine(253).refine(isHost, problem('host_form')),
});

/** One spelling per subnet; an address alone is a subnet of one. */
const subnet = oneLine(60).transform((text, ctx) => {
  const plain = plainSubnet(text);
  if (plain === null) ctx.addIssue({ code: 'custom', message: problem('subnet_form') });
  return plain ?? '';
});
const accessInput = given({
  limited: z.boolean(),
  subnets: z
    .array(subnet)
    .max(subnetsMax)
    .transform((texts) => [...new Set(texts)]),
  localhostWithoutSignIn: z.boolean(),
});

const days = z.int().min(1).max(daysMax).nullable();
const retentionInput = z.object({ eventDays: days, callDays: days, chatDays: days }).partial();

const isUrl = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).username === '';
const isDirectory = (text: string): boolean => text.startsWith('/') && !text.split('/').includes('..');
const target = z
  .object({ kind: z.enum(['directory', 'webhook', 'server']), address: oneLine(500).min(1) })
  .refine(({ kind, address }) => kind !== 'directory' || isDirectory(address), {
    path: ['address'],
    message: problem('directory_form'),
  })
  .refine(({ kind, address }) => kind === 'directory' || isUrl(address), {
    path: ['address'],
    message: problem('url_form'),
  });
const witnessInput = given({ targets: z.array(target).max(targetsMax) });
const diagnosticInput = given({ detailedLog: z.boolean() });

/** What `edit` takes of each section. */
export const settingsInputs = {
  general: generalInput,
  access: accessInput,
  retention: retentionInput,
  witnesses: witnessInput,
  diagnostics: diagnosticInput,
} as const;

/** May refuse what the section would become. */
type Guard<Values> = (call: Call, becomes: Values, confirmed: boolean) => void;
type Verbs = Record<'edit' | 'reset', (needs: Needs, call: Call, input: unknown) => Promise<Done>>;

const confirmation = z.object({ confirmLockout: z.boolean().nullish() });

const verbsOf = <Values extends object>(
  name: string,
  decider: Section<Values>,
  fields: z.ZodType<EditSettings<Values>['data']['values']>,
  guard: Guard<Values> | null = null,
): Verbs => {
  const change = (needs: Needs, call: Call, values: EditSettings<Values>['data']['values'], input: unknown) => {
    const { confirmLockout } = parse(confirmation, input);
    const ask = { type: 'EditSettings' as const, data: { values } };
    const run = async (seen: Call) => doneOf(await needs.executor.execute(decider, name, ask, ctxOf(seen, { values })));
    if (guard === null) return run(call);
    const look = () => needs.executor.load(decider, name);
    return onWhatWasSeen(needs, call, look, ({ state }, seen) => {
      guard(call, laidOver(state, values), confirmLockout === true);
      return run(seen);
    });
  };
  return {
    edit: async (needs, call, input) => {
      allow(call.caller, 'editSettings');
      const { values } = parse(z.object({ values: fields }), input);
      return change(needs, call, values, input);
    },
    reset: async (needs, call, input) => {
      allow(call.caller, 'editSettings');
      return change(needs, call, decider.initial, input);
    },
  };
};

/** Nobody shuts herself out without being told; the server itself has no address. */
const staysInside: Guard<AccessSettings> = ({ caller }, becomes, confirmed) => {
  const { ip } = caller.origin;
  if (confirmed || caller.actor.kind === 'system' || admits(becomes, ip)) return;
  throw new Refusal('settings.locks_you_out', { address: ip });
};

/**
 * The verbs of each section. `edit` takes `values`, the fields to change; `reset` puts all back to their defaults. Those
 * of `access` refuse with `settings.locks_you_out` what would keep the caller's own address out, unless `confirmLockout`
 * is given.
 */
export const settingsVerbs = {
  general: verbsOf('general', generalSettings, generalInput),
  access: verbsOf('access', accessSettings, accessInput, staysInside),
  retention: verbsOf('retention', retentionSettings, retentionInput),
  witnesses: verbsOf('witnesses', witnessSettings, witnessInput),
  diagnostics: verbsOf('diagnostics', diagnosticSettings, diagnosticInput),
} as const satisfies Record<string, Verbs>;
export type SettingsSection = keyof typeof settingsVerbs;
