// Who has an account, who administers, and which devices are signed in.
import type { Pool } from 'pg';
import {
  type AdministratorRole,
  accountEvents,
  administrationEvents,
  type Profile,
  signInEvents,
} from '../domain/identity/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import { containing, idPages, keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';
import { kindThen, rowsOf, rowThen, type Then } from './versions.ts';

export type AccountRow = Profile & {
  id: string;
  login: string;
  active: boolean;
  deleted: boolean;
  /** Whether the person is to be erased, or was. */
  erasure: 'ordered' | 'done' | null;
  role: AdministratorRole | null;
  revision: number;
  createdAt: Date;
};

export type SignInRow = {
  id: string;
  accountId: string;
  ip: string;
  userAgent: string;
  signedInAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endCause: string | null;
};

const text = { type: 'text' as const };

export const accounts = table<AccountRow>(
  'account',
  {
    id: { type: 'uuid', primary: true },
    login: text,
    displayName: text,
    firstName: text,
    lastName: text,
    email: text,
    company: text,
    mobilePhone: text,
    workPhone: text,
    homePhone: text,
    sipNumber: text,
    active: { type: 'boolean' },
    deleted: { type: 'boolean' },
    erasure: { type: 'text', nullable: true },
    role: { type: 'text', nullable: true },
    revision: { type: 'int' },
    createdAt: { type: 'timestamptz' },
  },
  [{ name: 'account_by_name', columns: ['displayName', 'id'] }],
);

export const signIns = table<SignInRow>(
  'sign_in',
  {
    id: { type: 'uuid', primary: true },
    accountId: { type: 'uuid' },
    ip: text,
    userAgent: text,
    signedInAt: { type: 'timestamptz' },
    expiresAt: { type: 'timestamptz' },
    endedAt: { type: 'timestamptz', nullable: true },
    endCause: { type: 'text', nullable: true },
  },
  [{ name: 'sign_in_by_account', columns: ['accountId', 'signedInAt'] }],
);

/** What stands where a person was erased: recognisable as one person, telling nothing. */
export const erasedName = (id: string): string => `erased-${id.slice(-6)}`;

/** Fields of an account that tell of the person. */
export const profileColumns = [
  'login',
  'displayName',
  'firstName',
  'lastName',
  'email',
  'company',
  'mobilePhone',
  'workPhone',
  'homePhone',
  'sipNumber',
] as const satisfies (keyof AccountRow)[];

export const erasedPerson = (id: string): Profile & { login: string } => ({
  login: erasedName(id),
  displayName: erasedName(id),
  firstName: '',
  lastName: '',
  email: '',
  company: '',
  mobilePhone: '',
  workPhone: '',
  homePhone: '',
  sipNumber: '',
});

const applyAccount = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = accountEvents.parse(event);
  const { revision } = event;
  if (type === 'AccountCreated') {
    const person = data.person ?? erasedPerson(data.accountId);
    const createdAt = new Date(data.createdAt);
    rows.put(accounts, {
      id: data.accountId,
      ...person,
      active: true,
      deleted: false,
      erasure: null,
      role: null,
      revision,
      createdAt,
    });
    return;
  }
  const row = await rows.get(accounts, { id: data.accountId });
  if (!row) throw new Error(`Account ${data.accountId} was never created`);
  switch (type) {
    case 'AccountProfileEdited':
      rows.put(accounts, { ...row, ...(data.profile ?? erasedPerson(data.accountId)), revision });
      return;
    case 'AccountActivated':
    case 'AccountDeactivated':
      rows.put(accounts, { ...row, active: type === 'AccountActivated', revision });
      return;
    case 'AccountDeleted':
      rows.put(accounts, { ...row, active: false, deleted: true, revision });
      return;
    case 'PersonErasureOrdered':
      rows.put(accounts, { ...row, erasure: 'ordered', revision });
      return;
    case 'PersonErased':
      rows.put(accounts, { ...row, erasure: 'done', revision });
      return;
    case 'AccountPasswordSet':
    case 'AccountDevicesDisconnected':
      rows.put(accounts, { ...row, revision });
  }
};

const applyAdministration = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = administrationEvents.parse(event);
  if (type === 'ServerSetUp') return;
  const row = await rows.get(accounts, { id: data.accountId });
  if (row) rows.put(accounts, { ...row, role: type === 'AdministratorAppointed' ? data.role : null });
};

const applySignIn = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = signInEvents.parse(event);
  if (type === 'SignedIn') {
    rows.put(signIns, {
      id: data.signInId,
      accountId: data.accountId,
      ip: data.device?.ip ?? '',
      userAgent: data.device?.userAgent ?? '',
      signedInAt: new Date(data.signedInAt),
      expiresAt: new Date(data.expiresAt),
      endedAt: null,
      endCause: null,
    });
    return;
  }
  const row = await rows.get(signIns, { id: data.signInId });
  if (row) rows.put(signIns, { ...row, endedAt: new Date(data.signedOutAt), endCause: data.cause });
};

export const userDirectory: Projection = {
  name: 'user_directory',
  version: 1,
  categories: ['account', 'administration', 'signIn'],
  tables: [accounts, signIns],
  apply: (event, rows) => {
    if (event.stream.startsWith('account-')) return applyAccount(event, rows);
    return event.stream.startsWith('signIn-') ? applySignIn(event, rows) : applyAdministration(event, rows);
  },
};

type Asked = { deleted?: boolean | null | undefined; then?: Then | null };

/** Null where there is none. `deleted`: also where it was deleted. `then`: as it was. */
export const accountOf = async (pool: Pool, id: string, { deleted, then }: Asked = {}): Promise<AccountRow | null> => {
  const source = then ? rowThen(accounts, then, { id: '$1' }) : accounts.sqlName;
  const { rows } = await pool.query<AccountRow>(`select * from ${source} where id = $1 and ($2 or not deleted)`, [
    id,
    deleted ?? false,
  ]);
  return rows[0] ?? null;
};

/** Rows by id, deleted ones included: history still names them. */
export const accountsByIds = async (
  pool: Pool,
  ids: readonly string[],
  then?: Then | null,
): Promise<Map<string, AccountRow>> => {
  if (ids.length === 0) return new Map();
  const text = then
    ? `select account.* from unnest($1::uuid[]) wanted cross join lateral ${rowThen(accounts, then, { id: 'wanted' })}`
    : `select * from ${accounts.sqlName} where id = any($1::uuid[])`;
  const { rows } = await pool.query<AccountRow>(text, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
};

/** Accounts by display name; `search` looks in logins, names and e-mail addresses (catalogue A1). */
export const accountPage = (
  pool: Pool,
  { search, deleted, then }: Asked & { search?: string | null | undefined },
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<AccountRow>> =>
  keysetPage<AccountRow>(
    pool,
    {
      kind: kindThen(deleted ? 'deleted accounts' : 'accounts', then),
      select: '*',
      from: `from ${rowsOf(accounts, then)} where deleted = $2 and ($1::text is null or
        concat_ws(' ', login, "displayName", "firstName", "lastName", email) ilike $1)`,
      values: [search ? containing(search) : null, deleted ?? false],
      keys: [
        { sql: '"displayName"', cast: 'text', of: (row) => row.displayName },
        { sql: 'id', cast: 'uuid', of: (row) => row.id },
      ],
      direction: 'asc',
    },
    first,
    after,
  );

/** Everybody who administers, by name. */
export const administratorsOf = async (pool: Pool, then?: Then | null): Promise<AccountRow[]> =>
  (
    await pool.query<AccountRow>(
      `select * from ${rowsOf(accounts, then)} where role is not null and not deleted order by "displayName", id limit 500`,
    )
  ).rows;

/** Active accounts whose name or login contains the text, for pickers. */
export const searchPeople = async (pool: Pool, search: string, limit: number): Promise<AccountRow[]> =>
  (
    await pool.query<AccountRow>(
      `select * from read.account where not deleted and active and concat_ws(' ', login, "displayName") ilike $1
       order by "displayName", id limit $2`,
      [containing(search), limit],
    )
  ).rows;

/** Device sessions that have neither ended nor expired; `then`: had by that moment begun, and neither ended nor expired. */
export const devicesOf = async (pool: Pool, accountId: string, now: Date, then?: Then | null): Promise<SignInRow[]> =>
  (
    await pool.query<SignInRow>(
      `select * from read.sign_in where "accountId" = $1 and "expiresAt" > $2
         and ${then ? '"signedInAt" <= $2 and ("endedAt" is null or "endedAt" > $2)' : '"endedAt" is null'}
       order by "signedInAt" desc limit 100`,
      [accountId, then?.at ?? now],
    )
  ).rows;

/** All accounts that were not deleted, page by page. */
export const accountIds = (pool: Pool): AsyncGenerator<string[]> => idPages(pool, accounts.sqlName);

export const countAccounts = async (pool: Pool): Promise<number> =>
  (await pool.query<{ n: number }>('select count(*)::int n from read.account where not deleted')).rows[0]?.n ?? 0;
