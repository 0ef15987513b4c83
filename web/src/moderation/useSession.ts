// A session as it is now, pushed by the server whenever the record changes.
import { useState } from 'react';
import { unmask } from '../gql/fragment-masking.ts';
import { ParticipantLineFragmentDoc, SessionLiveDocument, type SessionLiveSubscription } from '../gql/graphql.ts';
import { type Line, useLive } from '../live.ts';

type Raw = NonNullable<SessionLiveSubscription['session']>;
export type Session = Omit<Raw, 'participants'> & { people: readonly ReturnType<typeof people>[number][] };

const people = ({ participants }: Raw) => unmask(ParticipantLineFragmentDoc, participants);

/** Null until the first answer; `gone` once the viewer may not see it any more. */
export const useSession = (id: string): { session: Session | null; gone: boolean; line: Line } => {
  const [session, setSession] = useState<Session | null>(null);
  const [gone, setGone] = useState(false);
  const next = ({ session: raw }: SessionLiveSubscription) => {
    setGone(!raw);
    if (raw) setSession({ ...raw, people: people(raw) });
  };
  const line = useLive(SessionLiveDocument, { id }, next, { key: id });
  return { session, gone: gone || line === 'refused', line };
};
