// Keys that were used lately. null: known to be erased, for good.
import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export type KeyCache = {
  get: (subject: string) => KeyObject | null | undefined;
  /** `seen` is the count of erasures when the key was asked for: had one come since, it may be of this very key. */
  put: (subject: string, key: KeyObject | null, seen: number) => void;
  erasures: () => number;
  erase: (subject: string) => void;
  /** Drops everything and keeps nothing while erasures of other processes cannot be heard. */
  deafen: () => void;
  hear: () => void;
};

/** Holds up to `sizeMax` keys and forgets the one that was not used for longest. */
export const createKeyCache = (sizeMax: number): KeyCache => {
  const keys = new LRUCache<string, { key: KeyObject | null }>({ max: sizeMax });
  let erasures = 0;
  let hearing = false;
  const keep = (subject: string, key: KeyObject | null) => {
    if (hearing) keys.set(subject, { key });
  };
  return {
    get: (subject) => keys.get(subject)?.key,
    put: (subject, key, seen) => {
      if (seen === erasures) keep(subject, key);
    },
    erasures: () => erasures,
    erase: (subject) => {
      erasures += 1;
      keep(subject, null);
    },
    deafen: () => {
      erasures += 1;
      hearing = false;
      keys.clear();
    },
    hear: () => {
      hearing = true;
    },
  };
};
