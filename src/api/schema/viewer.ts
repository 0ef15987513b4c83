// Who I am: setting the server up, signing in and out.

import { mayAdministerFrom, roleAt } from '../../commands/adminAccess.ts';
import { ctxOf, parseCall } from '../../commands/call.ts';
import { setUpServer } from '../../commands/identity.ts';
import { endSignInOf, openSignIn, type SignedIn, signInWithPassword, signOut } from '../../commands/signIn.ts';
import { administration } from '../../domain/identity/administration.ts';
import type { AdministratorRole as AdministratorRoleName } from '../../domain/identity/events.ts';
import { generalSettings } from '../../domain/settings/settings.ts';
import { type AccountRow, accountOf } from '../../projections/userDirectory.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { AccountType, AdministratorRole } from './account.ts';
import { answer, CommandInput, CommandResult, RefusalType, RefusedValue, refusing, settled } from './shared.ts';

type ServerInfoShape = {
  name: string;
  version: string;
  setUp: boolean;
  secure: boolean;
  administration: boolean;
  roleHere: AdministratorRoleName | null;
};
const ServerInfo = builder.objectRef<ServerInfoShape>('ServerInfo').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeString('version'),
    setUp: t.exposeBoolean('setUp'),
    secure: t.exposeBoolean('secure', { description: 'Whether browsers let this origin use cameras and microphones.' }),
    administration: t.exposeBoolean('administration', {
      description: "Whether the server may be administered from the caller's address.",
    }),
    roleHere: t.expose('roleHere', {
      type: AdministratorRole,
      nullable: true,
      description: 'What the caller administers as, signed in or at the server itself.',
    }),
  }),
});

type ViewerShape = { account: AccountRow; signInId: string; role: AdministratorRoleName | null; expiresAt: Date };
const Viewer = builder.objectRef<ViewerShape>('Viewer').implement({
  fields: (t) => ({
    account: t.expose('account', { type: AccountType }),
    signInId: t.exposeID('signInId'),
    role: t.expose('role', { type: AdministratorRole, nullable: true }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
});

builder.queryField('serverInfo', (t) =>
  t.field({
    type: ServerInfo,
    resolve: async (_, __, { needs, serverName, version, secure, caller }) => ({
      name: (await needs.executor.load(generalSettings, 'general')).state.serverName || serverName,
      version,
      secure,
      setUp: (await needs.executor.load(administration, needs.serverId)).state.setUp,
      administration: await mayAdministerFrom(needs, caller.origin.ip),
      roleHere: caller.role,
    }),
  }),
);

const viewerOf = async ({ caller, pool }: ApiContext): Promise<ViewerShape | null> => {
  const { actor, role, signInId } = caller;
  if (actor.kind !== 'account' || signInId === null) return null;
  const account = await accountOf(pool, actor.id);
  const { rows } = await pool.query<{ expiresAt: Date }>('select "expiresAt" from read.sign_in where id = $1', [
    signInId,
  ]);
  const expiresAt = rows[0]?.expiresAt;
  return account && expiresAt ? { account, signInId, role, expiresAt } : null;
};

builder.queryField('viewer', (t) =>
  t.field({ type: Viewer, nullable: true, resolve: (_, __, context) => viewerOf(context) }),
);

type SignedInShape = { viewer: ViewerShape };
const SignedInType = builder.objectRef<SignedInShape>('SignedIn').implement({
  fields: (t) => ({ viewer: t.expose('viewer', { type: Viewer }) }),
});
const SignInResult = builder.unionType('SignInResult', {
  types: [SignedInType, RefusalType],
  resolveType: (value) => (value instanceof RefusedValue ? RefusalType : SignedInType),
});

/** Hands the token to the browser and waits until the account can be read. */
const present = async (context: ApiContext, signedIn: SignedIn): Promise<SignedInShape> => {
  const { token, accountId, signInId, expiresAt, position } = signedIn;
  await settled(context, ['user_directory'], position);
  context.setSession(token, expiresAt);
  const { needs, caller } = context;
  const { roles } = (await needs.executor.load(administration, needs.serverId)).state;
  const { role } = await roleAt(needs, roles[accountId] ?? null, caller.origin.ip);
  const account = await accountOf(context.pool, accountId);
  if (!account) throw new Error(`Account ${accountId} signed in but cannot be read`);
  return { viewer: { account, signInId, role, expiresAt } };
};

builder.mutationField('signIn', (t) =>
  t.field({
    type: SignInResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      login: t.arg.string({ required: true }),
      password: t.arg.string({ required: true }),
    },
    resolve: (_, args, context) =>
      refusing(async () => {
        const call = parseCall(context.caller, { ...args.command, dryRun: false });
        return present(context, await signInWithPassword(context.needs, call, args));
      }),
  }),
);

builder.mutationField('setUpServer', (t) =>
  t.field({
    type: SignInResult,
    description: 'Makes the first administrator; needs the token of the setup link that the server prints.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      token: t.arg.string({ required: true }),
      accountId: t.arg.id({ required: true }),
      login: t.arg.string({ required: true }),
      password: t.arg.string({ required: true }),
      displayName: t.arg.string(),
    },
    resolve: (_, args, context) =>
      refusing(async () => {
        const { needs, caller } = context;
        const call = parseCall(caller, { ...args.command, dryRun: false });
        const expected = (await needs.vault.secret('setup')).toString('base64url');
        const accountId = await setUpServer(needs, call, args, args.token === expected);
        const displayName = args.displayName ?? args.login;
        return present(
          context,
          await openSignIn(needs, accountId, true, displayName, ctxOf(call, null), caller.origin),
        );
      }),
  }),
);

builder.mutationField('signOut', (t) =>
  t.field({
    type: CommandResult,
    args: { command: t.arg({ type: CommandInput, required: true }) },
    resolve: (_, { command }, context) =>
      answer(context, command, async (call) => {
        const done = await signOut(context.needs, call, context.token);
        if (!call.dryRun) context.clearSession();
        return done;
      }),
  }),
);

builder.mutationField('endSignIn', (t) =>
  t.field({
    type: CommandResult,
    description: 'Signs another device out.',
    args: { command: t.arg({ type: CommandInput, required: true }), signInId: t.arg.id({ required: true }) },
    resolve: (_, args, context) => answer(context, args.command, (call) => endSignInOf(context.needs, call, args)),
  }),
);
