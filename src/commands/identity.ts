// Accounts: made, edited, switched off, deleted; and who administers the server.
import { z } from 'zod';
import { type AccountCommand, account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import type { Profile } from '../domain/identity/events.ts';
import { problem } from '../domain/inputProblems.ts';
import { Refusal } from '../domain/kernel.ts';
import { allow } from './access.ts';
import { letIn } from './adminAccess.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse, step, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import type { Ctx } from './execute.ts';
import { isAdministrator, nameOfLogin, settleLogin } from './logins.ts';
import { rehearse, releaseName, reserveName } from './reserve.ts';
import { oneLine } from './text.ts';

/** Days a freed login stays blocked (ARCHITECTURE §3). */
const loginBlockedDays = 90;
export const loginBlockedUntil = (now: Date): Date => new Date(now.getTime() + loginBlockedDays * 86_400_000);

// Catalogue A1: Latin letters, digits, `_`, `-`, `.`.
const loginInput = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, problem('login_form'));
const passwordInput = z.string().min(8).max(128);
const sip = z
  .string()
  .trim()
  .regex(/^((#?sip:)?[A-Za-z0-9_.+@-]{1,100})?$/, problem('sip_form'));
const profileInput = z.object({
  displayName: oneLine(100),
  firstName: oneLine(100),
  lastName: oneLine(100),
  email: z.union([z.literal(''), z.email(problem('email_form')).max(254)], problem('email_form')),
  company: oneLine(200),
  mobilePhone: oneLine(40),
  workPhone: oneLine(40),
  homePhone: oneLine(40),
  sipNumber: sip,
});
const emptyProfile: Profile = {
  displayName: '',
  firstName: '',
  lastName: '',
  email: '',
  company: '',
  mobilePhone: '',
  workPhone: '',
  homePhone: '',
  sipNumber: '',
};
const partialProfile = z.preprocess(
  (given) =>
    given && typeof given === 'object' ? Object.fromEntries(Object.entries(given).filter(([, v]) => v != null)) : given,
  profileInput.partial(),
);
const accountInput = z.object({ accountId: idInput });
const createInput = accountInput.extend({ login: loginInput, password: passwordInput, profile: partialProfile });
const setUpInput = createInput
  .omit({ profile: true })
  .extend({ displayName: profileInput.shape.displayName.nullish() });

/** Profile fields that were given; exactOptionalPropertyTypes wants undefined ones gone. */
const given = (profile: z.output<typeof partialProfile>): Partial<Profile> =>
  Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));

type SetUp = { type: 'SetUpServer'; data: { serverId: string; administratorId: string } };

const passwordIdOf = ({ actor, commandId }: Ctx, accountId: string): string =>
  derivedId('password', actor.kind, actor.id, accountId, commandId);

/** Makes the verifier of a password, or has it already; null where there is none. */
type VerifierOf = (needs: Needs) => Promise<string> | string | null;
const hashing =
  (password: string): VerifierOf =>
  ({ passwords }) =>
    passwords.hash(password);

const storePassword = async (needs: Needs, accountId: string, verifierOf: VerifierOf, ctx: Ctx): Promise<string> => {
  const passwordId = passwordIdOf(ctx, accountId);
  const verifier = ctx.dryRun ? null : await verifierOf(needs);
  if (verifier !== null) await needs.vault.putPassword(passwordId, accountId, verifier);
  return passwordId;
};

type Newcomer = { accountId: string; login: string; profile: z.output<typeof partialProfile>; active?: boolean };

/** Reserve the login, create the account, confirm the login; each step may be repeated. */
const create = async (needs: Needs, asked: Newcomer, verifierOf: VerifierOf, ctx: Ctx): Promise<Done> => {
  const { accountId, login, active = true } = asked;
  const profile = { ...emptyProfile, ...given(asked.profile) };
  const name = await nameOfLogin(needs, login);
  const passwordId = passwordIdOf(ctx, accountId);
  const ask = { type: 'CreateAccount' as const, data: { accountId, login, profile, passwordId, active } };
  if (!(await rehearse(needs, account, accountId, ask, ctx))) await reserveName(needs, name, accountId, ctx);
  try {
    await storePassword(needs, accountId, verifierOf, ctx);
    const answer = await needs.executor.execute(account, accountId, ask, ctx);
    if (ctx.dryRun) return doneOf(answer);
    await forgetFormerPasswords(needs, accountId); // A repeat brought it back.
    await settleLogin(needs, accountId, ctx);
    return doneOf(answer);
  } catch (error) {
    const code = error instanceof Refusal ? error.code : null;
    if (code === 'account.exists') await forgetFormerPasswords(needs, accountId);
    // Whoever tries again may do so for an account of another id.
    if (code === 'account.exists' || code === 'command.too_busy') {
      await releaseUnused(needs, name, accountId, login, ctx);
    }
    throw error;
  }
};

/** Gives a reserved login back unless it is the very login of the account that exists. */
const releaseUnused = async (
  needs: Needs,
  name: Awaited<ReturnType<typeof nameOfLogin>>,
  accountId: string,
  login: string,
  ctx: Ctx,
) => {
  const { state } = await needs.executor.load(account, accountId);
  const own = 'person' in state && state.person?.login === login;
  if (!own) await releaseName(needs, name, accountId, null, ctx);
};

export const createAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'createAccount');
  const asked = parse(createInput, input);
  const { password, ...askedOpenly } = asked;
  return create(needs, asked, hashing(password), ctxOf(call, askedOpenly));
};

/** As the vault keeps them (PHC string format), and of costs that cannot be meant to stop this server. */
const isVerifier = (text: string): boolean => {
  const [, memory, time] = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d),p=[1-4](?:\$[\w+/]{8,120}){2}$/.exec(text) ?? [];
  return Number(memory) <= 256 * 1024 && Number(time) >= 1;
};
const verifierInput = z.string().refine(isVerifier).nullable();
const restoreInput = createInput.omit({ password: true }).extend({ verifier: verifierInput, active: z.boolean() });

/** Makes an account as it was elsewhere, whose person signs in with the password of then. */
export const restoreAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'restoreConfiguration');
  const { verifier, ...asked } = parse(restoreInput, input);
  return create(needs, asked, () => verifier, ctxOf(call, asked));
};

/** Sets the password whose verifier this is; a process then signs out every device of the account. */
export const restorePassword = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'restoreConfiguration');
  const { accountId, verifier } = parse(accountInput.extend({ verifier: verifierInput }), input);
  return putPassword(needs, accountId, () => verifier, null, ctxOf(call, { accountId }));
};

/**
 * Whether this very command set the server up before. It answers with a sign-in, so the password has to be the same as
 * well, which no digest of what was asked may contain.
 */
const setUpBefore = async (needs: Needs, password: string, ask: SetUp, ctx: Ctx): Promise<boolean> => {
  if (!(await rehearse(needs, administration, needs.serverId, ask, step(ctx, 'set up')))) return false;
  const stored = await needs.vault.passwordOf(passwordIdOf(ctx, ask.data.administratorId));
  if (stored === null) return false; // Another one was set since: sign in with that.
  if (!(await needs.passwords.verify(stored, password))) throw new Refusal('command.id_reused');
  return true;
};

/**
 * Makes the first administrator. `tokenIsValid` says whether the caller holds the one-time setup token; the account
 * is deleted again should somebody else have set the server up in the meantime. Answers the account's id.
 */
export const setUpServer = async (needs: Needs, call: Call, input: unknown, tokenIsValid: boolean): Promise<string> => {
  allow(call.caller, 'setUpServer');
  const { executor, serverId } = needs;
  const { displayName, ...asked } = parse(setUpInput, input);
  const { password: _, ...askedOpenly } = asked;
  const ctx = { ...ctxOf(call, { ...askedOpenly, displayName }), actor: systemActor };
  const data = { serverId, administratorId: asked.accountId };
  const ask: SetUp = { type: 'SetUpServer', data };
  const { state } = await executor.load(administration, serverId);
  if (state.setUp) {
    if (tokenIsValid && (await setUpBefore(needs, asked.password, ask, ctx))) return asked.accountId;
    throw new Refusal('setup.already_done');
  }
  if (!tokenIsValid) throw new Refusal('setup.link_invalid');
  const profile = { displayName: displayName ?? undefined };
  await create(needs, { ...asked, profile }, hashing(asked.password), ctx);
  try {
    await executor.execute(administration, serverId, ask, step(ctx, 'set up'));
    await letIn(needs, call.caller.origin.ip, ctx);
    return asked.accountId;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'setup.already_done') await undoCreate(needs, asked, ctx);
    throw error;
  }
};

const undoCreate = async (needs: Needs, { accountId, login }: { accountId: string; login: string }, ctx: Ctx) => {
  const { key: loginKey } = await nameOfLogin(needs, login);
  const data = { accountId, isAdministrator: false, loginKey, loginBlockedUntil: null };
  const remove = { type: 'DeleteAccount' as const, data: { ...data, cause: 'set_up_elsewhere' as const } };
  await needs.executor.execute(account, accountId, remove, step(ctx, 'undo'));
  await settleLogin(needs, accountId, ctx);
};

/** Nothing that was used to sign in outlives the account. */
export const forgetSecrets = async ({ vault }: Needs, accountId: string): Promise<void> => {
  await vault.dropTokens({ accountId });
  await vault.dropPasswords({ accountId });
};

const self = (call: Call, accountId: string) => ({ self: call.caller.actor.id === accountId });

export const editAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(accountInput.extend({ profile: partialProfile }), input);
  allow(call.caller, 'editAccount', self(call, asked.accountId));
  const data = { accountId: asked.accountId, profile: given(asked.profile) };
  const ask = { type: 'EditAccountProfile' as const, data };
  return doneOf(await needs.executor.execute(account, asked.accountId, ask, ctxOf(call, asked)));
};

const putPassword = async (
  needs: Needs,
  accountId: string,
  verifierOf: VerifierOf,
  keptSignInId: string | null,
  ctx: Ctx,
): Promise<Done> => {
  const { state } = await needs.executor.load(account, accountId);
  if (state.status === 'unborn') throw new Refusal('account.not_found');
  const passwordId = await storePassword(needs, accountId, verifierOf, ctx);
  const ask = { type: 'SetAccountPassword' as const, data: { accountId, passwordId, keptSignInId } };
  try {
    const answer = await needs.executor.execute(account, accountId, ask, ctx);
    if (!ctx.dryRun) await forgetFormerPasswords(needs, accountId);
    return doneOf(answer);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'account.deleted') await forgetFormerPasswords(needs, accountId);
    throw error;
  }
};

/**
 * Drops the passwords of an account that others took the place of, or all of one that was deleted. Not all but the one
 * that was just set: by now yet another may be the valid one, or be about to be.
 */
export const forgetFormerPasswords = async (needs: Needs, accountId: string): Promise<void> => {
  const { executor, vault } = needs;
  const { state } = await executor.load(account, accountId);
  if (state.status === 'deleted') return forgetSecrets(needs, accountId);
  if (!('formerPasswordIds' in state)) return;
  const passwordIds = state.formerPasswordIds.filter((id) => id !== state.passwordId);
  if (passwordIds.length > 0) await vault.dropPasswords({ passwordIds });
};

/** Sets a password; a process then signs out every other device of the account. */
export const setPassword = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const { accountId, password } = parse(accountInput.extend({ password: passwordInput }), input);
  allow(call.caller, 'setPassword', self(call, accountId));
  const keptSignInId = call.caller.actor.id === accountId ? call.caller.signInId : null;
  return putPassword(needs, accountId, hashing(password), keptSignInId, ctxOf(call, { accountId }));
};

export const activateAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'activateAccount');
  const { accountId } = parse(accountInput, input);
  const ask = { type: 'ActivateAccount' as const, data: { accountId } };
  return doneOf(await needs.executor.execute(account, accountId, ask, ctxOf(call, { accountId })));
};

export const deactivateAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'deactivateAccount');
  const { accountId } = parse(accountInput, input);
  const ask = {
    type: 'DeactivateAccount' as const,
    data: { accountId, isAdministrator: await isAdministrator(needs, accountId) },
  };
  return cuttingOff(needs, accountId, ask, ctxOf(call, { accountId }));
};

type CutOff = { type: AccountCommand['type']; data: AccountCommand['data'] };

/**
 * What tokens open is over at once; the processes end each sign-in. A repeat cuts nobody off who has come in since.
 */
const cuttingOff = async (needs: Needs, accountId: string, ask: CutOff, ctx: Ctx): Promise<Done> => {
  const { executor, vault } = needs;
  const { revision } = await executor.load(account, accountId);
  const answer = await executor.execute(account, accountId, ask, ctx);
  if (!ctx.dryRun && answer.revision > revision) await vault.dropTokens({ accountId });
  return doneOf(answer);
};

/** Ends every device session of an account and every leg it has in a running session. */
export const disconnectDevices = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const { accountId } = parse(accountInput, input);
  allow(call.caller, 'disconnectDevices', self(call, accountId));
  const ask = { type: 'DisconnectAccountDevices' as const, data: { accountId } };
  return cuttingOff(needs, accountId, ask, ctxOf(call, { accountId }));
};

/** Deletes an account; its login stays blocked for 90 days. What a kill cuts off here, a process does. */
export const deleteAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'deleteAccount');
  const { accountId } = parse(accountInput, input);
  const { state } = await needs.executor.load(account, accountId);
  // One that is being made right now would be deleted without its login's being known.
  if (state.status === 'unborn') throw new Refusal('account.not_found');
  const login = 'person' in state ? state.person?.login : undefined;
  const ctx = ctxOf(call, { accountId });
  const data = {
    accountId,
    isAdministrator: await isAdministrator(needs, accountId),
    cause: 'asked' as const,
    loginKey: login === undefined ? null : (await nameOfLogin(needs, login)).key,
    loginBlockedUntil: loginBlockedUntil(needs.now()),
  };
  const answer = await needs.executor.execute(account, accountId, { type: 'DeleteAccount', data }, ctx);
  if (ctx.dryRun) return doneOf(answer);
  await forgetSecrets(needs, accountId);
  await settleLogin(needs, accountId, ctx);
  return doneOf(answer);
};

export const appointAdministrator = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'appointAdministrator');
  const asked = parse(accountInput.extend({ role: z.enum(['admin', 'security_admin']) }), input);
  const { state } = await needs.executor.load(account, asked.accountId);
  if (state.status === 'unborn' || state.status === 'deleted') throw new Refusal('account.not_found');
  const ask = { type: 'AppointAdministrator' as const, data: { ...asked, accountActive: state.status === 'active' } };
  return doneOf(await needs.executor.execute(administration, needs.serverId, ask, ctxOf(call, asked)));
};

export const dismissAdministrator = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'dismissAdministrator');
  const asked = parse(accountInput, input);
  const ask = { type: 'DismissAdministrator' as const, data: asked };
  return doneOf(await needs.executor.execute(administration, needs.serverId, ask, ctxOf(call, asked)));
};
