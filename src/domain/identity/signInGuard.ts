// Failed sign-ins on one account, aggregated; the counters that refuse are kept in the vault.
import type { Command, Decider } from '../kernel.ts';
import { type SignInGuardEvent, signInGuardEvents } from './events.ts';

export type SignInGuardCommand = Command<
  'RecordFailedSignIns',
  { accountId: string; count: number; firstAt: Date; lastAt: Date }
>;
export type SignInGuard = { failures: number };

export const signInGuard: Decider<SignInGuard, SignInGuardCommand, SignInGuardEvent> = {
  category: 'signInGuard',
  initial: { failures: 0 },
  vocabulary: signInGuardEvents,
  decide: ({ data: { accountId, count, firstAt, lastAt } }) => [
    {
      type: 'SignInsFailed',
      data: { accountId, count, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() },
    },
  ],
  evolve: ({ failures }, { data }) => ({ failures: failures + data.count }),
};
