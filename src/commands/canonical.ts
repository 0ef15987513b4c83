// Ids and digests derived from what is asked, so that a repeat is recognised as one.
import { createHmac, type KeyObject } from 'node:crypto';
import { derivedUuid } from '../derivedUuid.ts';
import type { Actor } from '../domain/kernel.ts';

/** A UUID that depends on the parts and nothing else. */
export const derivedId = (...parts: readonly string[]): string => derivedUuid(parts);

/** The id of the `index`-th event of a command (ARCHITECTURE §3: hash of actor, command id and index). */
export const eventIdOf = (actor: Actor, commandId: string, index: number): string =>
  derivedId('event', actor.kind, actor.id, commandId, String(index));

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

/**
 * Keyed digest of plain data, independent of the order of its keys. Give it nothing as guessable as a password. A key
 * object, since making one of raw bytes takes seven times as long as the digest.
 */
export const digestOf = (secret: KeyObject, value: unknown): string =>
  createHmac('sha256', secret).update(canonicalJson(value)).digest('base64url').slice(0, 22);

/** Keyed hash of a name that must be unique but is personal, e.g. a login. */
export const keyedName = (secret: Buffer, name: string): string =>
  createHmac('sha256', secret).update(name.normalize('NFKC').toLowerCase()).digest('hex').slice(0, 40);
