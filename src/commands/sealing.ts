// Values sealed under a key and bound to their place.
import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

export type SealedBox = { $sealed: string };

export const isBox = (value: unknown): value is SealedBox =>
  typeof value === 'object' && value !== null && typeof (value as SealedBox).$sealed === 'string';

const nonceBytes = 12;
const nonces = Buffer.alloc(nonceBytes * 512);
let noncesUsed = nonces.length;

/** Random bytes never handed out before; drawn many at once, since asking for them costs more than using them. */
const freshNonce = (): Buffer => {
  if (noncesUsed === nonces.length) {
    randomFillSync(nonces);
    noncesUsed = 0;
  }
  noncesUsed += nonceBytes;
  return nonces.subarray(noncesUsed - nonceBytes, noncesUsed);
};

/** AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes), in base64. */
export const seal = (key: KeyObject, aad: string, value: unknown): SealedBox => {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  const body = cipher.update(JSON.stringify(value), 'utf8');
  cipher.final(); // Of a stream cipher nothing is left by now; it makes the tag.
  return { $sealed: Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64') };
};

/** What `seal` was given; null without the key. Throws where the box was altered or moved. */
export const unseal = (key: KeyObject | null, aad: string, { $sealed }: SealedBox): unknown => {
  if (!key) return null;
  const bytes = Buffer.from($sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(aad)).setAuthTag(bytes.subarray(-16));
  return JSON.parse(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')) as unknown;
};

/** Binds a sealed field to its place, so that it cannot be moved to another event or field. */
export const aadOf = (stream: string, eventId: string, field: string): string => `${stream}\n${eventId}\n${field}`;
