// What makes a device one and the same: whose it is, and the program it says it runs.
import { derivedUuid } from '../derivedUuid.ts';

/** Browsers tell nothing better; two alike of one person are one endpoint. */
export const endpointIdOf = (accountId: string, userAgent: string): string =>
  derivedUuid(['endpoint', accountId, userAgent]);
