// The port to what must never enter the log: keys, password hashes, tokens, secrets, attempt counters.
import type { KeyObject } from 'node:crypto';

export type Token = { signInId: string; accountId: string; expiresAt: Date };

/** One window of failed attempts. `count` includes the attempt that was just admitted. */
export type Attempts = { count: number; firstAt: Date; lastAt: Date };

export type Vault = {
  /** AES-256 key of a subject (a person or one piece of content), made and durable on first use; null once erased. */
  keyFor: (subject: string) => Promise<KeyObject | null>;
  /** Keys of many subjects in one round trip; null for erased and unknown ones, and nothing is made. */
  keysOf: (subjects: readonly string[]) => Promise<Map<string, KeyObject | null>>;
  /** Destroys keys for good, in one step. Idempotent. */
  erase: (...subjects: readonly string[]) => Promise<void>;
  /** 32 random bytes under a name, made on first use: e.g. `ticket`, `login-hash`, `cursor`. */
  secret: (name: string) => Promise<Buffer>;
  /** Puts a secret back that is missing; false where there is one of that name. */
  putSecret: (name: string, bytes: Buffer) => Promise<boolean>;
  /** Stores a hash under an id of its own; it counts only once an event names that id. */
  putPassword: (passwordId: string, accountId: string, hash: string) => Promise<void>;
  passwordOf: (passwordId: string) => Promise<string | null>;
  /** Removes these passwords, or all of an account. */
  dropPasswords: (of: { passwordIds: readonly string[] } | { accountId: string }) => Promise<void>;
  /** `hash` is the SHA-256 of the token, never the token. */
  putToken: (hash: Buffer, token: Token) => Promise<void>;
  /** May go on answering what another process dropped: whether a sign-in lasts is for its stream to say. */
  tokenOf: (hash: Buffer) => Promise<Token | null>;
  dropTokens: (of: { signInId: string } | { accountId: string }) => Promise<void>;
  dropExpiredTokens: (now: Date) => Promise<void>;
  /**
   * Counts an attempt before it is evaluated, atomically: answers null when `max` attempts of this window are used up
   * (with `windowMs` since the first one), so that parallel guesses cannot slip through.
   */
  admitAttempt: (key: string, now: Date, windowMs: number, max: number) => Promise<Attempts | null>;
  /** The present window of a key, or null. */
  attemptsOf: (key: string) => Promise<Attempts | null>;
  clearAttempts: (key: string) => Promise<void>;
  close: () => Promise<void>;
};
