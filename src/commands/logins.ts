// The unique name of an account: held while it lives, freed once it is deleted, whoever was killed in between.
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import { login as loginName } from '../domain/identity/login.ts';
import { Refusal } from '../domain/kernel.ts';
import { type Needs, step, systemActor } from './call.ts';
import { keyedName } from './canonical.ts';
import type { Ctx } from './execute.ts';
import { confirmName, type Name, releaseName } from './reserve.ts';

type LoginName = Name<ReturnType<typeof loginName.vocabulary.parse>>;

const nameOfKey = ({ executor }: Needs, key: string): LoginName => ({
  decider: loginName,
  key,
  acted: async (ownerId) => (await executor.load(account, ownerId)).state.status !== 'unborn',
});

/** The unique name of a login: a stream named by its keyed hash, since the login itself is personal. */
export const nameOfLogin = async (needs: Needs, login: string): Promise<LoginName> =>
  nameOfKey(needs, keyedName(await needs.vault.secret('login'), login));

export const isAdministrator = async ({ executor, serverId }: Needs, accountId: string): Promise<boolean> =>
  (await executor.load(administration, serverId)).state.roles[accountId] !== undefined;

/**
 * Does for the login what the account's own stream asks for: confirms it while the account lives, frees it once it is
 * deleted. Where the reservation had lapsed and another account took the login before this one was made, this one is
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
  try {
    await confirmName(needs, name, accountId, ctx);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'account.login_taken')) throw error;
    const data = {
      accountId,
      isAdministrator: await isAdministrator(needs, accountId),
      cause: 'login_taken' as const,
      loginKey: null, // It is another account's.
      loginBlockedUntil: null,
    };
    const giveUp = step(ctx, 'give up', systemActor);
    await needs.executor.execute(account, accountId, { type: 'DeleteAccount', data }, giveUp);
    throw error;
  }
};
