// Ids and digests derived from what is asked, so that a repeat is recognised as one.
import { createHash, createHmac } from 'node:crypto';
import type { Actor } from '../domain/kernel.ts';

/** Shapes the first 16 bytes of a SHA-256 as an RFC 9562 UUID of version 8. */
const uuidOf = (digest: Buffer): string => {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** A UUID that depends on the parts and nothing else. */
export const derivedId = (...parts: readonly string[]): string =>
  uuidOf(createHash('sha256').update(JSON.stringify(parts)).digest());

/** The id of the `index`-th event of a command (ARCHITECTURE §3: hash of actor, command id and index). */
export const eventIdOf = (actor: Actor, commandId: string, index: number): string =>
  derivedId('event', actor.kind, actor.id, commandId, String(index));

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
};

/** Keyed digest of plain data, independent of the order of its keys. Give it nothing as guessable as a password. */
export const digestOf = (secret: Buffer, value: unknown): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify(sorted(value)))
    .digest('base64url')
    .slice(0, 22);

/** Keyed hash of a name that must be unique but is personal, e.g. a login. */
export const keyedName = (secret: Buffer, name: string): string =>
  createHmac('sha256', secret).update(name.normalize('NFKC').toLowerCase()).digest('hex').slice(0, 40);
