// Who is here now: accounts with an open subscription or a recent request, at this process or at another one with the
// API. Telemetry, never the log.
import { LRUCache } from 'lru-cache';

const recentMs = 60_000;
const accountsMax = 100_000;

export type Presence = {
  seen: (accountId: string) => void;
  /** Counts an open stream until the answer is called. */
  enter: (accountId: string) => () => void;
  isOnline: (accountId: string) => boolean;
  onlineIds: () => string[];
  /** Those this process sees itself. */
  hereIds: () => string[];
  /** Takes over whom the other processes see now. */
  hear: (elsewhere: ReadonlySet<string>) => void;
  count: () => number;
};

export const presence = (now: () => Date): Presence => {
  const lastSeen = new LRUCache<string, number>({ max: accountsMax });
  const open = new Map<string, number>();

  let elsewhere: ReadonlySet<string> = new Set();

  const isHere = (accountId: string): boolean =>
    (open.get(accountId) ?? 0) > 0 || now().getTime() - (lastSeen.peek(accountId) ?? 0) < recentMs;

  const hereIds = (): string[] => [...new Set([...open.keys(), ...[...lastSeen.keys()].filter(isHere)])];
  const onlineIds = (): string[] => [...new Set([...hereIds(), ...elsewhere])];

  const seen = (accountId: string): void => {
    lastSeen.set(accountId, now().getTime());
  };

  return {
    seen,
    enter: (accountId) => {
      seen(accountId);
      open.set(accountId, (open.get(accountId) ?? 0) + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const rest = (open.get(accountId) ?? 1) - 1;
        if (rest > 0) open.set(accountId, rest);
        else open.delete(accountId);
      };
    },
    isOnline: (accountId) => isHere(accountId) || elsewhere.has(accountId),
    onlineIds,
    hereIds,
    hear: (others) => {
      elsewhere = others;
    },
    count: () => onlineIds().length,
  };
};
