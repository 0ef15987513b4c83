// What an account was doing, as far as it lasted: the live status, without its flaps.
import type { Command, Decider } from '../kernel.ts';
import { type AccountStatusCode, type AccountStatusEvent, accountStatusEvents } from './events.ts';

/** `since`: when the status was first seen; it has stayed so until now. */
export type AccountStatusCommand = Command<
  'RecordAccountStatus',
  { accountId: string; status: AccountStatusCode; since: Date }
>;

/** `recent`: when the latest changes were recorded, the oldest first. */
export type AccountStatus = { status: AccountStatusCode; recent: readonly Date[] };

// Somebody on a bad line must not fill the log: so many changes of one account in any hour, the rest is passed over.
const changesMax = 20;
const windowMs = 3_600_000;

export const accountStatus: Decider<AccountStatus, AccountStatusCommand, AccountStatusEvent> = {
  category: 'accountStatus',
  initial: { status: 0, recent: [] },
  vocabulary: accountStatusEvents,
  decide: ({ data, meta }, { status: previousStatus, recent }) => {
    const { accountId, status, since } = data;
    const [oldest] = recent;
    const tooMany =
      recent.length >= changesMax && oldest !== undefined && meta.now.getTime() - oldest.getTime() < windowMs;
    if (status === previousStatus || tooMany) return [];
    return [
      {
        type: 'AccountStatusSettled',
        data: { accountId, previousStatus, status, since: since.toISOString(), settledAt: meta.now.toISOString() },
      },
    ];
  },
  evolve: ({ recent }, { data }) => ({
    status: data.status,
    recent: [...recent, new Date(data.settledAt)].slice(-changesMax),
  }),
};
