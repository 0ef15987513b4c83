// A vault without a database, for tests that need none: the same port, nothing kept.
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Attempts, Token, Vault } from '../../src/commands/vault.ts';

export const memoryVault = (): Vault => {
  const keys = new Map<string, KeyObject | null>();
  const secrets = new Map<string, Buffer>();
  const passwords = new Map<string, { accountId: string; hash: string }>();
  const tokens = new Map<string, Token>();
  const attempts = new Map<string, Attempts>();
  return {
    keyFor: (subject) => {
      if (!keys.has(subject)) keys.set(subject, createSecretKey(randomBytes(32)));
      return Promise.resolve(keys.get(subject) ?? null);
    },
    keysOf: (subjects) => Promise.resolve(new Map(subjects.map((subject) => [subject, keys.get(subject) ?? null]))),
    erase: (...subjects) => {
      for (const subject of subjects) keys.set(subject, null);
      return Promise.resolve();
    },
    secret: (name) => {
      if (!secrets.has(name)) secrets.set(name, randomBytes(32));
      return Promise.resolve(secrets.get(name) ?? Buffer.alloc(0));
    },
    putSecret: (name, bytes) => {
      const missing = !secrets.has(name);
      if (missing) secrets.set(name, bytes);
      return Promise.resolve(missing);
    },
    putPassword: (passwordId, accountId, hash) => {
      if (!passwords.has(passwordId)) passwords.set(passwordId, { accountId, hash });
      return Promise.resolve();
    },
    passwordOf: (passwordId) => Promise.resolve(passwords.get(passwordId)?.hash ?? null),
    dropPasswords: (of) => {
      for (const [id, { accountId }] of passwords)
        if ('accountId' in of ? accountId === of.accountId : of.passwordIds.includes(id)) passwords.delete(id);
      return Promise.resolve();
    },
    putToken: (hash, token) => {
      tokens.set(hash.toString('hex'), token);
      return Promise.resolve();
    },
    tokenOf: (hash) => Promise.resolve(tokens.get(hash.toString('hex')) ?? null),
    dropTokens: (of) => {
      for (const [hash, token] of tokens) {
        if ('signInId' in of ? token.signInId === of.signInId : token.accountId === of.accountId) tokens.delete(hash);
      }
      return Promise.resolve();
    },
    dropExpiredTokens: (now) => {
      for (const [hash, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(hash);
      return Promise.resolve();
    },
    admitAttempt: (key, now, windowMs, max) => {
      const known = attempts.get(key);
      const open = known && now.getTime() - known.firstAt.getTime() < windowMs ? known : null;
      if (open && open.count >= max) return Promise.resolve(null);
      const next = { count: (open?.count ?? 0) + 1, firstAt: open?.firstAt ?? now, lastAt: now };
      attempts.set(key, next);
      return Promise.resolve(next);
    },
    attemptsOf: (key) => Promise.resolve(attempts.get(key) ?? null),
    clearAttempts: (key) => {
      attempts.delete(key);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
};
