// Ids that follow from what they stand for, the same in every process; for commands and media alike.
import { hash } from 'node:crypto';

/**
 * A UUID that depends on the parts, their order and nothing else: the first 16 bytes of the SHA-256 of their JSON, as
 * RFC 9562 version 8, whose bits the application defines. Such ids are on record: these bytes never change.
 */
export const derivedUuid = (parts: readonly (string | number)[]): string => {
  const hex = hash('sha256', JSON.stringify(parts));
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
