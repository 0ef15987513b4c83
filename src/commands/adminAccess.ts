// From where the server may be administered (catalogue A19).
import type { AdministratorRole } from '../domain/identity/events.ts';
import type { AccessSettings } from '../domain/settings/events.ts';
import { accessSettings } from '../domain/settings/settings.ts';
import { isWithin, plainSubnet, type Subnet, subnetOf } from '../subnets.ts';
import { type Needs, step } from './call.ts';
import type { Ctx } from './execute.ts';

/** Lists are read for every request, and change hardly ever. */
const parsed = new WeakMap<readonly string[], readonly Subnet[]>();

const subnetsOf = (texts: readonly string[]): readonly Subnet[] => {
  const known = parsed.get(texts) ?? texts.flatMap((text) => subnetOf(text) ?? []);
  parsed.set(texts, known);
  return known;
};

/** Whether these settings let somebody with this address administer. A text that is no address lies outside. */
export const admits = ({ limited, subnets }: AccessSettings, address: string): boolean =>
  !limited || isWithin(address, subnetsOf(subnets));

const settingsNow = async ({ executor }: Pick<Needs, 'executor'>): Promise<AccessSettings> =>
  (await executor.load(accessSettings, 'access')).state;

/** Whether somebody with this address may administer now. */
export const mayAdministerFrom = async (needs: Pick<Needs, 'executor'>, address: string): Promise<boolean> =>
  admits(await settingsNow(needs), address);

/** Whether whoever sits at the server itself may administer without signing in. */
export const mayAdministerLocally = async (needs: Pick<Needs, 'executor'>, address: string): Promise<boolean> => {
  const settings = await settingsNow(needs);
  return settings.localhostWithoutSignIn && admits(settings, address);
};

type Roles = { role: AdministratorRole | null; withheldRole?: AdministratorRole };

/** The role as it counts at this address under these settings: outside the list it is withheld. */
export const roleUnder = (settings: AccessSettings, role: AdministratorRole | null, address: string): Roles =>
  role === null || admits(settings, address) ? { role } : { role: null, withheldRole: role };

/** The role as it counts at this address now. */
export const roleAt = async (
  needs: Pick<Needs, 'executor'>,
  role: AdministratorRole | null,
  address: string,
): Promise<Roles> => roleUnder(await settingsNow(needs), role, address);

/** Puts the address on the list from which the server was set up: whoever holds the link is at home there. */
export const letIn = async ({ executor }: Pick<Needs, 'executor'>, address: string, ctx: Ctx): Promise<void> => {
  const { state } = await executor.load(accessSettings, 'access');
  const own = plainSubnet(address);
  if (own === null || admits(state, address)) return;
  const ask = { type: 'EditSettings' as const, data: { values: { subnets: [...state.subnets, own] } } };
  await executor.execute(accessSettings, 'access', ask, {
    ...step(ctx, 'let in'),
    reason: 'The server was set up from this address',
  });
};
