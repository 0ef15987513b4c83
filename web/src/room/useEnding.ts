// Notices that a visit is over, from the record or from the media plane, whichever says so first.
import { useEffect, useRef } from 'react';
import { isInside } from '../moderation/isInside.ts';
import type { Session } from '../moderation/useSession.ts';
import type { MeetingSnapshot } from '../sdk/snapshot.ts';
import type { Ending } from './useRoom.ts';

/**
 * What the record says. Before it has caught up with a new visit it still tells how the last one ended, so a removal
 * counts only once the visitor was seen inside.
 */
const byRecord = (session: Session | null, wasInside: boolean): Ending | null => {
  const own = session?.viewerParticipant;
  if (own?.state === 'REMOVED' && wasInside) return { kind: 'removed', mayRejoin: own.mayRejoin };
  if (session?.endedAt) return { kind: 'ended', mayRejoin: true };
  return null;
};

const kinds: Record<string, Ending['kind']> = {
  removed: 'removed',
  session_ended: 'ended',
  replaced: 'replaced',
  resumed_elsewhere: 'replaced',
  disconnected: 'disconnected',
  left: 'left',
};

const byMedia = ({ state, closedCause }: MeetingSnapshot, session: Session | null): Ending | null => {
  if (state !== 'closed') return null;
  const kind = kinds[closedCause ?? ''] ?? 'lost';
  // Who may come back still sees the record, and it says so; who may not sees nothing more.
  const mayRejoin = kind !== 'removed' || session?.viewerParticipant?.state === 'REMOVED';
  return { kind, mayRejoin };
};

// A removal reaches the media plane and the record a moment apart; the record knows more, so it gets that moment.
const patienceMs = 1_500;

type Watched = { session: Session | null; gone: boolean; snapshot: MeetingSnapshot; end: (ending: Ending) => void };

export const useEnding = ({ session, gone, snapshot, end }: Watched): void => {
  const wasInside = useRef(false);
  if (session?.viewerParticipant && isInside(session.viewerParticipant)) wasInside.current = true;
  const recorded = byRecord(session, wasInside.current);
  const fromMedia = byMedia(snapshot, session);
  const kind = recorded?.kind;
  const mayRejoin = recorded?.mayRejoin ?? true;
  const closedKind = fromMedia?.kind ?? (gone ? 'ended' : undefined);
  const closedMayRejoin = fromMedia?.mayRejoin ?? true;
  useEffect(() => {
    if (kind) {
      end({ kind, mayRejoin });
      return;
    }
    if (!closedKind) return;
    const timer = setTimeout(() => end({ kind: closedKind, mayRejoin: closedMayRejoin }), patienceMs);
    return () => clearTimeout(timer);
  }, [kind, mayRejoin, closedKind, closedMayRejoin, end]);
};
