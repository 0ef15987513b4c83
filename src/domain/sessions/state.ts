// What is known of one run of a conference, folded from its events.
import type { LegLeftCause, LegQuality, MediaSource, SessionEvent, SessionRole } from './events.ts';

export type Leg = {
  state: 'admitted' | 'connected' | 'left';
  epoch: number;
  cause: LegLeftCause | null;
  quality: LegQuality | null;
};

export type Participant = {
  role: SessionRole;
  displayName: string | null;
  muted: MediaSource[];
  removed: boolean;
  mayRejoin: boolean;
  /** By id, in the order in which they were admitted. */
  legs: Record<string, Leg>;
};

/** The media node a session belongs to. Whatever an older epoch says of it is refused. */
export type Placement = { node: string; epoch: number };

export type Session =
  | { status: 'unborn' }
  | {
      status: 'running' | 'ended';
      conferenceId: string;
      title: string;
      ownerId: string;
      placement: Placement | null;
      participants: Record<string, Participant>;
      invited: string[];
      /** ISO time since when no leg is live, or null while somebody is in. */
      emptySince: string | null;
    };

type Begun = Exclude<Session, { status: 'unborn' }>;

/** A leg that is admitted or connected. */
export const isLive = ({ state }: Leg): boolean => state !== 'left';

/** Whether the person has a live leg. */
export const isInside = (session: Session, participantId: string): boolean =>
  session.status === 'running' && Object.values(session.participants[participantId]?.legs ?? {}).some(isLive);

const withParticipant = (
  session: Begun,
  participantId: string,
  change: (participant: Participant) => Participant,
): Begun => {
  const participant = session.participants[participantId];
  if (!participant) return session;
  return { ...session, participants: { ...session.participants, [participantId]: change(participant) } };
};

const withLeg = (session: Begun, participantId: string, legId: string, change: (leg: Leg) => Leg): Begun =>
  withParticipant(session, participantId, (participant) => {
    const leg = participant.legs[legId];
    return leg ? { ...participant, legs: { ...participant.legs, [legId]: change(leg) } } : participant;
  });

const anyLive = ({ participants }: Begun): boolean =>
  Object.values(participants).some(({ legs }) => Object.values(legs).some(isLive));

const joined = (session: Begun, data: Extract<SessionEvent, { type: 'ParticipantJoined' }>['data']): Begun => {
  const before = session.participants[data.participantId];
  const participant: Participant = {
    role: data.role,
    displayName: data.person?.displayName ?? null,
    muted: before?.muted ?? [],
    removed: false,
    mayRejoin: true,
    legs: { ...before?.legs, [data.legId]: { state: 'admitted', epoch: 0, cause: null, quality: null } },
  };
  return {
    ...session,
    emptySince: null,
    participants: { ...session.participants, [data.participantId]: participant },
  };
};

const left = (session: Begun, data: Extract<SessionEvent, { type: 'LegLeft' }>['data']): Begun => {
  const after = withLeg(session, data.participantId, data.legId, (leg) => ({
    ...leg,
    state: 'left',
    cause: data.cause,
    quality: data.quality,
  }));
  return { ...after, emptySince: anyLive(after) ? null : (after.emptySince ?? data.leftAt) };
};

const evolveBegun = (session: Begun, { type, data }: Exclude<SessionEvent, { type: 'SessionStarted' }>): Begun => {
  switch (type) {
    case 'SessionPlaced':
      return { ...session, placement: { node: data.node, epoch: data.epoch } };
    case 'ParticipantInvitedToSession':
      return { ...session, invited: [...new Set([...session.invited, data.participantId])] };
    case 'ParticipantJoined':
      return joined(session, data);
    case 'LegConnected':
      return withLeg(session, data.participantId, data.legId, (leg) => ({
        ...leg,
        state: 'connected',
        epoch: data.epoch,
      }));
    case 'LegLeft':
      return left(session, data);
    case 'ParticipantMuted':
      return withParticipant(session, data.participantId, (participant) => ({
        ...participant,
        muted: [...new Set([...participant.muted, data.source])],
      }));
    case 'ParticipantUnmuted':
      return withParticipant(session, data.participantId, (participant) => ({
        ...participant,
        muted: participant.muted.filter((source) => source !== data.source),
      }));
    case 'ParticipantRoleGiven':
      return withParticipant(session, data.participantId, (participant) => ({ ...participant, role: data.role }));
    case 'ParticipantRemoved':
      return withParticipant(session, data.participantId, (participant) => ({
        ...participant,
        removed: true,
        mayRejoin: data.mayRejoin,
      }));
    case 'SessionEnded':
      return { ...session, status: 'ended' };
    case 'SessionMediaInterrupted':
    case 'ScreenShareStarted':
    case 'ScreenShareStopped':
    case 'ParticipantDisconnected':
      return session; // The leg that follows from it is reported on its own.
  }
};

export const evolve = (session: Session, event: SessionEvent): Session => {
  if (event.type === 'SessionStarted') {
    const { conferenceId, title, ownerId, startedAt } = event.data;
    return {
      status: 'running',
      conferenceId,
      title,
      ownerId,
      placement: null,
      participants: {},
      invited: [],
      emptySince: startedAt,
    };
  }
  return session.status === 'unborn' ? session : evolveBegun(session, event);
};
