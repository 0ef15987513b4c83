// The fold from session events to what the media plane has to bring about.
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { MediaSource, SessionEvent } from '../../src/domain/sessions/events.ts';
import {
  admits,
  closingCause,
  type DesiredSession,
  endsDue,
  evolve,
  mutedSources,
} from '../../src/media/desiredSession.ts';

const at = '2026-11-21T10:00:00.000Z';
const sessionId = '01890000-0000-7000-8000-000000000001';
const by = '01890000-0000-7000-8000-000000000002';
const [ann, bob] = ['01890000-0000-7000-8000-0000000000aa', '01890000-0000-7000-8000-0000000000bb'];
const [leg1, leg2, leg3] = ['leg-1', 'leg-2', 'leg-3'];

const conferenceId = by;
const started: SessionEvent = {
  type: 'SessionStarted',
  data: { sessionId, conferenceId, title: 'Test', ownerId: by, startedBy: by, startedAt: at },
};
const placed = (epoch: number, node = 'node-1'): SessionEvent => ({
  type: 'SessionPlaced',
  data: { sessionId, node, epoch, cause: null, placedAt: at },
});
const joined = (participantId: string, legId: string): SessionEvent => ({
  type: 'ParticipantJoined',
  data: { sessionId, participantId, legId, role: 'participant', person: null, joinedAt: at },
});
const connected = (participantId: string, legId: string, epoch = 1): SessionEvent => ({
  type: 'LegConnected',
  data: { sessionId, participantId, legId, epoch, connectedAt: at },
});
const left = (participantId: string, legId: string, cause: 'left' | 'disconnected' = 'left'): SessionEvent => ({
  type: 'LegLeft',
  data: { sessionId, participantId, legId, epoch: 1, cause, quality: null, leftAt: at },
});
const muted = (participantId: string, source: MediaSource): SessionEvent => ({
  type: 'ParticipantMuted',
  data: { sessionId, participantId, source, mutedBy: by, mutedAt: at },
});
const unmuted = (participantId: string, source: MediaSource): SessionEvent => ({
  type: 'ParticipantUnmuted',
  data: { sessionId, participantId, source, unmutedBy: participantId, unmutedAt: at },
});
const removed = (participantId: string): SessionEvent => ({
  type: 'ParticipantRemoved',
  data: { sessionId, participantId, removedBy: by, mayRejoin: false, removedAt: at },
});
const ended: SessionEvent = {
  type: 'SessionEnded',
  data: { sessionId, cause: 'ended_by_moderator', endedBy: by, endedAt: at },
};

const after = (...events: SessionEvent[]): DesiredSession => {
  let session = evolve(undefined, started);
  for (const event of events) session = evolve(session, event);
  return session;
};

describe('a desired session', () => {
  test('admits whoever joined, over their own leg only', () => {
    const session = after(joined(ann, leg1));
    assert(admits(session, ann, leg1));
    assert(!admits(session, bob, leg1));
    assert(!admits(session, ann, leg2));
  });

  test('has the newer leg of a person replace the older one', () => {
    const session = after(joined(ann, leg1), connected(ann, leg1), joined(ann, leg2));
    assert(!admits(session, ann, leg1));
    assert(admits(session, ann, leg2));
    assert.equal(closingCause(session, ann, leg1), 'replaced');
  });

  test('closes the legs of whoever is removed, and of everybody when it ends', () => {
    const session = after(joined(ann, leg1), joined(bob, leg2), removed(ann));
    assert.equal(closingCause(session, ann, leg1), 'removed');
    assert.equal(closingCause(session, bob, leg2), null);
    assert.equal(closingCause(evolve(session, ended), bob, leg2), 'session_ended');
    assert.equal(closingCause(evolve(session, ended), ann, leg1), 'removed');
  });

  test('admits nobody after it ended', () => {
    assert(!admits(after(joined(ann, leg1), ended), ann, leg1));
  });

  test('admits a removed person again over a new leg, which only the domain may allow', () => {
    assert(admits(after(joined(ann, leg1), removed(ann), joined(ann, leg2)), ann, leg2));
  });

  test('closes a leg that the record says has left, with the recorded cause', () => {
    const session = after(joined(ann, leg1), connected(ann, leg1), left(ann, leg1, 'disconnected'));
    assert.equal(closingCause(session, ann, leg1), 'disconnected');
    assert(!admits(session, ann, leg1));
  });

  test('keeps a person admitted over the new leg when the old one is recorded as left afterwards', () => {
    const session = after(joined(ann, leg1), joined(ann, leg2), left(ann, leg1));
    assert(admits(session, ann, leg2));
  });

  test('keeps a mute over legs until it is lifted', () => {
    const session = after(joined(ann, leg1), muted(ann, 'microphone'), muted(ann, 'camera'), joined(ann, leg2));
    assert.deepEqual([...mutedSources(session, ann)], ['microphone', 'camera']);
    assert.deepEqual([...mutedSources(session, bob)], []);
    assert.deepEqual([...mutedSources(evolve(session, unmuted(ann, 'camera')), ann)], ['microphone']);
  });

  test('has revoked legs ended on the record, and those of an older epoch', () => {
    const session = after(placed(1), joined(ann, leg1), connected(ann, leg1), joined(bob, leg2), placed(2));
    assert.deepEqual(endsDue(session, 2), [{ participantId: ann, legId: leg1, cause: 'node_restarted' }]);
    assert.deepEqual(endsDue(evolve(session, removed(bob)), 2), [
      { participantId: ann, legId: leg1, cause: 'node_restarted' },
      { participantId: bob, legId: leg2, cause: 'removed' },
    ]);
    assert.deepEqual(endsDue(evolve(session, left(ann, leg1)), 2), []);
    assert.deepEqual(endsDue(evolve(session, removed(ann)), 2), [
      { participantId: ann, legId: leg1, cause: 'removed' },
    ]);
    assert.deepEqual(endsDue(evolve(session, joined(ann, leg3)), 2), [
      { participantId: ann, legId: leg1, cause: 'node_restarted' },
    ]);
  });

  test('belongs to the node and the epoch it was placed on last', () => {
    assert.deepEqual(after(placed(1), placed(2, 'node-2')).placement, { node: 'node-2', epoch: 2, cause: null });
    assert.equal(after().placement, null);
  });

  test('wants nothing from events that concern others', () => {
    const session = after(joined(ann, leg1));
    const others: SessionEvent[] = [
      { type: 'ParticipantInvitedToSession', data: { sessionId, participantId: bob, invitedBy: by, invitedAt: at } },
      {
        type: 'SessionMediaInterrupted',
        data: { sessionId, node: 'node-1', epoch: 1, cause: 'worker_died', interruptedAt: at },
      },
      { type: 'ScreenShareStarted', data: { sessionId, participantId: ann, legId: leg1, startedAt: at } },
      { type: 'ScreenShareStopped', data: { sessionId, participantId: ann, legId: leg1, stoppedAt: at } },
      {
        type: 'ParticipantRoleGiven',
        data: { sessionId, participantId: ann, role: 'moderator', givenBy: by, givenAt: at },
      },
    ];
    for (const event of others) assert.equal(evolve(session, event), session);
  });

  test('does not change the session it was given', () => {
    const session = after(joined(ann, leg1));
    const before = structuredClone(session);
    for (const event of [joined(ann, leg2), muted(ann, 'camera'), removed(ann), ended]) evolve(session, event);
    assert.deepEqual(session, before);
  });
});
