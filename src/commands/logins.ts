// The unique name of an account: held while it lives, freed once it is deleted, whoever was killed in between.
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import { login as loginName } from '../domain/identity/login.ts';
import { Refusal } from '../domain/kernel.ts';
import { type Needs, step, systemActor } from './call.ts';
import { keyedName } from './canonical.ts';
import type { Ctx } from './execute.ts';
import { type Claim, holdName, type Name, releaseName, sweepName } from './reserve.ts';

type LoginName = Name<ReturnType<typeof loginName.vocabulary.parse>>;

const keyOf = async ({ vault }: Needs, login: string): Promise<string> => keyedName(await vault.secret('login'), login);

const claimOf = async (needs: Needs, key: string, accountId: string): Promise<Claim> => {
  const { state } = await needs.executor.load(account, accountId);
  if (state.status === 'deleted') {
    return { acted: false, blockedUntil: state.loginKey === key ? state.loginBlockedUntil : null };
  }
  const own = state.status !== 'unborn' && state.person !== null && (await keyOf(needs, state.person.login)) === key;
  return own ? { acted: true } : { acted: false, blockedUntil: null };
};

const nameOfKey = (needs: Needs, key: string): LoginName => ({
  decider: loginName,
  key,
  claimOf: (accountId) => claimOf(needs, key, accountId),
});

/** The unique name of a login: a stream named by its keyed hash, since the login itself is personal. */
export const nameOfLogin = async (needs: Needs, login: string): Promise<LoginName> =>
  nameOfKey(needs, await keyOf(needs, login));

/** Settles the reservation of a login that lapsed, if this one did. */
export const sweepLogin = (needs: Needs, key: string): Promise<void> => sweepName(needs, nameOfKey(needs, key));

export const isAdministrator = async ({ executor, serverId }: Needs, accountId: string): Promise<boolean> =>
  (await executor.load(administration, serverId)).state.roles[accountId] !== undefined;

/**
 * Does for the login what the account's own stream asks for: confirms it while the account lives, frees it once it is
 * deleted. Where the reservation had lapsed and another account has taken the login since, this one is
 * deleted again, and `account.login_taken` refused. A repeat does no harm.
 */
export const settleLogin = async (needs: Needs, accountId: string, ctx: Ctx): Promise<void> => {
  const { state } = await needs.executor.load(account, accountId);
  if (state.status === 'unborn') return;
  if (state.status !== 'deleted') {
    if (state.person !== null) await confirmOrGiveUp(needs, accountId, state.person.login, ctx);
    return;
  }
  const { loginKey, loginBlockedUntil, cause } = state;
  if (loginKey !== null) await releaseName(needs, nameOfKey(needs, loginKey), accountId, loginBlockedUntil, ctx);
  if (cause === 'login_taken') throw new Refusal('account.login_taken');
};

const confirmOrGiveUp = async (needs: Needs, accountId: string, login: string, ctx: Ctx): Promise<void> => {
  const name = await nameOfLogin(needs, login);
  if (await holdName(needs, name, accountId, ctx)) return;
  const data = {
    accountId,
    isAdministrator: await isAdministrator(needs, accountId),
    cause: 'login_taken' as const,
    loginKey: name.key, // It is another account's; but that may let go of it now, for a repeat of this one to take.
    loginBlockedUntil: null,
  };
  const giveUp = step(ctx, 'give up', systemActor);
  await needs.executor.execute(account, accountId, { type: 'DeleteAccount', data }, giveUp);
  throw new Refusal('account.login_taken');
};
