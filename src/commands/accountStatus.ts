// The live status of accounts on the record: what has lasted, and not what flickers.
import { accountStatus } from '../domain/identity/accountStatus.ts';
import type { AccountStatusCode } from '../domain/identity/events.ts';
import { type Needs, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';

export type StatusSeen = { accountId: string; status: AccountStatusCode };
export type StatusSettled = StatusSeen & { since: Date };

type Pending = StatusSettled & { triedAt: Date | null };

/**
 * Tells flaps from changes. Give it, at each look, every account whose status differs from the one on record; it
 * answers those that have differed in the same way for `stableMs`, and again every `stableMs` while they still do.
 */
export const debounced = (stableMs: number): ((differing: readonly StatusSeen[], now: Date) => StatusSettled[]) => {
  let pending = new Map<string, Pending>();
  return (differing, now) => {
    const due: StatusSettled[] = [];
    const next = new Map<string, Pending>();
    for (const { accountId, status } of differing) {
      const known = pending.get(accountId);
      const mine = known?.status === status ? known : { accountId, status, since: now, triedAt: null };
      const waitedMs = now.getTime() - (mine.triedAt ?? mine.since).getTime();
      if (waitedMs >= stableMs) due.push({ accountId, status, since: mine.since });
      next.set(accountId, waitedMs >= stableMs ? { ...mine, triedAt: now } : mine);
    }
    pending = next;
    return due;
  };
};

/** Records that the status of an account is another one now. Past twenty changes in an hour it records nothing. */
export const recordAccountStatus = async (
  { executor }: Needs,
  { accountId, status, since }: StatusSettled,
): Promise<void> => {
  const data = { accountId, status, since };
  await executor.execute(
    accountStatus,
    accountId,
    { type: 'RecordAccountStatus', data },
    {
      actor: systemActor,
      origin: null,
      commandId: derivedId('account status', accountId, String(status), since.toISOString()),
      asked: null,
    },
  );
};
