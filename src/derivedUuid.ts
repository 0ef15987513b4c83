// Ids that follow from what they stand for, the same in every process; for commands and media alike.
import { hash } from 'node:crypto';

/**
 * A UUID that depends on the parts, their order and nothing else: the first 16 bytes of the SHA-256 of their JSON, as
 * RFC 9562 version 8, whose bits the application defines. Such ids are on record: these bytes never change.
 */
export const derivedUuid = (parts: readonly (string | number)[]): string => {
  const bytes = hash('sha256', JSON.stringify(parts), 'buffer').subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
