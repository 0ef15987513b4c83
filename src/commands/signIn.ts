// Signing in and out: passwords checked behind counters, tokens kept as hashes, each stay an event stream.
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import { type SignOutCause, signIn } from '../domain/identity/signIn.ts';
import { signInGuard } from '../domain/identity/signInGuard.ts';
import { type Origin, Refusal } from '../domain/kernel.ts';
import { accessSettings } from '../domain/settings/settings.ts';
import { allow, type Caller } from './access.ts';
import { roleUnder } from './adminAccess.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse, step, systemActor } from './call.ts';
import { derivedId, keyedName } from './canonical.ts';
import type { Ctx } from './execute.ts';
import { nameOfLogin } from './logins.ts';
import { rehearse } from './reserve.ts';

/** Failed attempts per login, and per address, in a quarter of an hour. */
const attemptsPerLoginMax = 10;
const attemptsPerAddressMax = 100;
const attemptWindowMs = 15 * 60_000;

const signInInput = z.object({ login: z.string().trim().min(1).max(64), password: z.string().min(1).max(128) });

export type SignedIn = { token: string; signInId: string; accountId: string; expiresAt: Date; position: string | null };

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Counts the attempt before anything is evaluated, so that parallel guesses are all counted. */
const admit = async ({ vault, now }: Needs, key: string, max: number): Promise<void> => {
  if (await vault.admitAttempt(key, now(), attemptWindowMs, max)) return;
  const attempts = await vault.attemptsOf(key);
  const until = (attempts?.firstAt.getTime() ?? now().getTime()) + attemptWindowMs;
  throw new Refusal('sign_in.too_many_attempts', {
    retryAfterSeconds: Math.max(1, Math.ceil((until - now().getTime()) / 1000)),
  });
};

const recordFailure = async (needs: Needs, accountId: string, ctx: Ctx): Promise<void> => {
  const at = needs.now();
  const ask = { type: 'RecordFailedSignIns' as const, data: { accountId, count: 1, firstAt: at, lastAt: at } };
  // Every guess is one of its own, also under the same command id: a repeat would go unrecorded, and the refusal of a
  // used id would tell known logins from unknown ones.
  const commandId = derivedId('failed', accountId, randomBytes(16).toString('hex'));
  await needs.executor.execute(signInGuard, accountId, ask, { ...step(ctx, 'failed', systemActor), commandId });
};

/**
 * Checks login and password and opens a device session. Wrong login and wrong password answer alike, after about the
 * same time. Refuses with `sign_in.failed`, `sign_in.too_many_attempts` or `sign_in.account_inactive`.
 */
export const signInWithPassword = async (needs: Needs, call: Call, input: unknown): Promise<SignedIn> => {
  allow(call.caller, 'signIn');
  const { login, password } = parse(signInInput, input);
  const { executor, vault, passwords } = needs;
  const ctx = ctxOf(call, { login });
  const name = await nameOfLogin(needs, login);
  const loginKey = `login:${name.key}`;
  await admit(
    needs,
    `address:${keyedName(await vault.secret('address'), call.caller.origin.ip)}`,
    attemptsPerAddressMax,
  );
  await admit(needs, loginKey, attemptsPerLoginMax);

  const { state: held } = await executor.load(name.decider, name.key);
  const accountId = 'ownerId' in held ? held.ownerId : null;
  const found = accountId === null ? null : (await executor.load(account, accountId)).state;
  const living = found && 'passwordId' in found ? found : null;
  const stored = living?.passwordId ? await vault.passwordOf(living.passwordId) : null;
  if (!(await passwords.verify(stored, password)) || living === null) {
    if (living) await recordFailure(needs, living.accountId, ctx);
    throw new Refusal('sign_in.failed');
  }
  await vault.clearAttempts(loginKey);
  const displayName = living.person?.displayName ?? '';
  const signedIn = await openSignIn(
    needs,
    living.accountId,
    living.status === 'active',
    displayName,
    ctx,
    call.caller.origin,
  );
  await assertNotOvertaken(needs, living.accountId, living.passwordId, signedIn.signInId, ctx);
  return signedIn;
};

/**
 * Comparing passwords takes a while. Who was switched off meanwhile, or had another password set, would keep what was
 * opened after all devices of the account had been signed out.
 */
const assertNotOvertaken = async (
  needs: Needs,
  accountId: string,
  passwordId: string | null,
  signInId: string,
  ctx: Ctx,
): Promise<void> => {
  const { state } = await needs.executor.load(account, accountId);
  if (state.status === 'active' && state.passwordId === passwordId) return;
  const cause = state.status === 'active' ? 'password_set' : state.status === 'deleted' ? 'deleted' : 'deactivated';
  await endSignIn(needs, signInId, cause, step(ctx, 'overtaken', systemActor));
  throw new Refusal(cause === 'deactivated' ? 'sign_in.account_inactive' : 'sign_in.failed');
};

/** Opens a device session for an account whose identity is proved. */
export const openSignIn = async (
  needs: Needs,
  accountId: string,
  accountActive: boolean,
  displayName: string,
  ctx: Ctx,
  { ip, userAgent }: Origin,
): Promise<SignedIn> => {
  const signInId = derivedId('signIn', accountId, ctx.commandId);
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(needs.now().getTime() + needs.signInLifetimeMs);
  const data = { signInId, accountId, accountActive, device: { ip, userAgent }, expiresAt };
  const mine: Ctx = { ...ctx, actor: { kind: 'account', id: accountId }, origin: { displayName, ip, userAgent } };
  await needs.vault.putToken(hashOf(token), { signInId, accountId, expiresAt });
  try {
    const { position } = await needs.executor.execute(signIn, signInId, { type: 'SignIn', data }, mine);
    return { token, signInId, accountId, expiresAt, position };
  } catch (error) {
    await needs.vault.dropTokens({ signInId });
    throw error;
  }
};

/**
 * The caller a token stands for, or null. Everything is read from the streams themselves, so a right that was taken
 * away is gone with the event that took it.
 */
export const authenticate = async (needs: Needs, token: string, origin: Origin): Promise<Caller | null> => {
  const { executor, vault, now, serverId } = needs;
  const readAtMs = performance.now();
  const caughtUp = executor.catchUp(readAtMs);
  caughtUp.catch(() => undefined); // Who has no token need not know.
  const known = await vault.tokenOf(hashOf(token));
  if (!known || known.expiresAt <= now()) return null;
  await caughtUp;
  const { signInId, accountId } = known;
  const [stay, owner, rights, access] = await Promise.all([
    executor.load(signIn, signInId, readAtMs),
    executor.load(account, accountId, readAtMs),
    executor.load(administration, serverId, readAtMs),
    executor.load(accessSettings, 'access', readAtMs),
  ]);
  if (stay.state.status !== 'signed_in' || owner.state.status !== 'active') return null;
  return {
    actor: { kind: 'account', id: accountId },
    ...roleUnder(access.state, rights.state.roles[accountId] ?? null, origin.ip),
    signInId,
    origin: { ...origin, displayName: owner.state.person?.displayName ?? '' },
    readAtMs,
  };
};

/** Ends one device session; a repeat records nothing. */
export const endSignIn = async (needs: Needs, signInId: string, cause: SignOutCause, ctx: Ctx): Promise<Done> => {
  const answer = await needs.executor.execute(signIn, signInId, { type: 'SignOut', data: { signInId, cause } }, ctx);
  if (!ctx.dryRun) await needs.vault.dropTokens({ signInId });
  return doneOf(answer);
};

const signOutAsk = (signInId: string) => ({
  type: 'SignOut' as const,
  data: { signInId, cause: 'signed_out' as const },
});

/**
 * The answer to a sign-out that was given before, or null where this is none. By then the caller is nobody, but her
 * token, which opens nothing any more, still tells which device session it was.
 */
const signedOutBefore = async (needs: Needs, call: Call, token: string | null): Promise<Done | null> => {
  const known = token === null ? null : await needs.vault.tokenOf(hashOf(token));
  if (!known) return null;
  const { signInId, accountId } = known;
  const caller = { ...call.caller, actor: { kind: 'account' as const, id: accountId }, signInId };
  const ctx = ctxOf({ ...call, caller }, { signInId });
  if (!(await rehearse(needs, signIn, signInId, signOutAsk(signInId), ctx))) return null;
  return doneOf(await needs.executor.execute(signIn, signInId, signOutAsk(signInId), ctx));
};

/**
 * The caller ends her own device session. `token` is the one she came with, valid or not. It stays in the vault until it
 * expires, so that a repeat is known as one; that it opens nothing is read from the stream.
 */
export const signOut = async (needs: Needs, call: Call, token: string | null): Promise<Done> => {
  const { signInId, actor } = call.caller;
  const before = actor.kind === 'anonymous' ? await signedOutBefore(needs, call, token) : null;
  if (before) return before;
  allow(call.caller, 'signOut');
  if (signInId === null) throw new Refusal('access.sign_in_required');
  return doneOf(await needs.executor.execute(signIn, signInId, signOutAsk(signInId), ctxOf(call, { signInId })));
};

/** Ends another device session of the same account, or of anybody for an administrator. */
export const endSignInOf = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const { signInId } = parse(z.object({ signInId: idInput }), input);
  const { state } = await needs.executor.load(signIn, signInId);
  allow(call.caller, 'endSignIn', { self: 'accountId' in state && state.accountId === call.caller.actor.id });
  const own = signInId === call.caller.signInId;
  return endSignIn(needs, signInId, own ? 'signed_out' : 'disconnected', ctxOf(call, { signInId }));
};
