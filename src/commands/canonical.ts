// Ids and digests derived from what is asked, so that a repeat is recognised as one.
import { strict as assert } from 'node:assert';
import { createHmac, hash } from 'node:crypto';
import { derivedUuid } from '../derivedUuid.ts';

/** A UUID that depends on the parts and nothing else. */
export const derivedId = (...parts: readonly string[]): string => derivedUuid(parts);

/** JSON with the keys of every object in their order. */
const canonicalJson = (value: unknown): string => {
  if (value === undefined) return 'null'; // In a list; of an object it is left out below.
  if (value === null || typeof value !== 'object' || value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) members += `${members && ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
};

const blockBytes = 64;

/** What HMAC (RFC 2104) puts before a text that is hashed. */
const padded = (secret: Buffer, pad: number): Buffer =>
  Buffer.from(Array.from({ length: blockBytes }, (_, index) => pad ^ (secret[index] ?? 0)));

export type DigestOf = (value: unknown) => string;

/**
 * Keyed digests of plain data, independent of the order of its keys: HMAC-SHA-256, its first 132 bits in base64url.
 * Give them nothing as guessable as a password. Made of two plain hashes, since an object of Node's for each command
 * costs a busy server twice as much, most of it as garbage. `secret` has 64 bytes at most.
 */
export const digestsBy = (secret: Buffer): DigestOf => {
  assert(secret.byteLength <= blockBytes, 'A longer secret has to be hashed first');
  const [inner, outer] = [padded(secret, 0x36), padded(secret, 0x5c)];
  return (value) => {
    const first = hash('sha256', Buffer.concat([inner, Buffer.from(canonicalJson(value))]), 'buffer');
    return hash('sha256', Buffer.concat([outer, first]), 'base64url').slice(0, 22);
  };
};

/** Keyed hash of a name that must be unique but is personal, e.g. a login. */
export const keyedName = (secret: Buffer, name: string): string =>
  createHmac('sha256', secret).update(name.normalize('NFKC').toLowerCase()).digest('hex').slice(0, 40);
