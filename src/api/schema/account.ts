// Accounts, their devices, and what may be done to them.
import {
  activateAccount,
  appointAdministrator,
  createAccount,
  deactivateAccount,
  deleteAccount,
  disconnectDevices,
  dismissAdministrator,
  editAccount,
  setPassword,
} from '../../commands/identity.ts';
import {
  type AccountRow,
  accountOf,
  accountPage,
  administratorsOf,
  devicesOf,
  erasedName,
  type SignInRow,
  searchPeople,
} from '../../projections/userDirectory.ts';
import type { Then } from '../../projections/versions.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { subscribed } from '../subscribed.ts';
import { type AsWas, asOfArg, asWas, pageAsWas, thenRead } from './asOf.ts';
import {
  allowReading,
  answer,
  CommandInput,
  CommandResult,
  connected,
  connectionOf,
  isId,
  mayRead,
  NodeInterface,
  settled,
} from './shared.ts';

export const AdministratorRole = builder.enumType('AdministratorRole', {
  values: { ADMIN: { value: 'admin' }, SECURITY_ADMIN: { value: 'security_admin' } } as const,
});

const AccountStatus = builder.enumType('AccountStatus', {
  description: 'Live status; in the catalogue these are the codes -2, 0, 1, 2 and 5.',
  values: {
    INACTIVE: { value: -2 },
    OFFLINE: { value: 0 },
    ONLINE: { value: 1 },
    BUSY: { value: 2 },
    OWNER: { value: 5 },
  } as const,
});

const Erasure = builder.enumType('Erasure', {
  values: { ORDERED: { value: 'ordered' }, DONE: { value: 'done' } } as const,
});

const statusOf = async ({ id, active, was: then }: AsWas<AccountRow>, context: ApiContext) => {
  if (!active) return -2;
  if (then) return (await context.past(then).status(id)) ?? 0;
  const { presence, inSession } = context;
  const owns = await inSession(id);
  if (owns !== undefined) return owns ? 5 : 2;
  return presence.isOnline(id) ? 1 : 0;
};

const Device = builder.objectRef<SignInRow>('Device').implement({
  fields: (t) => ({
    signInId: t.exposeID('id'),
    ip: t.exposeString('ip'),
    userAgent: t.exposeString('userAgent'),
    signedInAt: t.expose('signedInAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    current: t.boolean({ resolve: ({ id }, _, { caller }) => caller.signInId === id }),
  }),
});

export const AccountType = builder.objectRef<AsWas<AccountRow>>('Account').implement({
  interfaces: [NodeInterface],
  fields: (t) => ({
    login: t.exposeString('login'),
    displayName: t.exposeString('displayName'),
    firstName: t.exposeString('firstName'),
    lastName: t.exposeString('lastName'),
    email: t.exposeString('email'),
    company: t.exposeString('company'),
    mobilePhone: t.exposeString('mobilePhone'),
    workPhone: t.exposeString('workPhone'),
    homePhone: t.exposeString('homePhone'),
    sipNumber: t.exposeString('sipNumber'),
    active: t.exposeBoolean('active'),
    role: t.expose('role', { type: AdministratorRole, nullable: true }),
    status: t.field({ type: AccountStatus, resolve: (row, _, context) => statusOf(row, context) }),
    deleted: t.exposeBoolean('deleted'),
    erasure: t.expose('erasure', {
      type: Erasure,
      nullable: true,
      description: 'Whether the person is to be erased, or was.',
    }),
    revision: t.exposeInt('revision'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    devices: t.field({
      type: [Device],
      resolve: ({ id, was: then }, _, { pool, now }) => devicesOf(pool, id, now(), then),
    }),
  }),
});

type PersonShape = Pick<AccountRow, 'id' | 'displayName' | 'login'>;
export const Person = builder.objectRef<PersonShape>('Person').implement({
  description: 'What any signed-in person may see of another.',
  fields: (t) => ({
    id: t.exposeID('id'),
    displayName: t.exposeString('displayName'),
    login: t.exposeString('login'),
    erased: t.boolean({
      description: 'The name is all that is left of the person.',
      resolve: ({ displayName, id }) => displayName === erasedName(id),
    }),
  }),
});

/** The person behind an id, as she is or was then; somebody unknown or erased still gets a name. */
export const personOf = async (id: string, context: ApiContext, then?: Then | null): Promise<PersonShape> =>
  (await (then ? context.past(then).people(id) : context.people(id))) ?? {
    id,
    displayName: erasedName(id),
    login: erasedName(id),
  };

const AccountConnection = connectionOf('Account', AccountType);

builder.queryField('account', (t) =>
  t.field({
    type: AccountType,
    nullable: true,
    args: {
      id: t.arg.id({ required: true }),
      deleted: t.arg.boolean({ description: 'Also where it was deleted.' }),
      asOf: t.arg(asOfArg),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { id, deleted, asOf, minPosition }, context) => {
      allowReading(context, 'readAccount', { self: context.caller.actor.id === id });
      if (!isId(id)) return null;
      await settled(context, ['user_directory'], minPosition);
      const then = await thenRead(context, 'accounts', asOf, { accountId: id });
      const row = await accountOf(context.pool, id, { deleted, then });
      return row && asWas(row, then);
    },
  }),
);

builder.queryField('accounts', (t) =>
  t.field({
    type: AccountConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      search: t.arg.string(),
      deleted: t.arg.boolean({ description: 'Those that were deleted, instead of those there are.' }),
      asOf: t.arg(asOfArg),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, search, deleted, asOf, minPosition }, context) => {
      allowReading(context, 'readAccounts');
      await settled(context, ['user_directory'], minPosition);
      const then = await thenRead(context, 'accounts', asOf, { search, ...(deleted ? { deleted } : {}) }, after);
      const asked = { search, deleted, then };
      return connected(pageAsWas(accountPage(context.pool, asked, first, after), then), after);
    },
  }),
);

builder.queryField('administrators', (t) =>
  t.field({
    type: [AccountType],
    description: 'Everybody who has a role, by name.',
    args: { asOf: t.arg(asOfArg), minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { asOf, minPosition }, context) => {
      allowReading(context, 'readAdministrators');
      await settled(context, ['user_directory'], minPosition);
      const then = await thenRead(context, 'administrators', asOf);
      return (await administratorsOf(context.pool, then)).map((row) => asWas(row, then));
    },
  }),
);

builder.queryField('people', (t) =>
  t.field({
    type: [Person],
    args: { search: t.arg.string({ required: true }), first: t.arg.int() },
    resolve: (_, { search, first }, context) => {
      allowReading(context, 'searchPeople');
      return searchPeople(context.pool, search, Math.min(Math.max(first ?? 20, 1), 50));
    },
  }),
);

builder.subscriptionField('accountsChanged', (t) =>
  t.field({
    type: ['ID'],
    description:
      'Ids of accounts whose row or live status changed. None at once, and when it may be any: read again what is shown.',
    subscribe: (_, __, context) =>
      subscribed(context, {
        first: true,
        wakes: ({ name, ids }) => (name === 'user_directory' || name === 'session_roster') && ids?.length !== 0,
        allowed: (now) => mayRead(now, 'readAccounts'),
        produce: (ids) => Promise.resolve([...ids]),
      }),
    resolve: (ids) => ids,
  }),
);

const profileFields = [
  'displayName',
  'firstName',
  'lastName',
  'email',
  'company',
  'mobilePhone',
  'workPhone',
  'homePhone',
  'sipNumber',
] as const;

const ProfileInput = builder.inputType('ProfileInput', {
  fields: (t) => Object.fromEntries(profileFields.map((field) => [field, t.string()])),
});

builder.mutationField('createAccount', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      accountId: t.arg.id({ required: true }),
      login: t.arg.string({ required: true }),
      password: t.arg.string({ required: true }),
      profile: t.arg({ type: ProfileInput, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => createAccount(context.needs, call, args)),
  }),
);

builder.mutationField('editAccount', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      accountId: t.arg.id({ required: true }),
      profile: t.arg({ type: ProfileInput, required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => editAccount(context.needs, call, args)),
  }),
);

builder.mutationField('setPassword', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      accountId: t.arg.id({ required: true }),
      password: t.arg.string({ required: true }),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => setPassword(context.needs, call, args)),
  }),
);

builder.mutationField('appointAdministrator', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      accountId: t.arg.id({ required: true }),
      role: t.arg({ type: AdministratorRole, required: true }),
    },
    resolve: (_, args, context) =>
      answer(context, args.command, (call) => appointAdministrator(context.needs, call, args)),
  }),
);

const onAccount = { activateAccount, deactivateAccount, disconnectDevices, deleteAccount, dismissAdministrator };
for (const [name, run] of Object.entries(onAccount)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: CommandResult,
      args: { command: t.arg({ type: CommandInput, required: true }), accountId: t.arg.id({ required: true }) },
      resolve: (_, args, context) => answer(context, args.command, (call) => run(context.needs, call, args)),
    }),
  );
}
