// What happened in a session, in the order it was recorded: who came, spoke in the chat, shared, was moderated, left.
import type { Pool } from 'pg';
import type { EventRow } from './auditTrail.ts';
import { keysetPage, type Page } from './page.ts';
import type { Then } from './versions.ts';

/** What people see of a session, by the event that tells it. */
export const momentKinds = {
  SessionStarted: 'started',
  ParticipantInvitedToSession: 'invited',
  ParticipantJoined: 'joined',
  LegConnected: 'connected',
  ParticipantMuted: 'muted',
  ParticipantUnmuted: 'unmuted',
  ScreenShareStarted: 'share_started',
  ScreenShareStopped: 'share_stopped',
  ParticipantRoleGiven: 'role_given',
  ChatMessagePosted: 'chatted',
  ParticipantRemoved: 'removed',
  ParticipantDisconnected: 'disconnected',
  LegLeft: 'left',
  SessionMediaInterrupted: 'interrupted',
  SessionEnded: 'ended',
} as const;
export type MomentKind = (typeof momentKinds)[keyof typeof momentKinds];

export type SessionMoment = {
  number: string;
  at: Date;
  kind: MomentKind;
  participantId: string | null;
  /** Who did it, where it was not the participant herself. */
  byId: string | null;
  source: string | null;
  role: string | null;
  cause: string | null;
};

const doers = ['startedBy', 'invitedBy', 'mutedBy', 'unmutedBy', 'givenBy', 'removedBy', 'endedBy'];

const momentOf = ({ number, occurredAt, type, data }: EventRow): SessionMoment => {
  const told = data as Record<string, unknown>;
  const text = (field: string): string | null => (typeof told[field] === 'string' ? told[field] : null);
  const participantId = text('participantId') ?? text('authorId');
  const byId = doers.map(text).find((id) => id !== null) ?? null;
  return {
    number,
    at: occurredAt,
    kind: momentKinds[type as keyof typeof momentKinds],
    participantId,
    byId: byId === participantId ? null : byId,
    source: text('source'),
    role: text('role'),
    cause: text('cause'),
  };
};

/** One page of a session's timeline, from its start on. */
export const timelinePage = async (
  pool: Pool,
  sessionId: string,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<SessionMoment>> => {
  const { rows, ...rest } = await keysetPage<EventRow>(
    pool,
    {
      kind: 'timeline',
      select: '*',
      from: 'from read.event where stream = any($1) and type = any($2)',
      values: [[`session-${sessionId}`, `channel-${sessionId}`], Object.keys(momentKinds)],
      keys: [{ sql: 'number', cast: 'int8', of: (row) => row.number }],
      direction: 'asc',
    },
    first,
    after,
  );
  return { ...rest, rows: rows.map(({ row, cursor }) => ({ row: momentOf(row), cursor })) };
};

/** How many messages the chat of a session had, now or then. */
export const messagesSoFar = async (pool: Pool, sessionId: string, then: Then | null | undefined): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int n from read.event
     where stream = $1 and type = 'ChatMessagePosted' and ($2::int8 is null or number <= $2)`,
    [`channel-${sessionId}`, then?.number ?? null],
  );
  return rows[0]?.n ?? 0;
};
