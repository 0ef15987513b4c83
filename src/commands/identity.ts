// Accounts: made, edited, switched off, deleted; and who administers the server.
import { z } from 'zod';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import type { Profile } from '../domain/identity/events.ts';
import { login as loginName } from '../domain/identity/login.ts';
import { Refusal } from '../domain/kernel.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse, step, systemActor } from './call.ts';
import { derivedId, keyedName } from './canonical.ts';
import type { Ctx } from './execute.ts';
import { confirmName, type Name, rehearse, releaseName, reserveName } from './reserve.ts';
import { oneLine } from './text.ts';

/** Days a freed login stays blocked (ARCHITECTURE §3). */
const loginBlockedDays = 90;

// Catalogue A1: Latin letters, digits, `_`, `-`, `.`.
const loginInput = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'Use 1 to 64 Latin letters, digits, underscores, hyphens or dots');
const passwordInput = z.string().min(8, 'Use at least 8 characters').max(128, 'Use at most 128 characters');
const sip = z
  .string()
  .trim()
  .regex(/^((#?sip:)?[A-Za-z0-9_.+@-]{1,100})?$/, 'Write it as number, sip:number or #sip:number');
const profileInput = z.object({
  displayName: oneLine(100),
  firstName: oneLine(100),
  lastName: oneLine(100),
  email: z.union([z.literal(''), z.email('This is not an e-mail address').max(254)]),
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

/** The unique name of a login: a stream named by its keyed hash, since the login itself is personal. */
export const nameOfLogin = async (
  needs: Needs,
  login: string,
): Promise<Name<ReturnType<typeof loginName.vocabulary.parse>>> => ({
  decider: loginName,
  key: keyedName(await needs.vault.secret('login'), login),
  acted: async (ownerId) => (await needs.executor.load(account, ownerId)).state.status !== 'unborn',
});

const isAdministrator = async ({ executor, serverId }: Needs, accountId: string): Promise<boolean> =>
  (await executor.load(administration, serverId)).state.roles[accountId] !== undefined;

const passwordIdOf = ({ commandId }: Ctx): string => derivedId('password', commandId);

const storePassword = async (
  { vault, passwords }: Needs,
  accountId: string,
  password: string,
  ctx: Ctx,
): Promise<string> => {
  const passwordId = passwordIdOf(ctx);
  if (!ctx.dryRun) await vault.putPassword(passwordId, accountId, await passwords.hash(password));
  return passwordId;
};

/** Reserve the login, create the account, confirm the login; each step may be repeated. */
const create = async (needs: Needs, asked: z.output<typeof createInput>, ctx: Ctx): Promise<Done> => {
  const { accountId, login, password } = asked;
  const profile = { ...emptyProfile, ...given(asked.profile) };
  const name = await nameOfLogin(needs, login);
  const passwordId = passwordIdOf(ctx);
  const ask = { type: 'CreateAccount' as const, data: { accountId, login, profile, passwordId } };
  if (!(await rehearse(needs, account, accountId, ask, ctx))) await reserveName(needs, name, accountId, ctx);
  await storePassword(needs, accountId, password, ctx);
  try {
    const answer = await needs.executor.execute(account, accountId, ask, ctx);
    if (!ctx.dryRun) await confirmName(needs, name, accountId, ctx);
    return doneOf(answer);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'account.exists')
      await releaseUnused(needs, name, accountId, login, ctx);
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
  const { password: _, ...askedOpenly } = asked;
  return create(needs, asked, ctxOf(call, askedOpenly));
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
  const { state } = await executor.load(administration, serverId);
  if (state.setUp) throw new Refusal('setup.already_done');
  if (!tokenIsValid) throw new Refusal('setup.link_invalid');
  await create(needs, { ...asked, profile: { displayName: displayName ?? undefined } }, ctx);
  const data = { serverId, administratorId: asked.accountId };
  try {
    await executor.execute(administration, serverId, { type: 'SetUpServer', data }, step(ctx, 'set up'));
    return asked.accountId;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'setup.already_done') await undoCreate(needs, asked, ctx);
    throw error;
  }
};

const undoCreate = async (needs: Needs, { accountId, login }: { accountId: string; login: string }, ctx: Ctx) => {
  const remove = { type: 'DeleteAccount' as const, data: { accountId, isAdministrator: false } };
  await needs.executor.execute(account, accountId, remove, step(ctx, 'undo'));
  await releaseName(needs, await nameOfLogin(needs, login), accountId, null, ctx);
};

const self = (call: Call, accountId: string) => ({ self: call.caller.actor.id === accountId });

export const editAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(accountInput.extend({ profile: partialProfile }), input);
  allow(call.caller, 'editAccount', self(call, asked.accountId));
  const data = { accountId: asked.accountId, profile: given(asked.profile) };
  const ask = { type: 'EditAccountProfile' as const, data };
  return doneOf(await needs.executor.execute(account, asked.accountId, ask, ctxOf(call, asked)));
};

/** Sets a password; a process then signs out every other device of the account. */
export const setPassword = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const { accountId, password } = parse(accountInput.extend({ password: passwordInput }), input);
  allow(call.caller, 'setPassword', self(call, accountId));
  const ctx = ctxOf(call, { accountId });
  const { state } = await needs.executor.load(account, accountId);
  if (state.status === 'unborn') throw new Refusal('account.not_found');
  const passwordId = await storePassword(needs, accountId, password, ctx);
  const keptSignInId = call.caller.actor.id === accountId ? call.caller.signInId : null;
  const ask = { type: 'SetAccountPassword' as const, data: { accountId, passwordId, keptSignInId } };
  const answer = await needs.executor.execute(account, accountId, ask, ctx);
  if (!ctx.dryRun) await needs.vault.dropPasswords(accountId, passwordId);
  return doneOf(answer);
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
  const answer = await needs.executor.execute(account, accountId, ask, ctxOf(call, { accountId }));
  if (!call.dryRun) await needs.vault.dropTokens({ accountId });
  return doneOf(answer);
};

/** Ends every device session of an account and every leg it has in a running session. */
export const disconnectDevices = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const { accountId } = parse(accountInput, input);
  allow(call.caller, 'disconnectDevices', self(call, accountId));
  const ask = { type: 'DisconnectAccountDevices' as const, data: { accountId } };
  const answer = await needs.executor.execute(account, accountId, ask, ctxOf(call, { accountId }));
  if (!call.dryRun) await needs.vault.dropTokens({ accountId });
  return doneOf(answer);
};

export const deleteAccount = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'deleteAccount');
  const { accountId } = parse(accountInput, input);
  const { state } = await needs.executor.load(account, accountId);
  const ctx = ctxOf(call, { accountId });
  const ask = {
    type: 'DeleteAccount' as const,
    data: { accountId, isAdministrator: await isAdministrator(needs, accountId) },
  };
  const answer = await needs.executor.execute(account, accountId, ask, ctx);
  if (ctx.dryRun) return doneOf(answer);
  await needs.vault.dropTokens({ accountId });
  await needs.vault.dropPasswords(accountId, null);
  if ('person' in state && state.person) {
    const blockedUntil = new Date(needs.now().getTime() + loginBlockedDays * 86_400_000);
    await releaseName(needs, await nameOfLogin(needs, state.person.login), accountId, blockedUntil, ctx);
  }
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
