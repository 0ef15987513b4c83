import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { channel } from '../../src/domain/chat/channel.ts';
import type { SessionEvent } from '../../src/domain/sessions/events.ts';
import { session } from '../../src/domain/sessions/session.ts';
import { isInside } from '../../src/domain/sessions/state.ts';
import { anna, at, boris, clara, given, id, now } from './given.ts';

const sessionId = id(20);
const [annasLeg, borisLeg, otherLeg] = [id(31), id(32), id(33)];
const quality = { connectedMs: 1, receivedBytes: 2, sentBytes: 3, lossFraction: 0, roundTripMs: null, scoreMin: null };
const start = { sessionId, conferenceId: id(10), title: 'Stand-up', ownerId: anna, startedBy: anna };
const started: SessionEvent = { type: 'SessionStarted', data: { ...start, startedAt: at } };
const placed: SessionEvent = {
  type: 'SessionPlaced',
  data: { sessionId, node: 'n', epoch: 1, cause: 'session_started', placedAt: at },
};
const joined = (participantId: string, legId: string): SessionEvent => ({
  type: 'ParticipantJoined',
  data: {
    sessionId,
    participantId,
    legId,
    role: participantId === anna ? 'owner' : 'participant',
    person: { displayName: participantId === anna ? 'Anna' : 'Boris' },
    joinedAt: at,
  },
});
const connected = (participantId: string, legId: string): SessionEvent => ({
  type: 'LegConnected',
  data: { sessionId, participantId, legId, epoch: 1, connectedAt: at },
});
const left = (participantId: string, legId: string): SessionEvent => ({
  type: 'LegLeft',
  data: { sessionId, participantId, legId, epoch: 1, cause: 'left', quality, leftAt: at },
});
const ended: SessionEvent = {
  type: 'SessionEnded',
  data: { sessionId, cause: 'ended_by_moderator', endedBy: anna, endedAt: at },
};
const removed = (mayRejoin: boolean): SessionEvent => ({
  type: 'ParticipantRemoved',
  data: { sessionId, participantId: boris, removedBy: anna, mayRejoin, removedAt: at },
});
const both = [started, placed, joined(anna, annasLeg), joined(boris, borisLeg)];
const join = (participantId: string, legId: string, participantsMax = 49) => ({
  type: 'JoinSession' as const,
  data: {
    sessionId,
    participantId,
    legId,
    role: participantId === anna ? ('owner' as const) : ('participant' as const),
    displayName: participantId === anna ? 'Anna' : 'Boris',
    participantsMax,
  },
});

describe('a session', () => {
  const past = given(session);

  test('starts once', () => {
    past().when({ type: 'StartSession', data: start }).then(started);
    past(started).when({ type: 'StartSession', data: start }).refused('session.already_running');
  });
  test('that never started takes nobody in', () => past().when(join(anna, annasLeg)).refused('session.not_found'));
  test('takes people in', () => past(started).when(join(anna, annasLeg)).then(joined(anna, annasLeg)));
  test('that ended takes nobody in', () => past(started, ended).when(join(anna, annasLeg)).refused('session.ended'));
  test('takes in no more than it may hold', () => {
    past(...both)
      .when(join(clara, id(33), 2))
      .refused('session.full');
    past(...both)
      .when(join(boris, id(33), 2))
      .then(joined(boris, id(33))); // A second device takes no second place.
  });
  test('keeps somebody out who was removed for good, and only then', () => {
    past(...both, removed(false))
      .when(join(boris, id(33)))
      .refused('session.removed');
    past(...both, removed(true))
      .when(join(boris, id(33)))
      .then(joined(boris, id(33)));
  });
  test('is placed on a node, and moves only to a newer epoch', () => {
    const cause = 'node_lost' as const;
    const place = (epoch: number, node = 'n') => ({
      type: 'PlaceSession' as const,
      data: { sessionId, node, epoch, cause },
    });
    past(started)
      .when({ type: 'PlaceSession', data: { sessionId, node: 'n', epoch: 1, cause: 'session_started' } })
      .then(placed);
    past(started, placed).when(place(1)).nothing();
    past(started, placed).when(place(1, 'm')).refused('session.stale_epoch');
    past(started, placed)
      .when(place(2, 'm'))
      .then({ type: 'SessionPlaced', data: { sessionId, node: 'm', epoch: 2, cause, placedAt: at } });
    past(started, ended).when(place(1)).refused('session.ended');
  });
  test('records interruptions of its media while it runs', () => {
    const data = { sessionId, node: 'n', epoch: 1, cause: 'worker_died' as const };
    past(started)
      .when({ type: 'ReportMediaInterrupted', data })
      .then({ type: 'SessionMediaInterrupted', data: { ...data, interruptedAt: at } });
    past(started, ended).when({ type: 'ReportMediaInterrupted', data }).nothing();
  });
  test('invites somebody once', () => {
    const data = { sessionId, participantId: clara };
    const invited: SessionEvent = {
      type: 'ParticipantInvitedToSession',
      data: { ...data, invitedBy: anna, invitedAt: at },
    };
    past(started).when({ type: 'InviteToSession', data }).then(invited);
    past(started, invited).when({ type: 'InviteToSession', data }).nothing();
  });
});

describe('a leg', () => {
  const past = given(session);
  const where = { sessionId, participantId: anna, legId: annasLeg };
  const connect = { type: 'ConnectLeg' as const, data: { ...where, epoch: 1, at: now } };
  const leave = { type: 'LeaveLeg' as const, data: { ...where, epoch: 1, cause: 'left' as const, quality, at: now } };

  test('connects once', () => {
    past(...both)
      .when(connect)
      .then(connected(anna, annasLeg));
    past(...both, connected(anna, annasLeg))
      .when(connect)
      .nothing();
    past(...both, left(anna, annasLeg))
      .when(connect)
      .nothing();
  });
  test('of an older epoch does not connect, and nothing else about it is heard', () => {
    const data = { sessionId, node: 'n', epoch: 2, cause: 'node_lost', placedAt: at } as const;
    const newer: SessionEvent = { type: 'SessionPlaced', data };
    past(...both, newer)
      .when(connect)
      .refused('session.stale_epoch');
    past(...both, newer)
      .when(leave)
      .refused('session.stale_epoch');
    past(...both, newer)
      .when({ type: 'StartScreenShare', data: { ...where, epoch: 1, at: now } })
      .refused('session.stale_epoch');
    past(...both, newer)
      .when({ type: 'ReportMediaInterrupted', data: { sessionId, node: 'n', epoch: 1, cause: 'worker_died' } })
      .refused('session.stale_epoch');
  });
  test('nobody was admitted for does not connect', () =>
    past(...both)
      .when({ ...connect, data: { ...connect.data, legId: id(77) } })
      .refused('session.participant_not_found'));
  test('leaves once, also after the end', () => {
    past(...both, ended)
      .when(leave)
      .then(left(anna, annasLeg));
    past(...both, left(anna, annasLeg))
      .when(leave)
      .nothing();
  });
  test('tells when somebody shares a screen', () => {
    past(...both)
      .when({ type: 'StartScreenShare', data: { ...where, epoch: 1, at: now } })
      .then({ type: 'ScreenShareStarted', data: { ...where, startedAt: at } });
    past(...both)
      .when({ type: 'StopScreenShare', data: { ...where, epoch: 1, at: now } })
      .then({ type: 'ScreenShareStopped', data: { ...where, stoppedAt: at } });
  });
  test('decides who is inside', () => {
    assert.equal(isInside(past(...both).state, boris), true);
    assert.equal(isInside(past(...both, left(boris, borisLeg)).state, boris), false);
    assert.equal(isInside(past(...both, ended).state, boris), false);
  });
});

describe('moderation', () => {
  const past = given(session);
  const whom = { sessionId, participantId: boris };
  const microphone = 'microphone' as const;
  const muted: SessionEvent = {
    type: 'ParticipantMuted',
    data: { ...whom, source: microphone, mutedBy: anna, mutedAt: at },
  };

  test('mutes once, and the muted may speak again', () => {
    past(...both)
      .when({ type: 'MuteParticipant', data: { ...whom, source: microphone } })
      .then(muted);
    past(...both, muted)
      .when({ type: 'MuteParticipant', data: { ...whom, source: microphone } })
      .nothing();
    past(...both, muted)
      .when({ type: 'UnmuteParticipant', data: { ...whom, source: microphone } }, boris)
      .then({ type: 'ParticipantUnmuted', data: { ...whom, source: microphone, unmutedBy: boris, unmutedAt: at } });
    past(...both)
      .when({ type: 'UnmuteParticipant', data: { ...whom, source: microphone } }, boris)
      .nothing();
  });
  test('removes once', () => {
    const ask = { type: 'RemoveParticipant' as const, data: { ...whom, mayRejoin: false } };
    past(...both)
      .when(ask)
      .then(removed(false));
    past(...both, removed(false))
      .when(ask)
      .nothing();
  });
  test('spares the owner', () => {
    const owner = { sessionId, participantId: anna };
    past(...both)
      .when({ type: 'RemoveParticipant', data: { ...owner, mayRejoin: true } }, boris)
      .refused('session.owner_protected');
    past(...both)
      .when({ type: 'GiveSessionRole', data: { ...owner, role: 'participant' } }, boris)
      .refused('session.owner_protected');
  });
  test('gives a role once', () => {
    const ask = { type: 'GiveSessionRole' as const, data: { ...whom, role: 'moderator' as const } };
    const gave: SessionEvent = {
      type: 'ParticipantRoleGiven',
      data: { ...whom, role: 'moderator', givenBy: anna, givenAt: at },
    };
    past(...both)
      .when(ask)
      .then(gave);
    past(...both, gave)
      .when(ask)
      .nothing();
  });
  test('finds only people who are there', () =>
    past(...both)
      .when({ type: 'MuteParticipant', data: { sessionId, participantId: clara, source: microphone } })
      .refused('session.participant_not_found'));
  test('disconnects only who is inside', () => {
    const cause = 'devices_disconnected' as const;
    const ask = { type: 'DisconnectParticipant' as const, data: { ...whom, legIds: [borisLeg], cause } };
    const disconnected = { type: 'ParticipantDisconnected' as const, data: { ...whom, cause, disconnectedAt: at } };
    past(...both)
      .when(ask)
      .then(disconnected);
    const again = joined(boris, otherLeg);
    past(...both, again)
      .when(ask)
      .nothing();
    past(...both, again)
      .when({ ...ask, data: { ...ask.data, legIds: [borisLeg, otherLeg] } })
      .then(disconnected);
    past(...both, again, left(boris, otherLeg))
      .when(ask)
      .then(disconnected);
    past(...both, left(boris, borisLeg))
      .when(ask)
      .nothing();
  });
  test('ends the session once', () => {
    const ask = { type: 'EndSession' as const, data: { sessionId, cause: 'ended_by_moderator' as const } };
    past(...both)
      .when(ask)
      .then(ended);
    past(...both, ended)
      .when(ask)
      .nothing();
  });
  test('an empty session ends after its grace, and not before', () => {
    const ask = { type: 'EndSessionIfEmpty' as const, data: { sessionId, graceMs: 60_000 } };
    const empty = past(started, joined(anna, annasLeg), left(anna, annasLeg));
    const later = new Date(now.getTime() + 60_000);
    empty.when(ask).nothing();
    empty
      .when(ask, anna, later)
      .then({ type: 'SessionEnded', data: { sessionId, cause: 'empty', endedBy: null, endedAt: later.toISOString() } });
    past(...both)
      .when(ask, anna, later)
      .nothing();
  });
});

describe('the chat of a session', () => {
  const past = given(channel);
  const post = {
    channelId: sessionId,
    sessionId,
    messageId: id(40),
    contentId: id(41),
    authorId: boris,
    displayName: 'Boris',
    text: 'Good morning',
    authorInSession: true,
  };
  const posted = {
    type: 'ChatMessagePosted' as const,
    data: {
      channelId: sessionId,
      messageId: id(40),
      sessionId,
      authorId: boris,
      contentId: id(41),
      author: { displayName: 'Boris' },
      content: { text: 'Good morning' },
      postedAt: at,
    },
  };

  test('records what people inside write', () => past().when({ type: 'PostChatMessage', data: post }).then(posted));
  test('is closed to people outside', () =>
    past()
      .when({ type: 'PostChatMessage', data: { ...post, authorInSession: false } })
      .refused('chat.not_a_member'));
  test('takes a message id once', () =>
    past(posted).when({ type: 'PostChatMessage', data: post }).refused('chat.message_exists'));
});
