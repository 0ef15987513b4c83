// Every call there was or is: when, how many took part, who was asked in, and from which device each leg came.
import type { Pool } from 'pg';
import type { Recorded } from '../domain/kernel.ts';
import { sessionEvents } from '../domain/sessions/events.ts';
import { endpointIdOf } from './endpointId.ts';
import type { Projection } from './projection.ts';
import { countDeletion, deletionCounts, deletionsSoFar } from './reportRules.ts';
import type { Rows } from './rows.ts';
import { type LegRow, legs, type ParticipantRow, participants } from './sessionRoster.ts';
import { table } from './table.ts';

export type CallRow = {
  /** Of the session. */
  id: string;
  conferenceId: string;
  title: string;
  ownerId: string;
  startedBy: string;
  startedAt: Date;
  endedAt: Date | null;
  endCause: string | null;
  /** Different people, however often each came. */
  people: number;
  /** Legs: each time somebody joined. */
  connections: number;
  /** Deletions in the report of calls before its end; null while it runs, so that none meets it. */
  deletions: number | null;
};

type InviteRow = {
  eventId: string;
  sessionId: string;
  participantId: string;
  invitedBy: string;
  invitedAt: Date;
};

/** Where a leg came from; empty where its person was erased. */
type CallLegRow = {
  id: string;
  sessionId: string;
  participantId: string;
  joinedAt: Date;
  endpointId: string | null;
  ip: string;
  userAgent: string;
};

type CallPersonRow = { sessionId: string; participantId: string };

const text = { type: 'text' as const };
const uuid = { type: 'uuid' as const };
const time = { type: 'timestamptz' as const };

export const calls = table<CallRow>(
  'call',
  {
    id: { ...uuid, primary: true },
    conferenceId: uuid,
    title: text,
    ownerId: uuid,
    startedBy: uuid,
    startedAt: time,
    endedAt: { ...time, nullable: true },
    endCause: { ...text, nullable: true },
    people: { type: 'int' },
    connections: { type: 'int' },
    deletions: { type: 'int', nullable: true },
  },
  [
    { name: 'call_by_start', columns: ['startedAt', 'id'] },
    { name: 'call_by_conference', columns: ['conferenceId', 'startedAt'] },
    { name: 'call_by_owner', columns: ['ownerId', 'startedAt'] },
  ],
);

export const callPeople = table<CallPersonRow>(
  'call_person',
  { sessionId: { ...uuid, primary: true }, participantId: { ...uuid, primary: true } },
  [{ name: 'call_person_by_person', columns: ['participantId'] }],
);

export const callInvites = table<InviteRow>(
  'call_invite',
  {
    eventId: { ...uuid, primary: true },
    sessionId: uuid,
    participantId: uuid,
    invitedBy: uuid,
    invitedAt: time,
  },
  [
    { name: 'call_invite_by_session', columns: ['sessionId', 'invitedAt'] },
    { name: 'call_invite_by_person', columns: ['participantId'] },
  ],
);

export const callLegs = table<CallLegRow>(
  'call_leg',
  {
    id: { ...uuid, primary: true },
    sessionId: uuid,
    participantId: uuid,
    joinedAt: time,
    endpointId: { ...uuid, nullable: true },
    ip: text,
    userAgent: text,
  },
  [
    { name: 'call_leg_by_session', columns: ['sessionId', 'joinedAt'] },
    { name: 'call_leg_by_endpoint', columns: ['endpointId', 'joinedAt'] },
    { name: 'call_leg_by_person', columns: ['participantId'] },
  ],
);

export const callDeletions = deletionCounts('call_deletions');

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = sessionEvents.parse(event);
  const { sessionId } = data;
  if (type === 'SessionStarted') {
    const { conferenceId, title, ownerId, startedBy } = data;
    const call = { id: sessionId, conferenceId, title, ownerId, startedBy, startedAt: new Date(data.startedAt) };
    rows.put(calls, { ...call, endedAt: null, endCause: null, people: 0, connections: 0, deletions: null });
    return;
  }
  if (type === 'ParticipantInvitedToSession') {
    const { participantId, invitedBy } = data;
    const { eventId } = event;
    rows.put(callInvites, { eventId, sessionId, participantId, invitedBy, invitedAt: new Date(data.invitedAt) });
    return;
  }
  if (type !== 'SessionEnded' && type !== 'ParticipantJoined') return;
  const call = await rows.get(calls, { id: sessionId });
  if (!call) throw new Error(`Session ${sessionId} never started`);
  if (type === 'SessionEnded') {
    const deletions = await deletionsSoFar(callDeletions, 'calls', rows);
    return rows.put(calls, { ...call, endedAt: new Date(data.endedAt), endCause: data.cause, deletions });
  }
  const { participantId, legId } = data;
  const { origin } = event.meta;
  const known = await rows.get(callPeople, { sessionId, participantId });
  if (!known) rows.put(callPeople, { sessionId, participantId });
  rows.put(calls, { ...call, people: call.people + (known ? 0 : 1), connections: call.connections + 1 });
  rows.put(callLegs, {
    id: legId,
    sessionId,
    participantId,
    joinedAt: new Date(data.joinedAt),
    endpointId: origin && endpointIdOf(participantId, origin.userAgent),
    ip: origin?.ip ?? '',
    userAgent: origin?.userAgent ?? '',
  });
};

export const callHistory: Projection = {
  name: 'call_history',
  version: 2,
  categories: ['session', 'reportDeletion'],
  tables: [calls, callPeople, callInvites, callLegs, callDeletions],
  apply: (event, rows) =>
    event.stream.startsWith('session-') ? apply(event, rows) : countDeletion(callDeletions, 'calls', event, rows),
};

/** A leg with how it went: the roster knows that. */
export type LegDetail = CallLegRow &
  Pick<LegRow, 'connectedAt' | 'leftAt' | 'leftCause' | 'quality'> &
  Pick<ParticipantRow, 'displayName' | 'role'>;

const legDetails = `select c.*, l."connectedAt", l."leftAt", l."leftCause", l.quality, p."displayName", p.role
  from ${callLegs.sqlName} c join ${legs.sqlName} l on l.id = c.id
  join ${participants.sqlName} p on p."sessionId" = c."sessionId" and p."participantId" = c."participantId"`;

export const callLegOf = async (pool: Pool, id: string): Promise<LegDetail | null> =>
  (await pool.query<LegDetail>(`${legDetails} where c.id = $1`, [id])).rows[0] ?? null;

/** In the order they came. */
export const callLegsOf = async (pool: Pool, sessionId: string): Promise<LegDetail[]> =>
  (
    await pool.query<LegDetail>(`${legDetails} where c."sessionId" = $1 order by c."joinedAt", c.id limit 5000`, [
      sessionId,
    ])
  ).rows;

export type Invite = InviteRow & { accepted: boolean };

/** Who was asked in, and whether she came. */
export const invitesOf = async (pool: Pool, sessionId: string): Promise<Invite[]> =>
  (
    await pool.query<Invite>(
      `select i.*, p."participantId" is not null accepted from ${callInvites.sqlName} i
       left join ${callPeople.sqlName} p on p."sessionId" = i."sessionId" and p."participantId" = i."participantId"
       where i."sessionId" = $1 order by i."invitedAt", i."eventId" limit 2000`,
      [sessionId],
    )
  ).rows;
