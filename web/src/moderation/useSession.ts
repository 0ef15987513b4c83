// A session as it is now, pushed by the server whenever the record changes.
import { useState } from 'react';
import { unmask } from '../gql/fragment-masking.ts';
import { ParticipantLineFragmentDoc, SessionLiveDocument, type SessionLiveSubscription } from '../gql/graphql.ts';
import { type Line, useLive } from '../live.ts';

type Raw = NonNullable<SessionLiveSubscription['session']>;
export type Session = Omit<Raw, 'participants'> & { people: readonly ReturnType<typeof people>[number][] };

const people = ({ participants }: Raw) => unmask(ParticipantLineFragmentDoc, participants);

/** Null until the first answer and once the viewer may not see it any more (`gone`). */
export const useSession = (id: string): { session: Session | null; gone: boolean; line: Line } => {
  const [session, setSession] = useState<Session | null>(null);
  const [gone, setGone] = useState(false);
  const line = useLive(
    SessionLiveDocument,
    { id },
    {
      next: ({ session: raw }) => {
        setGone(!raw);
        if (raw) setSession({ ...raw, people: people(raw) });
      },
      complete: () => {
        setGone(true);
        return false;
      },
    },
    { key: id },
  );
  return { session, gone, line };
};
