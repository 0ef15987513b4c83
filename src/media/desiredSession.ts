// What the record says a session should look like; pure, so that the same events always want the same media.
import type { LegLeftCause, MediaSource, PlacementCause, SessionEvent } from '../domain/sessions/events.ts';

/** `connectedEpoch` is null until the leg was recorded as connected; `revoked` says why it has to go. */
type DesiredLeg = { participantId: string; connectedEpoch: number | null; revoked: LegLeftCause | null };
type DesiredPerson = {
  legId: string | null;
  muted: ReadonlySet<MediaSource>;
  lastLeft: { legId: string; cause: LegLeftCause } | null;
};
/** `legs` are those without a recorded end. */
export type DesiredSession = {
  sessionId: string;
  endedAt: Date | null;
  placement: { node: string; epoch: number; cause: PlacementCause } | null;
  legs: ReadonlyMap<string, DesiredLeg>;
  people: ReadonlyMap<string, DesiredPerson>;
};

const nobody: DesiredPerson = { legId: null, muted: new Set(), lastLeft: null };

const unseen = (sessionId: string): DesiredSession => ({
  sessionId,
  endedAt: null,
  placement: null,
  legs: new Map(),
  people: new Map(),
});

const withPerson = (
  session: DesiredSession,
  participantId: string,
  change: Partial<DesiredPerson>,
): DesiredSession => ({
  ...session,
  people: new Map(session.people).set(participantId, {
    ...(session.people.get(participantId) ?? nobody),
    ...change,
  }),
});

const withLeg = (session: DesiredSession, legId: string, leg: DesiredLeg | null): DesiredSession => {
  const legs = new Map(session.legs);
  if (leg) legs.set(legId, leg);
  else legs.delete(legId);
  return { ...session, legs };
};

const revoke = (session: DesiredSession, cause: LegLeftCause, which: (leg: DesiredLeg) => boolean): DesiredSession => ({
  ...session,
  legs: new Map(
    [...session.legs].map(([legId, leg]) => [legId, which(leg) && !leg.revoked ? { ...leg, revoked: cause } : leg]),
  ),
});

const withMute = (session: DesiredSession, participantId: string, source: MediaSource, on: boolean): DesiredSession => {
  const muted = new Set(session.people.get(participantId)?.muted);
  if (on) muted.add(source);
  else muted.delete(source);
  return withPerson(session, participantId, { muted });
};

/** Folds one event of the session into what is wanted. A newer leg of a person revokes the older ones as `replaced`. */
export const evolve = (known: DesiredSession | undefined, { type, data }: SessionEvent): DesiredSession => {
  const session = known ?? unseen(data.sessionId);
  switch (type) {
    case 'SessionPlaced':
      return { ...session, placement: { node: data.node, epoch: data.epoch, cause: data.cause } };
    case 'ParticipantJoined': {
      const { participantId, legId } = data;
      const older = revoke(session, 'replaced', (leg) => leg.participantId === participantId);
      const joined = withLeg(older, legId, { participantId, connectedEpoch: null, revoked: null });
      return withPerson(joined, participantId, { legId });
    }
    case 'LegConnected': {
      const leg = session.legs.get(data.legId);
      return leg ? withLeg(session, data.legId, { ...leg, connectedEpoch: data.epoch }) : session;
    }
    case 'LegLeft': {
      const { participantId, legId, cause } = data;
      const person = session.people.get(participantId);
      return withPerson(withLeg(session, legId, null), participantId, {
        legId: person?.legId === legId ? null : (person?.legId ?? null),
        lastLeft: { legId, cause },
      });
    }
    case 'ParticipantMuted':
      return withMute(session, data.participantId, data.source, true);
    case 'ParticipantUnmuted':
      return withMute(session, data.participantId, data.source, false);
    case 'ParticipantRemoved':
      return withPerson(
        revoke(session, 'removed', (leg) => leg.participantId === data.participantId),
        data.participantId,
        { legId: null },
      );
    case 'ParticipantDisconnected':
      return revoke(session, 'disconnected', (leg) => leg.participantId === data.participantId);
    case 'SessionEnded':
      return { ...revoke(session, 'session_ended', () => true), endedAt: new Date(data.endedAt) };
    case 'SessionStarted':
    case 'SessionMediaInterrupted':
    case 'ParticipantInvitedToSession':
    case 'ScreenShareStarted':
    case 'ScreenShareStopped':
    case 'ParticipantRoleGiven':
      return session;
  }
};

/** Why a leg must go, or null while it may stay. */
export const closingCause = (session: DesiredSession, participantId: string, legId: string): LegLeftCause | null => {
  const leg = session.legs.get(legId);
  if (leg) return leg.participantId === participantId ? leg.revoked : 'disconnected';
  const last = session.people.get(participantId)?.lastLeft;
  return last?.legId === legId ? last.cause : session.endedAt ? 'session_ended' : 'replaced';
};

/** Whether this person may have media over this leg now. */
export const admits = (session: DesiredSession, participantId: string, legId: string): boolean =>
  session.endedAt === null &&
  session.people.get(participantId)?.legId === legId &&
  closingCause(session, participantId, legId) === null;

/** The sources of a person that a moderator keeps silent, whichever leg they come over. */
export const mutedSources = (session: DesiredSession, participantId: string): ReadonlySet<MediaSource> =>
  session.people.get(participantId)?.muted ?? nobody.muted;

/**
 * Legs whose end is due on the record although no media hangs on them here: revoked ones, and those connected in an
 * older epoch, whose process is gone.
 */
export const endsDue = (
  session: DesiredSession,
  epoch: number,
): { participantId: string; legId: string; cause: LegLeftCause }[] =>
  [...session.legs].flatMap(([legId, { participantId, connectedEpoch, revoked }]) => {
    const outlived = connectedEpoch !== null && connectedEpoch < epoch;
    // Whoever came back before this process did has replaced a leg that was lost with the older one.
    const cause = outlived && (!revoked || revoked === 'replaced') ? 'node_restarted' : revoked;
    return cause ? [{ participantId, legId, cause }] : [];
  });
