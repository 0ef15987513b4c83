// An account: who somebody is on this server. Rights live in administration, passwords in the vault.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import {
  type AccountDeletionCause,
  type AccountEvent,
  accountEvents,
  type ErasureCounts,
  type Profile,
} from './events.ts';

type Asked = { accountId: string };
export type AccountCommand =
  | Command<'CreateAccount', Asked & { login: string; profile: Profile; passwordId: string; active?: boolean }>
  | Command<'EditAccountProfile', Asked & { profile: Partial<Profile> }>
  | Command<'SetAccountPassword', Asked & { passwordId: string; keptSignInId: string | null }>
  | Command<'ActivateAccount', Asked>
  | Command<'DeactivateAccount', Asked & { isAdministrator: boolean }>
  | Command<'DisconnectAccountDevices', Asked>
  | Command<'DeleteAccount', Asked & { isAdministrator: boolean } & Deletion>
  /** Deletes the account, too, where that was not done before. */
  | Command<'ErasePerson', Asked & { isAdministrator: boolean; counts: ErasureCounts } & Deletion>
  /** The keys are destroyed. */
  | Command<'NotePersonErased', Asked & { contents: number }>;

/** Why, and what becomes of the login: the key of its stream, and until when nobody else gets it. */
type Deletion = { cause: AccountDeletionCause; loginKey: string | null; loginBlockedUntil: Date | null };

type Living = {
  accountId: string;
  /** Null once the person was erased. */
  person: ({ login: string } & Profile) | null;
  passwordId: string | null;
  /** Passwords that were set and took the place of each other, the latest last. */
  formerPasswordIds: readonly string[];
  createdAt: string;
};
export type Account =
  | { status: 'unborn' }
  | ({ status: 'active' | 'inactive' } & Living)
  | ({ status: 'deleted'; accountId: string; deletedAt: string; erasure: Erasure } & Deletion);

/** Whether the person is to be erased, or was. */
type Erasure = 'none' | 'ordered' | 'done';

const changedFields = (before: Profile, asked: Partial<Profile>): (keyof Profile)[] =>
  (Object.keys(asked) as (keyof Profile)[]).filter((field) => asked[field] !== before[field]);

const living = (account: Account): Extract<Account, Living> => {
  if (account.status === 'unborn') throw new Refusal('account.not_found');
  if (account.status === 'deleted') throw new Refusal('account.deleted');
  return account;
};

const create = (command: Extract<AccountCommand, { type: 'CreateAccount' }>, account: Account): AccountEvent[] => {
  const { accountId, login, profile, passwordId, active = true } = command.data;
  const at = command.meta.now.toISOString();
  if (account.status !== 'unborn') throw new Refusal('account.exists');
  const displayName = profile.displayName || `${profile.firstName} ${profile.lastName}`.trim() || login;
  return [
    { type: 'AccountCreated', data: { accountId, person: { login, ...profile, displayName }, createdAt: at } },
    { type: 'AccountPasswordSet', data: { accountId, passwordId, keptSignInId: null, setAt: at } },
    // In one step with the rest, or it could sign in for a moment.
    ...(active ? [] : [{ type: 'AccountDeactivated' as const, data: { accountId, deactivatedAt: at } }]),
  ];
};

const edit = (
  { data, meta }: Extract<AccountCommand, { type: 'EditAccountProfile' }>,
  { person }: Extract<Account, Living>,
): AccountEvent[] => {
  if (person === null) throw new Refusal('account.deleted');
  const fields = changedFields(person, data.profile);
  if (fields.length === 0) return [];
  const { login: _, ...before } = person;
  const profile = { ...before, ...data.profile };
  return [
    {
      type: 'AccountProfileEdited',
      data: { accountId: data.accountId, fields, profile, editedAt: meta.now.toISOString() },
    },
  ];
};

const deletion = (
  {
    accountId,
    isAdministrator,
    cause,
    loginKey,
    loginBlockedUntil: until,
  }: Asked & Deletion & { isAdministrator: boolean },
  deletedAt: string,
): AccountEvent => {
  if (isAdministrator) throw new Refusal('account.is_administrator');
  const loginBlockedUntil = until?.toISOString() ?? null;
  return { type: 'AccountDeleted', data: { accountId, cause, loginKey, loginBlockedUntil, deletedAt } };
};

const erase = ({ data, meta }: Extract<AccountCommand, { type: 'ErasePerson' }>, account: Account): AccountEvent[] => {
  if (account.status === 'unborn') throw new Refusal('account.not_found');
  const at = meta.now.toISOString();
  const { accountId, counts } = data;
  const order: AccountEvent = { type: 'PersonErasureOrdered', data: { accountId, counts, orderedAt: at } };
  if (account.status !== 'deleted') return [deletion(data, at), order];
  return account.erasure === 'none' ? [order] : []; // Asked twice: nothing new happened.
};

const noteErased = (
  { data: { accountId, contents }, meta }: Extract<AccountCommand, { type: 'NotePersonErased' }>,
  account: Account,
): AccountEvent[] => {
  if (account.status !== 'deleted' || account.erasure !== 'ordered') return [];
  return [{ type: 'PersonErased', data: { accountId, contents, erasedAt: meta.now.toISOString() } }];
};

const decide = (command: AccountCommand, account: Account): AccountEvent[] => {
  if (command.type === 'CreateAccount') return create(command, account);
  if (command.type === 'ErasePerson') return erase(command, account);
  if (command.type === 'NotePersonErased') return noteErased(command, account);
  const at = command.meta.now.toISOString();
  const { accountId } = command.data;
  if (command.type === 'DeleteAccount' && account.status === 'deleted') return []; // Asked twice: nothing new happened.
  const alive = living(account);
  switch (command.type) {
    case 'EditAccountProfile':
      return edit(command, alive);
    case 'SetAccountPassword': {
      const { passwordId, keptSignInId } = command.data;
      return [{ type: 'AccountPasswordSet', data: { accountId, passwordId, keptSignInId, setAt: at } }];
    }
    case 'ActivateAccount':
      return alive.status === 'active' ? [] : [{ type: 'AccountActivated', data: { accountId, activatedAt: at } }];
    case 'DeactivateAccount':
      if (alive.status === 'inactive') return [];
      if (command.data.isAdministrator) throw new Refusal('account.is_administrator');
      return [{ type: 'AccountDeactivated', data: { accountId, deactivatedAt: at } }];
    case 'DisconnectAccountDevices':
      return [{ type: 'AccountDevicesDisconnected', data: { accountId, disconnectedAt: at } }];
    case 'DeleteAccount':
      return [deletion(command.data, at)];
  }
};

const deleted = ({
  loginBlockedUntil: until,
  ...rest
}: Extract<AccountEvent, { type: 'AccountDeleted' }>['data']): Account => ({
  status: 'deleted',
  erasure: 'none',
  ...rest,
  loginBlockedUntil: until === null ? null : new Date(until),
});

const formerPasswordsMax = 20;

const formerOf = ({ passwordId, formerPasswordIds }: Extract<Account, Living>): string[] =>
  [...formerPasswordIds, ...(passwordId === null ? [] : [passwordId])].slice(-formerPasswordsMax);

const evolve = (account: Account, { type, data }: AccountEvent): Account => {
  if (type === 'AccountCreated') {
    const { accountId, person, createdAt } = data;
    return { status: 'active', accountId, person, passwordId: null, formerPasswordIds: [], createdAt };
  }
  if (account.status === 'unborn') return account;
  if (account.status === 'deleted') {
    if (type === 'PersonErasureOrdered') return { ...account, erasure: 'ordered' };
    return type === 'PersonErased' ? { ...account, erasure: 'done' } : account;
  }
  switch (type) {
    case 'AccountProfileEdited':
      return account.person && data.profile
        ? { ...account, person: { ...account.person, ...data.profile } }
        : { ...account, person: null };
    case 'AccountPasswordSet':
      return { ...account, passwordId: data.passwordId, formerPasswordIds: formerOf(account) };
    case 'AccountDeactivated':
      return { ...account, status: 'inactive' };
    case 'AccountActivated':
      return { ...account, status: 'active' };
    case 'AccountDevicesDisconnected':
    case 'PersonErasureOrdered':
    case 'PersonErased':
      return account;
    case 'AccountDeleted':
      return deleted(data);
  }
};

export const account: Decider<Account, AccountCommand, AccountEvent> = {
  category: 'account',
  initial: { status: 'unborn' },
  decide,
  evolve,
  vocabulary: accountEvents,
};
