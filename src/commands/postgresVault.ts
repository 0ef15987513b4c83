// The vault in PostgreSQL, in a schema of its own beside the log.
import { createSecretKey, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import { createKeyCache, type KeyCache } from './keyCache.ts';
import { makeWrapped, unwrap } from './keyWrap.ts';
import { keepConnected } from './postgresConnection.ts';
import { erasureChannel, openKeys } from './postgresKeys.ts';
import { migrateSchema } from './postgresMigrate.ts';
import { openPool, type Pool } from './postgresPool.ts';
import { vaultSteps } from './postgresVaultSchema.ts';
import { createSignal } from './signal.ts';
import type { Attempts, Token, Vault } from './vault.ts';

export type PostgresVaultOptions = {
  connection: pg.ClientConfig;
  /** 32 bytes that wrap every key; kept outside the database. */
  masterKey: Buffer;
  connections?: number;
  keysCachedMax?: number;
  /** Told of lost connections; reconnecting goes on by itself. */
  onFault?: (error: unknown) => void;
};

/** The vault was made with another master key: nothing in it can be read. */
export class MasterKeyMismatch extends Error {
  readonly code = 'MasterKeyMismatch';

  constructor(cause: unknown) {
    super(
      'The master key does not open this vault. Put back the file secrets/master.key that belongs to this database, from a backup if need be.',
      { cause },
    );
  }
}

const statements = {
  secret: {
    name: 'secret',
    text: `
      with made as (
        insert into vault.secrets (name, key_id, wrapped) values ($1, $2, $3)
        on conflict do nothing returning key_id, wrapped
      )
      select key_id, wrapped from made union all select key_id, wrapped from vault.secrets where name = $1`,
  },
  putPassword: {
    name: 'put password',
    text: 'insert into vault.passwords (password_id, account_id, hash) values ($1, $2, $3) on conflict do nothing',
  },
  passwordOf: { name: 'password of', text: 'select hash from vault.passwords where password_id = $1' },
  dropPasswords: {
    name: 'drop passwords',
    text: 'delete from vault.passwords where account_id = $1 and password_id is distinct from $2',
  },
  putToken: {
    name: 'put token',
    text: 'insert into vault.tokens (hash, sign_in_id, account_id, expires_at) values ($1, $2, $3, $4) on conflict do nothing',
  },
  tokenOf: { name: 'token of', text: 'select sign_in_id, account_id, expires_at from vault.tokens where hash = $1' },
  dropBySignIn: { name: 'drop by sign-in', text: 'delete from vault.tokens where sign_in_id = $1' },
  dropExpired: { name: 'drop expired', text: 'delete from vault.tokens where expires_at <= $1' },
  dropByAccount: { name: 'drop by account', text: 'delete from vault.tokens where account_id = $1' },
  // Row locks make parallel guesses queue here; the one past the maximum changes no row and so gets none back.
  admit: {
    name: 'admit attempt',
    once: true,
    text: `
      insert into vault.attempts as a (key, count, first_at, last_at) values ($1, 1, $2, $2)
      on conflict (key) do update set
        count    = case when a.first_at <= $3 then 1 else a.count + 1 end,
        first_at = case when a.first_at <= $3 then $2 else a.first_at end,
        last_at  = $2
      where a.first_at <= $3 or a.count < $4
      returning count, first_at, last_at`,
  },
  attemptsOf: { name: 'attempts of', text: 'select count, first_at, last_at from vault.attempts where key = $1' },
  clearAttempts: { name: 'clear attempts', text: 'delete from vault.attempts where key = $1' },
};

const tokensCachedMax = 10_000;

type AttemptsRow = [count: number, firstAt: Date, lastAt: Date];

const attemptsOf = (row: AttemptsRow | undefined): Attempts | null =>
  row ? { count: row[0], firstAt: row[1], lastAt: row[2] } : null;

const openSecrets = ({ ask }: Pool, master: KeyObject) => {
  const read = async (name: string): Promise<Buffer> => {
    const purpose = `secret ${name}`;
    const { keyId, wrapped } = makeWrapped(master, purpose);
    const stored = async () => (await ask<[string, Buffer]>(statements.secret, [name, keyId, wrapped]))[0];
    // Empty only when another process inserted it at this very moment: then the second look finds it.
    const row = (await stored()) ?? (await stored());
    if (!row) throw new Error(`The vault gave no secret ${name}`);
    return unwrap(master, purpose, { keyId: row[0], wrapped: row[1] });
  };
  const known = new Map<string, Promise<Buffer>>();
  return (name: string): Promise<Buffer> => {
    const found = known.get(name) ?? read(name);
    known.set(name, found);
    // What failed is asked for again the next time.
    found.catch(() => known.delete(name));
    return found;
  };
};

/** Keeps the cache honest: erasures of other processes arrive as notifications, and without them nothing is cached. */
const listen = (
  connection: pg.ClientConfig,
  cache: KeyCache,
  closing: AbortSignal,
  onFault: (error: unknown) => void,
) => {
  const lost = createSignal();
  return keepConnected({
    config: { ...connection, application_name: 'hansard vault listener' },
    changed: lost,
    wanted: () => !closing.aborted,
    onFault,
    use: async (link) => {
      link.client.on('notification', ({ payload = '' }) => cache.erase(payload));
      await link.client.query(`listen ${erasureChannel}`);
      cache.hear();
      try {
        while (!closing.aborted) {
          const seen = lost.count();
          if (link.lost()) throw new Error('The connection for erasures was lost');
          await lost.after(seen, undefined, closing);
        }
      } finally {
        cache.deafen();
      }
    },
  });
};

const forgetExpired = (tokens: Map<string, Token>, now: Date): void => {
  for (const [name, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(name);
};

/**
 * Opens the vault in the schema `vault` of a database, which it creates or migrates first. Rejects with
 * `MasterKeyMismatch`, or with `StoreUnavailable` (as every method does) while the server cannot be reached.
 */
export const openPostgresVault = async (options: PostgresVaultOptions): Promise<Vault> => {
  const { connection, masterKey, connections = 4, keysCachedMax = 20_000, onFault = () => undefined } = options;
  const master = createSecretKey(masterKey);
  await migrateSchema(connection, 'vault', vaultSteps);
  const pool = openPool({ config: connection, size: connections, name: 'hansard vault', onFault });
  const secret = openSecrets(pool, master);
  try {
    await secret('master-key-check');
  } catch (error) {
    await pool.close();
    throw error instanceof Error && /authenticate/.test(error.message) ? new MasterKeyMismatch(error) : error;
  }
  const cache = createKeyCache(keysCachedMax);
  const tokens = new Map<string, Token>();
  const closing = new AbortController();
  const listening = listen(connection, cache, closing.signal, onFault);
  const tell = async (statement: (typeof statements)[keyof typeof statements], values: unknown[]): Promise<void> => {
    await pool.ask(statement, values);
  };
  const {
    putPassword,
    passwordOf,
    dropPasswords,
    putToken,
    tokenOf,
    dropBySignIn,
    dropByAccount,
    dropExpired,
    admit,
    attemptsOf: attempts,
    clearAttempts,
  } = statements;
  return {
    ...openKeys(pool, master, cache),
    secret,
    putPassword: (...password) => tell(putPassword, password),
    passwordOf: async (passwordId) => (await pool.ask<[string]>(passwordOf, [passwordId]))[0]?.[0] ?? null,
    dropPasswords: (...which) => tell(dropPasswords, which),
    putToken: (hash, { signInId, accountId, expiresAt }) => tell(putToken, [hash, signInId, accountId, expiresAt]),
    tokenOf: async (hash) => {
      const name = hash.toString('base64');
      const known = tokens.get(name);
      if (known) return known;
      const [row] = await pool.ask<[string, string, Date]>(tokenOf, [hash]);
      if (!row) return null;
      const token: Token = { signInId: row[0], accountId: row[1], expiresAt: row[2] };
      if (tokens.size >= tokensCachedMax) tokens.clear();
      tokens.set(name, token);
      return token;
    },
    dropTokens: async (of) => {
      await ('signInId' in of ? tell(dropBySignIn, [of.signInId]) : tell(dropByAccount, [of.accountId]));
      tokens.clear();
    },
    dropExpiredTokens: (now) => tell(dropExpired, [now]).then(() => forgetExpired(tokens, now)),
    admitAttempt: async (key, now, windowMs, max) => {
      if (max < 1) return null;
      const expired = new Date(now.getTime() - windowMs);
      return attemptsOf((await pool.ask<AttemptsRow>(admit, [key, now, expired, max]))[0]);
    },
    attemptsOf: async (key) => attemptsOf((await pool.ask<AttemptsRow>(attempts, [key]))[0]),
    clearAttempts: (key) => tell(clearAttempts, [key]),
    close: async () => {
      closing.abort();
      await listening;
      await pool.close();
    },
  };
};
