// The command `settings`: all settings as a file, and back.
import { readFile } from 'node:fs/promises';
import { applySettingsFile, settingsFile } from '../commands/settingsFile.ts';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import { writeFileAtomic } from './files.ts';
import type { OpenLog } from './openLog.ts';
import { terminalCall } from './terminalCall.ts';
import type { WithLog } from './withLog.ts';

type Print = (text: string) => void;

const textIn = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CannotStart('backup_unusable', `${file} cannot be read: ${String(cause)}`, { cause });
  });

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

/** The command `settings`, on the log that `withLog` opens. */
export const settingsCommand =
  (withLog: WithLog, newId: () => string, print: Print): Handler =>
  async (given) => {
    const [to, from] = [given.text('save'), given.text('apply')];
    if ((to === undefined) === (from === undefined)) throw new BadUsage('Give one of --save FILE and --apply FILE.');
    await withLog(given, async (opened) => {
      if (to === undefined) return apply(opened, given, newId, print);
      await writeFileAtomic(to, await settingsFile(opened.needs));
      print(`All settings are in ${to}.\n`);
    });
    return 0;
  };
