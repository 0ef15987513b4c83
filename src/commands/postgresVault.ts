// The vault in PostgreSQL, in a schema of its own beside the log.
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { createKeyCache, type KeyCache } from './keyCache.ts';
import { makeWrapped, unwrap, wrap } from './keyWrap.ts';
import { MasterKeyMismatch, type MasterKeys, masterChannel, openMasterKeys } from './masterKeys.ts';
import { keepConnected, type Link } from './postgresConnection.ts';
import { erasureChannel, openKeys } from './postgresKeys.ts';
import { holderLock } from './postgresMasterRotation.ts';
import { migrateSchema } from './postgresMigrate.ts';
import { openPool, type Pool } from './postgresPool.ts';
import { vaultSteps } from './postgresVaultSchema.ts';
import { createSignal } from './signal.ts';
import type { Attempts, Token, Vault } from './vault.ts';

export type PostgresVaultOptions = {
  connection: pg.ClientConfig;
  /** 32 bytes that wrap every key; kept outside the database. */
  masterKey: Buffer;
  /** Makes a master key durable that has taken the place of that one. */
  keepMasterKey?: (key: Buffer) => Promise<void>;
  connections?: number;
  keysCachedMax?: number;
  /** Told of lost connections; reconnecting goes on by itself. */
  onFault?: (error: unknown) => void;
};

const statements = {
  secret: {
    name: 'secret',
    text: `
      with made as (
        insert into vault.secrets (name, key_id, wrapped, master)
        select $1, $2, $3, $4 where exists (select from vault.master where id = $4)
        on conflict do nothing returning key_id, wrapped, master
      )
      select key_id, wrapped, master from made
      union all select key_id, wrapped, master from vault.secrets where name = $1`,
  },
  putSecret: {
    name: 'put secret',
    text: `
      insert into vault.secrets (name, key_id, wrapped, master)
      select $1, $2, $3, $4 where exists (select from vault.master where id = $4)
      on conflict do nothing returning name`,
  },
  putPassword: {
    name: 'put password',
    text: 'insert into vault.passwords (password_id, account_id, hash) values ($1, $2, $3) on conflict do nothing',
  },
  passwordOf: { name: 'password of', text: 'select hash from vault.passwords where password_id = $1' },
  dropPasswords: { name: 'drop passwords', text: 'delete from vault.passwords where password_id = any($1)' },
  dropAllPasswords: { name: 'drop all passwords', text: 'delete from vault.passwords where account_id = $1' },
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

const openSecrets = ({ ask }: Pool, masters: MasterKeys) => {
  const read = async (name: string): Promise<Buffer> => {
    const purpose = `secret ${name}`;
    type Row = [keyId: string, wrapped: Buffer, master: string | null];
    const stored = async (): Promise<Row | undefined> => {
      const { id, key } = masters.current();
      const { keyId, wrapped } = makeWrapped(key, purpose);
      return (await ask<Row>(statements.secret, [name, keyId, wrapped, id]))[0];
    };
    const again = () => masters.refresh().then(stored);
    // Empty only when another process inserted it at this very moment, or the master key has just become another one.
    const row = (await stored()) ?? (await again());
    if (!row) throw new Error(`The vault gave no secret ${name}`);
    const [keyId, wrapped, by] = row;
    if (masters.of(by) === null) await masters.refresh();
    const master = masters.of(by);
    if (!master) throw new MasterKeyMismatch();
    return unwrap(master, purpose, { keyId, wrapped });
  };
  const known = new Map<string, Promise<Buffer>>();
  const secret = (name: string): Promise<Buffer> => {
    const found = known.get(name) ?? read(name);
    known.set(name, found);
    // What failed is asked for again the next time.
    found.catch(() => known.delete(name));
    return found;
  };
  const putSecret = async (name: string, bytes: Buffer): Promise<boolean> => {
    const { id, key } = masters.current();
    const keyId = randomBytes(16).toString('hex');
    const wrapped = wrap(key, `secret ${name}`, keyId, bytes);
    return (await ask(statements.putSecret, [name, keyId, wrapped, id])).length > 0;
  };
  return { secret, putSecret };
};

/** Follows the master key, and shows by a lock that it is kept here: the old one goes when all show that. */
const followMaster = async ({ client }: Link, masters: MasterKeys): Promise<void> => {
  await masters.refresh();
  await client.query('select pg_advisory_lock_shared(hashtextextended($1, 0))', [holderLock(masters.current().id)]);
};

/** Keeps the cache honest: erasures of other processes arrive as notifications, and without them nothing is cached. */
const listen = (
  connection: pg.ClientConfig,
  cache: KeyCache,
  masters: MasterKeys,
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
      let following = Promise.resolve();
      link.client.on('notification', ({ channel, payload = '' }) => {
        if (channel === masterChannel) following = following.then(() => followMaster(link, masters)).catch(onFault);
        else cache.erase(payload);
      });
      await link.client.query(`listen ${erasureChannel}; listen ${masterChannel}`);
      following = followMaster(link, masters).catch(onFault);
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

/** The master keys, once they are seen to open what is there. */
const openMasters = async (pool: Pool, { masterKey, keepMasterKey }: PostgresVaultOptions) => {
  const masters = await openMasterKeys(pool, masterKey, keepMasterKey ?? (() => Promise.resolve()));
  const secrets = openSecrets(pool, masters);
  await secrets.secret('master-key-check');
  return { masters, secrets };
};

/**
 * Opens the vault in the schema `vault` of a database, which it creates or migrates first. Rejects with
 * `MasterKeyMismatch`, or with `StoreUnavailable` (as every method does) while the server cannot be reached.
 */
export const openPostgresVault = async (options: PostgresVaultOptions): Promise<Vault> => {
  const { connection, connections = 4, keysCachedMax = 20_000, onFault = () => undefined } = options;
  await migrateSchema(connection, 'vault', vaultSteps);
  const pool = openPool({ config: connection, size: connections, name: 'hansard vault', onFault });
  const { masters, secrets } = await openMasters(pool, options).catch(async (error: unknown) => {
    await pool.close();
    throw error instanceof Error && /authenticate/.test(error.message) ? new MasterKeyMismatch(error) : error;
  });
  const cache = createKeyCache(keysCachedMax);
  const tokens = new Map<string, Token>();
  const closing = new AbortController();
  const listening = listen(connection, cache, masters, closing.signal, onFault);
  const tell = async (statement: (typeof statements)[keyof typeof statements], values: unknown[]): Promise<void> => {
    await pool.ask(statement, values);
  };
  const {
    putPassword,
    passwordOf,
    dropPasswords,
    dropAllPasswords,
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
    ...openKeys(pool, masters, cache),
    ...secrets,
    putPassword: (...password) => tell(putPassword, password),
    passwordOf: async (passwordId) => (await pool.ask<[string]>(passwordOf, [passwordId]))[0]?.[0] ?? null,
    dropPasswords: (of) =>
      'accountId' in of ? tell(dropAllPasswords, [of.accountId]) : tell(dropPasswords, [of.passwordIds]),
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
