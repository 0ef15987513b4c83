// Sessions: one run of a conference, the people in it, their legs, and what was done to them.
import { z } from 'zod';
import { fact, sealed, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();
const session = { sessionId: z.uuid() };
const participant = { ...session, participantId: z.uuid() };
const leg = { ...participant, legId: z.uuid() };

const sessionRole = z.enum(['owner', 'moderator', 'participant']);
export const mediaSource = z.enum(['microphone', 'camera', 'screen']);
/** Null in what was recorded before placements said why. */
const placementCause = z.enum(['session_started', 'node_lost', 'node_stopping', 'node_restarted']).nullable();
const legLeftCause = z.enum([
  'left',
  'connection_lost',
  'never_connected',
  'removed',
  'disconnected',
  'replaced',
  'session_ended',
  'node_restarted',
]);

/** Quality of one leg over its life. Bitrates in kbit/s, loss as a fraction 0..1, times in ms. */
const legQuality = z.object({
  connectedMs: z.number(),
  receivedBytes: z.number(),
  sentBytes: z.number(),
  lossFraction: z.number(),
  roundTripMs: z.number().nullable(),
  scoreMin: z.number().nullable(),
});

const facts = [
  fact('SessionStarted', {
    ...session,
    conferenceId: z.uuid(),
    title: z.string(),
    ownerId: z.uuid(),
    startedBy: z.uuid(),
    startedAt: at,
  }),
  fact('SessionPlaced', {
    ...session,
    node: z.string(),
    epoch: z.int().positive(),
    cause: placementCause,
    placedAt: at,
  }),
  fact('SessionMediaInterrupted', {
    ...session,
    node: z.string(),
    epoch: z.int().positive(),
    cause: z.enum(['worker_died', 'node_restarted']),
    interruptedAt: at,
  }),
  fact('ParticipantInvitedToSession', { ...participant, invitedBy: z.uuid(), invitedAt: at }),
  fact('ParticipantJoined', {
    ...leg,
    role: sessionRole,
    person: sealed('participantId', { displayName: z.string() }),
    joinedAt: at,
  }),
  fact('LegConnected', { ...leg, epoch: z.int().positive(), connectedAt: at }),
  fact('LegLeft', {
    ...leg,
    epoch: z.int().nonnegative(),
    cause: legLeftCause,
    quality: legQuality.nullable(),
    leftAt: at,
  }),
  fact('ParticipantMuted', { ...participant, source: mediaSource, mutedBy: z.uuid(), mutedAt: at }),
  fact('ParticipantUnmuted', { ...participant, source: mediaSource, unmutedBy: z.uuid(), unmutedAt: at }),
  fact('ScreenShareStarted', { ...leg, startedAt: at }),
  fact('ScreenShareStopped', { ...leg, stoppedAt: at }),
  fact('ParticipantRoleGiven', { ...participant, role: sessionRole, givenBy: z.uuid(), givenAt: at }),
  fact('ParticipantRemoved', {
    ...participant,
    removedBy: z.uuid(),
    mayRejoin: z.boolean(),
    removedAt: at,
  }),
  fact('ParticipantDisconnected', {
    ...participant,
    cause: z.enum(['devices_disconnected', 'account_deactivated', 'account_deleted', 'signed_out']),
    disconnectedAt: at,
  }),
  fact('SessionEnded', {
    ...session,
    cause: z.enum(['ended_by_moderator', 'ended_by_administrator', 'empty', 'conference_deleted']),
    endedBy: z.uuid().nullable(),
    endedAt: at,
  }),
] as const;

export const sessionEvents = vocabulary(facts, { SessionPlaced: (data) => ({ cause: null, ...data }) });
export type SessionEvent = ReturnType<typeof sessionEvents.parse>;
export type LegQuality = z.infer<typeof legQuality>;
export type LegLeftCause = z.infer<typeof legLeftCause>;
export type MediaSource = z.infer<typeof mediaSource>;
export type PlacementCause = z.infer<typeof placementCause>;
export type SessionRole = z.infer<typeof sessionRole>;
