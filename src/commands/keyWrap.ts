// Keys at rest: AES-256-GCM under the master key, bound to what they are for.
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

export type Wrapped = { keyId: string; wrapped: Buffer };

const ivBytes = 12;
const tagBytes = 16;

const aadOf = (purpose: string, keyId: string): Buffer => Buffer.from(JSON.stringify([purpose, keyId]));

/** Wraps bytes for a purpose, under the id of the key. */
export const wrap = (master: KeyObject, purpose: string, keyId: string, secret: Buffer): Buffer => {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(aadOf(purpose, keyId));
  return Buffer.concat([iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
};

/** Makes 32 random bytes and wraps them for a purpose (e.g. a kind and a subject). */
export const makeWrapped = (master: KeyObject, purpose: string): Wrapped & { secret: Buffer } => {
  const secret = randomBytes(32);
  const keyId = randomBytes(16).toString('hex');
  return { secret, keyId, wrapped: wrap(master, purpose, keyId, secret) };
};

/** The bytes that were wrapped. Throws when the master key, the purpose or a single bit is another one. */
export const unwrap = (master: KeyObject, purpose: string, { keyId, wrapped }: Wrapped): Buffer => {
  const iv = wrapped.subarray(0, ivBytes);
  const sealed = wrapped.subarray(ivBytes, -tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', master, iv, { authTagLength: tagBytes });
  decipher.setAAD(aadOf(purpose, keyId)).setAuthTag(wrapped.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
};
