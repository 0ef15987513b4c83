// A conference as planned: its name, its ID, its owner, and who may come.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import { type ConferenceEvent, conferenceEvents } from './events.ts';

type Asked = { conferenceId: string };
export type ConferenceKind = 'virtual_room' | 'ad_hoc';
type DeletionCause = Extract<ConferenceEvent, { type: 'ConferenceDeleted' }>['data']['cause'];
export type ConferenceCommand =
  | Command<
      'CreateConference',
      Asked & {
        kind: ConferenceKind;
        cid: string;
        title: string;
        description: string;
        ownerId: string;
        joinWithoutInvitation: boolean;
        members?: readonly string[];
        moderators?: readonly string[];
      }
    >
  | Command<
      'EditConference',
      Asked & {
        title: string | undefined;
        description: string | undefined;
        joinWithoutInvitation: boolean | undefined;
      }
    >
  | Command<'ReassignConferenceId', Asked & { cid: string }>
  | Command<'InviteMember' | 'UninviteMember' | 'AppointModerator' | 'DismissModerator', Asked & { accountId: string }>
  | Command<'DeleteConference', Asked & { cause: DeletionCause }>
  /** Claims the one run a conference may have at a time; while there is one, records nothing. */
  | Command<'BeginConferenceRun', Asked & { sessionId: string; accountId: string }>
  | Command<'FinishConferenceRun', Asked & { sessionId: string }>;

export type Conference =
  | { status: 'unborn' }
  | {
      status: 'planned';
      kind: ConferenceKind;
      cid: string;
      title: string;
      description: string;
      ownerId: string;
      joinWithoutInvitation: boolean;
      members: string[];
      moderators: string[];
      /** The session of the present run, or null. */
      runningSessionId: string | null;
      createdAt: string;
    }
  | { status: 'deleted'; cid: string; cause: DeletionCause };

type Planned = Extract<Conference, { status: 'planned' }>;

const create = ({
  data: { members = [], moderators = [], ...data },
  meta,
}: Extract<ConferenceCommand, { type: 'CreateConference' }>): ConferenceEvent[] => {
  const at = meta.now.toISOString();
  const { conferenceId } = data;
  return [
    { type: 'ConferenceCreated', data: { ...data, mode: 'all_on_screen', createdAt: at } },
    ...members.map((accountId) => ({
      type: 'ConferenceMemberInvited' as const,
      data: { conferenceId, accountId, invitedAt: at },
    })),
    ...moderators.map((accountId) => ({
      type: 'ModeratorAppointed' as const,
      data: { conferenceId, accountId, appointedAt: at },
    })),
  ];
};

const edit = (
  { data, meta }: Extract<ConferenceCommand, { type: 'EditConference' }>,
  planned: Planned,
): ConferenceEvent[] => {
  const at = meta.now.toISOString();
  const { conferenceId, title, description, joinWithoutInvitation } = data;
  const events: ConferenceEvent[] = [];
  if (title !== undefined && title !== planned.title) {
    events.push({ type: 'ConferenceRetitled', data: { conferenceId, title, retitledAt: at } });
  }
  if (description !== undefined && description !== planned.description) {
    events.push({ type: 'ConferenceDescribed', data: { conferenceId, description, describedAt: at } });
  }
  if (joinWithoutInvitation !== undefined && joinWithoutInvitation !== planned.joinWithoutInvitation) {
    events.push({
      type: 'JoiningWithoutInvitationSwitched',
      data: { conferenceId, allowed: joinWithoutInvitation, switchedAt: at },
    });
  }
  if (events.length > 0 && planned.runningSessionId !== null) throw new Refusal('conference.running'); // Catalogue C26.
  return events;
};

const decide = (command: ConferenceCommand, conference: Conference): ConferenceEvent[] => {
  if (command.type === 'CreateConference') {
    if (conference.status !== 'unborn') throw new Refusal('conference.exists');
    return create(command);
  }
  if (command.type === 'DeleteConference' && conference.status === 'deleted') return [];
  if (conference.status !== 'planned') throw new Refusal('conference.not_found');
  const at = command.meta.now.toISOString();
  const { conferenceId } = command.data;
  switch (command.type) {
    case 'EditConference':
      return edit(command, conference);
    case 'ReassignConferenceId': {
      const { cid } = command.data;
      if (cid === conference.cid) return [];
      return [{ type: 'ConferenceIdReassigned', data: { conferenceId, from: conference.cid, cid, reassignedAt: at } }];
    }
    case 'DeleteConference':
      if (conference.runningSessionId !== null) throw new Refusal('conference.running');
      return [{ type: 'ConferenceDeleted', data: { conferenceId, cause: command.data.cause, deletedAt: at } }];
    case 'BeginConferenceRun': {
      if (conference.runningSessionId !== null) return [];
      const { sessionId, accountId } = command.data;
      return [{ type: 'ConferenceRunBegun', data: { conferenceId, sessionId, begunBy: accountId, begunAt: at } }];
    }
    case 'FinishConferenceRun': {
      const { sessionId } = command.data;
      if (conference.runningSessionId !== sessionId) return [];
      return [{ type: 'ConferenceRunFinished', data: { conferenceId, sessionId, finishedAt: at } }];
    }
    case 'InviteMember':
    case 'UninviteMember':
    case 'AppointModerator':
    case 'DismissModerator':
      return decideMember(command.type, conferenceId, command.data.accountId, at, conference);
  }
};

const decideMember = (
  type: 'InviteMember' | 'UninviteMember' | 'AppointModerator' | 'DismissModerator',
  conferenceId: string,
  accountId: string,
  at: string,
  { members, moderators }: Planned,
): ConferenceEvent[] => {
  const data = { conferenceId, accountId };
  switch (type) {
    case 'InviteMember':
      return members.includes(accountId) ? [] : [{ type: 'ConferenceMemberInvited', data: { ...data, invitedAt: at } }];
    case 'UninviteMember':
      if (!members.includes(accountId)) return [];
      return [{ type: 'ConferenceMemberUninvited', data: { ...data, uninvitedAt: at } }];
    case 'AppointModerator':
      return moderators.includes(accountId) ? [] : [{ type: 'ModeratorAppointed', data: { ...data, appointedAt: at } }];
    case 'DismissModerator':
      return moderators.includes(accountId) ? [{ type: 'ModeratorDismissed', data: { ...data, dismissedAt: at } }] : [];
  }
};

const evolve = (conference: Conference, { type, data }: ConferenceEvent): Conference => {
  if (type === 'ConferenceCreated') {
    const { conferenceId: _, mode: __, ...rest } = data;
    return { status: 'planned', ...rest, members: [], moderators: [], runningSessionId: null };
  }
  if (conference.status !== 'planned') return conference;
  switch (type) {
    case 'ConferenceRetitled':
      return { ...conference, title: data.title };
    case 'ConferenceDescribed':
      return { ...conference, description: data.description };
    case 'ConferenceIdReassigned':
      return { ...conference, cid: data.cid };
    case 'JoiningWithoutInvitationSwitched':
      return { ...conference, joinWithoutInvitation: data.allowed };
    case 'ConferenceMemberInvited':
      return { ...conference, members: [...conference.members, data.accountId] };
    case 'ConferenceMemberUninvited':
      return { ...conference, members: conference.members.filter((id) => id !== data.accountId) };
    case 'ModeratorAppointed':
      return { ...conference, moderators: [...conference.moderators, data.accountId] };
    case 'ModeratorDismissed':
      return { ...conference, moderators: conference.moderators.filter((id) => id !== data.accountId) };
    case 'ConferenceRunBegun':
      return { ...conference, runningSessionId: data.sessionId };
    case 'ConferenceRunFinished':
      return { ...conference, runningSessionId: null };
    case 'ConferenceDeleted':
      return { status: 'deleted', cid: conference.cid, cause: data.cause };
  }
};

export const conference: Decider<Conference, ConferenceCommand, ConferenceEvent> = {
  category: 'conference',
  initial: { status: 'unborn' },
  decide,
  evolve,
  vocabulary: conferenceEvents,
};
