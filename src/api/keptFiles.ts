// What the API asks of whoever keeps files of the configuration on this machine.
import type { Readable } from 'node:stream';

export type ConfigurationFiles = {
  /** Keeps a copy, or says why the disk does not. */
  keep: (lines: AsyncIterable<string>) => Promise<{ name: string; path: string } | { failed: string }>;
  /** Puts down what arrives, to be read more than once and removed. */
  stage: (bytes: AsyncIterable<Uint8Array>) => Promise<{ read: () => Readable; remove: () => Promise<void> }>;
};
