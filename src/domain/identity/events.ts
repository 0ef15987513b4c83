// Accounts, logins, sign-ins and the set-up of the server.
import { z } from 'zod';
import { fact, sealed, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();
const account = { accountId: z.uuid() };
const signIn = { signInId: z.uuid(), accountId: z.uuid() };
const login = { loginKey: z.string(), ownerId: z.uuid() };

const administratorRole = z.enum(['admin', 'security_admin']);

/** The profile fields of an account; empty strings mean "not given". */
const profile = {
  displayName: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  company: z.string(),
  mobilePhone: z.string(),
  workPhone: z.string(),
  homePhone: z.string(),
  sipNumber: z.string(),
};

export const accountEvents = vocabulary([
  fact('AccountCreated', {
    ...account,
    person: sealed('accountId', { login: z.string(), ...profile }),
    createdAt: at,
  }),
  fact('AccountProfileEdited', {
    ...account,
    fields: z.array(z.string()),
    profile: sealed('accountId', profile),
    editedAt: at,
  }),
  /** `keptSignInId`: the device session that set it; all others are signed out. */
  fact('AccountPasswordSet', { ...account, passwordId: z.uuid(), keptSignInId: z.uuid().nullable(), setAt: at }),
  fact('AccountDeactivated', { ...account, deactivatedAt: at }),
  fact('AccountActivated', { ...account, activatedAt: at }),
  fact('AccountDevicesDisconnected', { ...account, disconnectedAt: at }),
  fact('AccountDeleted', { ...account, deletedAt: at }),
]);
/** The profile as plain data; empty strings mean "not given". */
export type Profile = Omit<NonNullable<Extract<AccountEvent, { type: 'AccountCreated' }>['data']['person']>, 'login'>;
export type AccountEvent = ReturnType<typeof accountEvents.parse>;

export const loginEvents = vocabulary([
  fact('LoginReserved', { ...login, reservedUntil: at, reservedAt: at }),
  fact('LoginConfirmed', { ...login, confirmedAt: at }),
  fact('LoginReleased', { ...login, blockedUntil: at.nullable(), releasedAt: at }),
]);
export type LoginEvent = ReturnType<typeof loginEvents.parse>;

export const signInEvents = vocabulary([
  fact('SignedIn', {
    ...signIn,
    device: sealed('accountId', { ip: z.string(), userAgent: z.string() }),
    expiresAt: at,
    signedInAt: at,
  }),
  fact('SignedOut', {
    ...signIn,
    cause: z.enum(['signed_out', 'expired', 'disconnected', 'deactivated', 'deleted', 'password_set']),
    signedOutAt: at,
  }),
]);
export type SignInEvent = ReturnType<typeof signInEvents.parse>;

/** Failures are aggregated: strangers must not be able to fill the log. */
export const signInGuardEvents = vocabulary([
  fact('SignInsFailed', { ...account, count: z.int().positive(), firstAt: at, lastAt: at }),
]);
export type SignInGuardEvent = ReturnType<typeof signInGuardEvents.parse>;

/** One stream per server: that there is always an administrator is decided here, so it cannot be raced. */
export const administrationEvents = vocabulary([
  fact('ServerSetUp', { serverId: z.uuid(), administratorId: z.uuid(), setUpAt: at }),
  fact('AdministratorAppointed', { ...account, role: administratorRole, appointedAt: at }),
  fact('AdministratorDismissed', { ...account, role: administratorRole, dismissedAt: at }),
]);
export type AdministrationEvent = ReturnType<typeof administrationEvents.parse>;
export type AdministratorRole = z.infer<typeof administratorRole>;

export const serverEvents = vocabulary([
  fact('FormatLevelRaised', { serverId: z.uuid(), level: z.int().positive(), raisedAt: at }),
  fact('ServerStarted', { serverId: z.uuid(), node: z.string(), version: z.string(), startedAt: at }),
  fact('ServerStopped', { serverId: z.uuid(), node: z.string(), stoppedAt: at }),
]);
export type ServerEvent = ReturnType<typeof serverEvents.parse>;
