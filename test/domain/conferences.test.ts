import { describe, test } from 'vitest';
import { conference } from '../../src/domain/conferences/conference.ts';
import { conferenceId as conferenceIdName } from '../../src/domain/conferences/conferenceId.ts';
import type { ConferenceEvent, ConferenceIdEvent } from '../../src/domain/conferences/events.ts';
import { anna, at, boris, given, id } from './given.ts';

const conferenceId = id(10);
const sessionId = id(20);
const details = {
  conferenceId,
  kind: 'virtual_room' as const,
  cid: 'standup',
  title: 'Stand-up',
  description: '',
  ownerId: anna,
  joinWithoutInvitation: true,
};
const created: ConferenceEvent = {
  type: 'ConferenceCreated',
  data: { ...details, mode: 'all_on_screen', createdAt: at },
};
const begun: ConferenceEvent = {
  type: 'ConferenceRunBegun',
  data: { conferenceId, sessionId, begunBy: anna, begunAt: at },
};
const finished: ConferenceEvent = { type: 'ConferenceRunFinished', data: { conferenceId, sessionId, finishedAt: at } };
const deleted: ConferenceEvent = { type: 'ConferenceDeleted', data: { conferenceId, cause: 'asked', deletedAt: at } };
const nothingElse = { title: undefined, description: undefined, joinWithoutInvitation: undefined };

describe('a conference', () => {
  const past = given(conference);

  test('is created once', () => {
    past().when({ type: 'CreateConference', data: details }).then(created);
    past(created).when({ type: 'CreateConference', data: details }).refused('conference.exists');
  });
  test('records each edited field as a fact of its own', () =>
    past(created)
      .when({
        type: 'EditConference',
        data: { conferenceId, title: 'Daily', description: 'Ten minutes', joinWithoutInvitation: false },
      })
      .then(
        { type: 'ConferenceRetitled', data: { conferenceId, title: 'Daily', retitledAt: at } },
        { type: 'ConferenceDescribed', data: { conferenceId, description: 'Ten minutes', describedAt: at } },
        { type: 'JoiningWithoutInvitationSwitched', data: { conferenceId, allowed: false, switchedAt: at } },
      ));
  test('edited to what it is records nothing, also while it runs', () =>
    past(created, begun)
      .when({ type: 'EditConference', data: { ...nothingElse, conferenceId, title: 'Stand-up' } })
      .nothing());
  test('is not edited or deleted while it runs', () => {
    past(created, begun)
      .when({ type: 'EditConference', data: { ...nothingElse, conferenceId, title: 'Daily' } })
      .refused('conference.running');
    past(created, begun)
      .when({ type: 'DeleteConference', data: { conferenceId, cause: 'asked' } })
      .refused('conference.running');
  });
  test('changes its ID even while it runs', () =>
    past(created, begun)
      .when({ type: 'ReassignConferenceId', data: { conferenceId, cid: 'daily' } })
      .then({
        type: 'ConferenceIdReassigned',
        data: { conferenceId, from: 'standup', cid: 'daily', reassignedAt: at },
      }));
  test('invites and uninvites a member once each', () => {
    const data = { conferenceId, accountId: boris };
    const invited: ConferenceEvent = { type: 'ConferenceMemberInvited', data: { ...data, invitedAt: at } };
    past(created).when({ type: 'InviteMember', data }).then(invited);
    past(created, invited).when({ type: 'InviteMember', data }).nothing();
    past(created, invited)
      .when({ type: 'UninviteMember', data })
      .then({ type: 'ConferenceMemberUninvited', data: { ...data, uninvitedAt: at } });
    past(created).when({ type: 'UninviteMember', data }).nothing();
  });
  test('appoints and dismisses a moderator once each', () => {
    const data = { conferenceId, accountId: boris };
    const appointed: ConferenceEvent = { type: 'ModeratorAppointed', data: { ...data, appointedAt: at } };
    past(created).when({ type: 'AppointModerator', data }).then(appointed);
    past(created, appointed).when({ type: 'AppointModerator', data }).nothing();
    past(created, appointed)
      .when({ type: 'DismissModerator', data })
      .then({ type: 'ModeratorDismissed', data: { ...data, dismissedAt: at } });
    past(created).when({ type: 'DismissModerator', data }).nothing();
  });
  test('has one run at a time', () => {
    const begin = { type: 'BeginConferenceRun' as const, data: { conferenceId, sessionId, accountId: anna } };
    past(created).when(begin).then(begun);
    past(created, begun)
      .when({ ...begin, data: { ...begin.data, sessionId: id(21) } })
      .nothing();
    past(created, begun).when({ type: 'FinishConferenceRun', data: { conferenceId, sessionId } }).then(finished);
    past(created, begun)
      .when({ type: 'FinishConferenceRun', data: { conferenceId, sessionId: id(21) } })
      .nothing();
  });
  test('is deleted once, and then takes no more changes', () => {
    past(created, begun, finished)
      .when({ type: 'DeleteConference', data: { conferenceId, cause: 'asked' } })
      .then(deleted);
    past(created, deleted)
      .when({ type: 'DeleteConference', data: { conferenceId, cause: 'asked' } })
      .nothing();
    past(created, deleted)
      .when({ type: 'ReassignConferenceId', data: { conferenceId, cid: 'x' } })
      .refused('conference.not_found');
  });
});

describe('a conference ID', () => {
  test('is taken by one conference', () => {
    const reserved: ConferenceIdEvent = {
      type: 'ConferenceIdReserved',
      data: { cid: 'a', conferenceId, reservedUntil: at, reservedAt: at },
    };
    const confirmed: ConferenceIdEvent = {
      type: 'ConferenceIdConfirmed',
      data: { cid: 'a', conferenceId, confirmedAt: at },
    };
    const released: ConferenceIdEvent = {
      type: 'ConferenceIdReleased',
      data: { cid: 'a', conferenceId, releasedAt: at },
    };
    const past = given(conferenceIdName);
    const reserve = { key: 'a', ownerId: conferenceId, until: new Date(at), lapsed: false };
    past().when({ type: 'Reserve', data: reserve }).then(reserved);
    past(reserved)
      .when({ type: 'Confirm', data: { key: 'a', ownerId: conferenceId } })
      .then(confirmed);
    past(reserved, confirmed)
      .when({ type: 'Reserve', data: { ...reserve, ownerId: id(11) } })
      .refused('conference.cid_taken');
    past(reserved, confirmed)
      .when({ type: 'Release', data: { key: 'a', ownerId: conferenceId, blockedUntil: null } })
      .then(released);
    past(reserved, confirmed, released).when({ type: 'Reserve', data: reserve }).then(reserved);
  });
});
