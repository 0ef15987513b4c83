// One run of a conference: who may come in, what may be done to them, and when it is over.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import {
  type LegLeftCause,
  type LegQuality,
  type MediaSource,
  type PlacementCause,
  type SessionEvent,
  type SessionRole,
  sessionEvents,
} from './events.ts';
import { evolve, isLive, type Placement, type Session } from './state.ts';

type Asked = { sessionId: string };
type Whom = Asked & { participantId: string };
type Where = Whom & { legId: string };
type DisconnectCause = Extract<SessionEvent, { type: 'ParticipantDisconnected' }>['data']['cause'];
type EndCause = Exclude<Extract<SessionEvent, { type: 'SessionEnded' }>['data']['cause'], 'empty'>;

export type SessionCommand =
  | Command<'StartSession', Asked & { conferenceId: string; title: string; ownerId: string; startedBy: string }>
  | Command<'InviteToSession', Whom>
  | Command<'JoinSession', Where & { role: SessionRole; displayName: string; participantsMax: number }>
  | Command<'PlaceSession', Asked & { node: string; epoch: number; cause: PlacementCause }>
  | Command<'ReportMediaInterrupted', Asked & { node: string; epoch: number; cause: 'worker_died' | 'node_restarted' }>
  /** `at` is when it happened, which an outage of the store may have made long ago. */
  | Command<'ConnectLeg', Where & { epoch: number; at: Date }>
  | Command<'LeaveLeg', Where & { epoch: number; cause: LegLeftCause; quality: LegQuality | null; at: Date }>
  | Command<'StartScreenShare' | 'StopScreenShare', Where & { epoch: number; at: Date }>
  | Command<'MuteParticipant' | 'UnmuteParticipant', Whom & { source: MediaSource }>
  | Command<'GiveSessionRole', Whom & { role: SessionRole }>
  | Command<'RemoveParticipant', Whom & { mayRejoin: boolean }>
  /** `legIds` are the legs that are meant: whoever came in by another one since stays. */
  | Command<'DisconnectParticipant', Whom & { legIds: readonly string[]; cause: DisconnectCause }>
  | Command<'EndSession', Asked & { cause: EndCause }>
  | Command<'EndSessionIfEmpty', Asked & { graceMs: number }>;

type Running = Extract<Session, { status: 'running' | 'ended' }>;
type Asking<Type extends SessionCommand['type']> = Extract<SessionCommand, { type: Type }>;

const participantOf = (session: Running, participantId: string) => {
  const participant = session.participants[participantId];
  if (!participant) throw new Refusal('session.participant_not_found');
  return participant;
};

const join = ({ data, meta }: Asking<'JoinSession'>, session: Running): SessionEvent[] => {
  const { sessionId, participantId, legId, role, displayName, participantsMax } = data;
  const before = session.participants[participantId];
  if (before?.removed && !before.mayRejoin) throw new Refusal('session.removed');
  const inside = Object.entries(session.participants).filter(
    ([id, { legs }]) => id !== participantId && Object.values(legs).some(isLive),
  );
  if (inside.length >= participantsMax) throw new Refusal('session.full', { participantsMax });
  return [
    {
      type: 'ParticipantJoined',
      data: {
        sessionId,
        participantId,
        legId,
        role: before?.role ?? role,
        person: { displayName },
        joinedAt: meta.now.toISOString(),
      },
    },
  ];
};

/** Refuses what a node says of a session that was placed anew since. */
const refuseOlder = (placement: Placement | null, epoch: number): void => {
  if (placement && epoch < placement.epoch) throw new Refusal('session.stale_epoch', { epoch: placement.epoch });
};

/** What media nodes report. A fact about a leg or a placement that is over already records nothing new. */
const decideMediaFact = (
  command: Asking<
    'PlaceSession' | 'ReportMediaInterrupted' | 'ConnectLeg' | 'LeaveLeg' | 'StartScreenShare' | 'StopScreenShare'
  >,
  session: Running,
): SessionEvent[] => {
  const at = command.meta.now.toISOString();
  const { placement } = session;
  switch (command.type) {
    case 'PlaceSession': {
      const { sessionId, node, epoch, cause } = command.data;
      if (session.status === 'ended') throw new Refusal('session.ended');
      if (placement?.node === node && placement.epoch === epoch) return [];
      if (placement && placement.epoch >= epoch) throw new Refusal('session.stale_epoch', { epoch: placement.epoch });
      return [{ type: 'SessionPlaced', data: { sessionId, node, epoch, cause, placedAt: at } }];
    }
    case 'ReportMediaInterrupted': {
      const { sessionId, node, epoch, cause } = command.data;
      if (session.status === 'ended') return [];
      refuseOlder(placement, epoch);
      return [{ type: 'SessionMediaInterrupted', data: { sessionId, node, epoch, cause, interruptedAt: at } }];
    }
    case 'ConnectLeg': {
      const { sessionId, participantId, legId, epoch } = command.data;
      const leg = participantOf(session, participantId).legs[legId];
      if (!leg) throw new Refusal('session.participant_not_found');
      refuseOlder(placement, epoch);
      if (leg.state !== 'admitted' && leg.epoch >= epoch) return [];
      if (leg.state === 'left') return [];
      return [
        {
          type: 'LegConnected',
          data: { sessionId, participantId, legId, epoch, connectedAt: command.data.at.toISOString() },
        },
      ];
    }
    case 'LeaveLeg': {
      const { sessionId, participantId, legId, epoch, cause, quality } = command.data;
      const leg = participantOf(session, participantId).legs[legId];
      if (!leg) throw new Refusal('session.participant_not_found');
      if (leg.state === 'left') return [];
      refuseOlder(placement, epoch);
      return [
        {
          type: 'LegLeft',
          data: { sessionId, participantId, legId, epoch, cause, quality, leftAt: command.data.at.toISOString() },
        },
      ];
    }
    case 'StartScreenShare':
    case 'StopScreenShare': {
      const { sessionId, participantId, legId } = command.data;
      const where = { sessionId, participantId, legId };
      participantOf(session, participantId);
      refuseOlder(placement, command.data.epoch);
      const happenedAt = command.data.at.toISOString();
      return command.type === 'StartScreenShare'
        ? [{ type: 'ScreenShareStarted', data: { ...where, startedAt: happenedAt } }]
        : [{ type: 'ScreenShareStopped', data: { ...where, stoppedAt: happenedAt } }];
    }
  }
};

/** What moderators do to people in the session. */
const decideModeration = (
  command: Asking<
    'MuteParticipant' | 'UnmuteParticipant' | 'GiveSessionRole' | 'RemoveParticipant' | 'DisconnectParticipant'
  >,
  session: Running,
): SessionEvent[] => {
  const { sessionId, participantId } = command.data;
  const whom = { sessionId, participantId };
  const participant = participantOf(session, participantId);
  const at = command.meta.now.toISOString();
  const by = command.meta.actor.id;
  switch (command.type) {
    case 'MuteParticipant': {
      const { source } = command.data;
      if (participant.muted.includes(source)) return [];
      return [{ type: 'ParticipantMuted', data: { ...whom, source, mutedBy: by, mutedAt: at } }];
    }
    case 'UnmuteParticipant': {
      const { source } = command.data;
      if (!participant.muted.includes(source)) return [];
      return [{ type: 'ParticipantUnmuted', data: { ...whom, source, unmutedBy: by, unmutedAt: at } }];
    }
    case 'GiveSessionRole': {
      const { role } = command.data;
      if (participantId === session.ownerId) throw new Refusal('session.owner_protected');
      if (participant.role === role) return [];
      return [{ type: 'ParticipantRoleGiven', data: { ...whom, role, givenBy: by, givenAt: at } }];
    }
    case 'RemoveParticipant': {
      const { mayRejoin } = command.data;
      if (participantId === session.ownerId) throw new Refusal('session.owner_protected');
      if (participant.removed && participant.mayRejoin === mayRejoin) return [];
      return [{ type: 'ParticipantRemoved', data: { ...whom, removedBy: by, mayRejoin, removedAt: at } }];
    }
    case 'DisconnectParticipant': {
      const { legIds, cause } = command.data;
      // A newer leg takes the place of the older ones.
      const [newest] = Object.entries(participant.legs).findLast(([, leg]) => isLive(leg)) ?? [];
      if (newest === undefined || !legIds.includes(newest)) return [];
      return [{ type: 'ParticipantDisconnected', data: { ...whom, cause, disconnectedAt: at } }];
    }
  }
};

const decideEnd = (command: Asking<'EndSession' | 'EndSessionIfEmpty'>, session: Running): SessionEvent[] => {
  const { sessionId } = command.data;
  const { now, actor } = command.meta;
  if (session.status === 'ended') return [];
  if (command.type === 'EndSession') {
    const endedBy = actor.kind === 'account' ? actor.id : null;
    return [
      { type: 'SessionEnded', data: { sessionId, cause: command.data.cause, endedBy, endedAt: now.toISOString() } },
    ];
  }
  const { emptySince } = session;
  if (emptySince === null || now.getTime() - Date.parse(emptySince) < command.data.graceMs) return [];
  return [{ type: 'SessionEnded', data: { sessionId, cause: 'empty', endedBy: null, endedAt: now.toISOString() } }];
};

const decide = (command: SessionCommand, session: Session): SessionEvent[] => {
  const at = command.meta.now.toISOString();
  if (command.type === 'StartSession') {
    if (session.status !== 'unborn') throw new Refusal('session.already_running');
    return [{ type: 'SessionStarted', data: { ...command.data, startedAt: at } }];
  }
  if (session.status === 'unborn') throw new Refusal('session.not_found');
  switch (command.type) {
    case 'PlaceSession':
    case 'ReportMediaInterrupted':
    case 'ConnectLeg':
    case 'LeaveLeg':
    case 'StartScreenShare':
    case 'StopScreenShare':
      return decideMediaFact(command, session);
    case 'EndSession':
    case 'EndSessionIfEmpty':
      return decideEnd(command, session);
    default:
  }
  if (session.status === 'ended') throw new Refusal('session.ended');
  switch (command.type) {
    case 'InviteToSession': {
      const { sessionId, participantId } = command.data;
      if (session.invited.includes(participantId)) return [];
      const invitedBy = command.meta.actor.id;
      return [{ type: 'ParticipantInvitedToSession', data: { sessionId, participantId, invitedBy, invitedAt: at } }];
    }
    case 'JoinSession':
      return join(command, session);
    case 'MuteParticipant':
    case 'UnmuteParticipant':
    case 'GiveSessionRole':
    case 'RemoveParticipant':
    case 'DisconnectParticipant':
      return decideModeration(command, session);
  }
};

export const session: Decider<Session, SessionCommand, SessionEvent> = {
  category: 'session',
  initial: { status: 'unborn' },
  decide,
  evolve,
  vocabulary: sessionEvents,
};
