// The command `settings`: the configuration as a file, and back.
import { readFile } from 'node:fs/promises';
import { applySettingsFile, settingsFile } from '../commands/settingsFile.ts';
import type { InputProblem } from '../domain/inputProblems.ts';
import { Refusal } from '../domain/kernel.ts';
import { refusals } from '../domain/refusals.ts';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import { type ConfigurationNeeds, configurationVerb, notWritten } from './configurationCommand.ts';
import { writeFileAtomic } from './files.ts';
import type { OpenLog } from './openLog.ts';
import { terminalCall } from './terminalCall.ts';

type Print = (text: string) => void;

const textIn = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CannotStart('backup_unusable', `${file} cannot be read: ${String(cause)}`, { cause });
  });

/** Why the file was not applied, in words. */
const told = (error: unknown): unknown => {
  if (!(error instanceof Refusal)) return error;
  const problems = (error.details['problems'] ?? []) as InputProblem[];
  const named = problems.map(({ path }) => path).join(', ');
  const message = named === '' ? refusals[error.code] : `${refusals[error.code]} They are: ${named}`;
  return new CannotStart('backup_unusable', message, { cause: error });
};

const apply = async ({ needs }: OpenLog, given: Given, newId: () => string, print: Print): Promise<void> => {
  const file = given.text('apply') ?? '';
  const call = terminalCall(newId);
  const text = await textIn(file);
  const { planned } = await applySettingsFile(needs, { ...call, dryRun: true }, { text });
  for (const { type, data } of planned ?? []) print(`${type} ${JSON.stringify(data)}\n`);
  if (planned?.length === 0) print('Nothing differs.\n');
  if (given.flag('dry-run')) return;
  await applySettingsFile(needs, call, { text });
  print(`The settings are those of ${file}.\n`);
};

const wanted = 'Say save FILE or restore FILE, or give one of --save FILE and --apply FILE.';

/** The command `settings`: the whole configuration by its verbs, the settings alone by its options. */
export const settingsCommand =
  (needs: ConfigurationNeeds): Handler =>
  async (given) => {
    const { withLog, sources, print } = needs;
    const [to, from] = [given.text('save'), given.text('apply')];
    const [verb, file, ...others] = given.rest;
    const asked = [verb, to, from].filter((each) => each !== undefined);
    if (asked.length !== 1 || others.length > 0) throw new BadUsage(wanted);
    if (verb !== undefined) {
      if ((verb !== 'save' && verb !== 'restore') || file === undefined) throw new BadUsage(wanted);
      await configurationVerb(given, [verb, file], needs);
      return 0;
    }
    await withLog(given, async (opened) => {
      if (to === undefined) {
        return apply(opened, given, sources.newId, print).catch((error: unknown) => {
          throw told(error);
        });
      }
      await writeFileAtomic(to, await settingsFile(opened.needs)).catch((error: unknown) => {
        throw notWritten(to, error);
      });
      print(`All settings are in ${to}.\n`);
    });
    return 0;
  };
