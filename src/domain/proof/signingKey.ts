// The key that checkpoints are signed with: one after the other, each vouched for by the one before.
import type { Command, Decider } from '../kernel.ts';
import { type SigningKeyEvent, signingKeyEvents } from './events.ts';

/** A key as it is on the record; the private part is in the vault under `keyId`. */
export type KnownKey = { keyId: string; verifierKey: string; endorsement: string | null; adoptedAt: Date };

export type SigningKeyCommand =
  /** `previous`: the key that was in use when this one was made; null for the first. */
  Command<
    'AdoptSigningKey',
    { serverId: string; keyId: string; verifierKey: string; endorsement: string | null; previous: string | null }
  >;

/** The oldest first; the last one signs. */
export type SigningKeys = { keys: readonly KnownKey[] };

export const signingKey: Decider<SigningKeys, SigningKeyCommand, SigningKeyEvent> = {
  category: 'signingKey',
  initial: { keys: [] },
  vocabulary: signingKeyEvents,
  decide: ({ data, meta }, { keys }) => {
    const { previous, ...adopted } = data;
    // Somebody else was faster: that key is as good, and this one was never used.
    if ((keys.at(-1)?.keyId ?? null) !== previous) return [];
    return [{ type: 'SigningKeyAdopted', data: { ...adopted, adoptedAt: meta.now.toISOString() } }];
  },
  evolve: ({ keys }, { data }) => {
    const { keyId, verifierKey, endorsement, adoptedAt } = data;
    return { keys: [...keys, { keyId, verifierKey, endorsement, adoptedAt: new Date(adoptedAt) }] };
  },
};
