// The command `access`: from where the server may be administered, also for whoever has shut herself out.
import { settingsVerbs } from '../commands/settings.ts';
import { accessSettings } from '../domain/settings/settings.ts';
import { plainSubnet } from '../subnets.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import type { OpenLog } from './openLog.ts';
import { terminalCall } from './terminalCall.ts';
import type { WithLog } from './withLog.ts';

type Settings = (typeof accessSettings)['initial'];
type Print = (text: string) => void;

const show = ({ limited, subnets, localhostWithoutSignIn }: Settings, print: Print): void => {
  print(limited ? `Only from: ${subnets.join(', ')}\n` : 'From every address.\n');
  if (localhostWithoutSignIn) print('Without signing in at the server itself.\n');
};

const change = async ({ needs }: OpenLog, newId: () => string, values: Partial<Settings>): Promise<void> => {
  await settingsVerbs.access.edit(needs, terminalCall(newId), { values });
};

const act = async (opened: OpenLog, given: Given, newId: () => string, print: Print): Promise<void> => {
  const load = async () => (await opened.needs.executor.load(accessSettings, 'access')).state;
  const allow = given.text('allow');
  if (given.flag('everywhere')) await change(opened, newId, { limited: false });
  if (allow !== undefined) await change(opened, newId, { subnets: [...(await load()).subnets, allow] });
  show(await load(), print);
};

/** The command `access`, on the log that `withLog` opens; a running server heeds it with its next request. */
export const accessCommand =
  (withLog: WithLog, newId: () => string, print: Print): Handler =>
  async (given) => {
    const allow = given.text('allow');
    if (allow !== undefined && plainSubnet(allow) === null) {
      throw new BadUsage(`--allow takes an address or a subnet like 192.168.11.10 or 10.0.0.0/8, not "${allow}".`);
    }
    await withLog(given, (opened) => act(opened, given, newId, print));
    return 0;
  };
