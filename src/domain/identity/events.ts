// Accounts, logins, sign-ins and the set-up of the server.
import { z } from 'zod';
import { fact, firstFormatLevel, sealed, vocabulary } from '../kernel.ts';

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

/** Older servers recorded only deletions that were asked for, and blocked the login for 90 days. */
const askedFor = (data: object) =>
  'cause' in data ? data : { ...data, cause: 'asked', loginKey: null, loginBlockedUntil: null };

/**
 * `asked`: by an administrator. Otherwise the account was being made: `login_taken` by another account in the meantime,
 * `set_up_elsewhere` as the first administrator of a server that had one by then.
 */
const deletionCause = z.enum(['asked', 'login_taken', 'set_up_elsewhere']);

const count = z.int().min(0);

/** What there is of a person, in pieces, as the read models know it when she is to be erased. */
const erasureCounts = z.object({
  profileFields: count,
  signIns: count,
  devices: count,
  chatMessages: count,
  sessions: count,
  connections: count,
  /** Those that she caused, each with her name, address and program of then. */
  events: count,
  searches: count,
  exports: count,
});

export const accountEvents = vocabulary(
  [
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
    /** What becomes of the login: `loginKey` names its stream, null where nobody knows it. */
    fact('AccountDeleted', {
      ...account,
      cause: deletionCause,
      loginKey: z.string().nullable(),
      loginBlockedUntil: at.nullable(),
      deletedAt: at,
    }),
    /** From here on it is going to be done, whoever is killed. */
    fact('PersonErasureOrdered', { ...account, counts: erasureCounts, orderedAt: at }),
    /** Her keys are destroyed: `contents` of them were of single messages. */
    fact('PersonErased', { ...account, contents: count, erasedAt: at }),
  ],
  { AccountDeleted: askedFor },
  { PersonErasureOrdered: 4, PersonErased: 4 },
);
export type ErasureCounts = z.infer<typeof erasureCounts>;
export type AccountDeletionCause = z.infer<typeof deletionCause>;
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

/** Catalogue A2: inactive, offline, online, busy in a meeting, in a meeting of one's own. */
const statusCode = z.union([z.literal(-2), z.literal(0), z.literal(1), z.literal(2), z.literal(5)]);

export const accountStatusEvents = vocabulary(
  [
    fact('AccountStatusSettled', {
      ...account,
      previousStatus: statusCode,
      status: statusCode,
      since: at,
      settledAt: at,
    }),
  ],
  {},
  { AccountStatusSettled: 2 },
);
export type AccountStatusEvent = ReturnType<typeof accountStatusEvents.parse>;
export type AccountStatusCode = z.infer<typeof statusCode>;

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

const server = { serverId: z.uuid() };
const level = z.int().positive();

export const serverEvents = vocabulary(
  [
    fact('FormatLevelRaised', { ...server, level, raisedAt: at }),
    /** `formatLevel`: the highest that this node's program reads. */
    fact('ServerStarted', { ...server, node: z.string(), version: z.string(), formatLevel: level, startedAt: at }),
    fact('ServerStopped', { ...server, node: z.string(), stoppedAt: at }),
    /** `keyId` names the new master key of the vault and does not tell it. */
    fact('MasterKeyRotationBegun', { ...server, keyId: z.string(), begunAt: at }),
    /** `rewrapped`: so many keys since the rotation was last taken up. The key before this one opens nothing more. */
    fact('MasterKeyRotated', { ...server, keyId: z.string(), rewrapped: z.int().min(0), rotatedAt: at }),
  ],
  // Nodes did not say what they read while there was but one level.
  { ServerStarted: (data) => ('formatLevel' in data ? data : { ...data, formatLevel: firstFormatLevel }) },
  { MasterKeyRotationBegun: 4, MasterKeyRotated: 4 },
);
export type ServerEvent = ReturnType<typeof serverEvents.parse>;
