// Sessions, who is or was in them, and each leg they had.
import type { Pool } from 'pg';
import type { Recorded } from '../domain/kernel.ts';
import { type LegQuality, type SessionRole, sessionEvents } from '../domain/sessions/events.ts';
import { keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';
import { erasedName } from './userDirectory.ts';
import { columnsThen, kindThen, listThen, rowsOf, rowThen, type Then } from './versions.ts';

export type SessionRow = {
  id: string;
  conferenceId: string;
  title: string;
  ownerId: string;
  startedBy: string;
  startedAt: Date;
  endedAt: Date | null;
  endCause: string | null;
  endedBy: string | null;
  node: string | null;
  epoch: number | null;
  liveLegs: number;
  /** Since when nobody is in; null while somebody is, or after the end. */
  emptySince: Date | null;
};

export type ParticipantRow = {
  sessionId: string;
  participantId: string;
  displayName: string;
  role: SessionRole;
  muted: string[];
  sharing: boolean;
  removed: boolean;
  mayRejoin: boolean;
  firstJoinedAt: Date;
  liveLegs: number;
  connectedLegs: number;
  leftAt: Date | null;
  leftCause: string | null;
};

export type LegRow = {
  id: string;
  sessionId: string;
  participantId: string;
  joinedAt: Date;
  connectedAt: Date | null;
  leftAt: Date | null;
  leftCause: string | null;
  quality: LegQuality | null;
};

const text = { type: 'text' as const };
const uuid = { type: 'uuid' as const };
const time = { type: 'timestamptz' as const };
const maybe = <Column extends object>(column: Column) => ({ ...column, nullable: true });

export const sessions = table<SessionRow>(
  'session',
  {
    id: { ...uuid, primary: true },
    conferenceId: uuid,
    title: text,
    ownerId: uuid,
    startedBy: uuid,
    startedAt: time,
    endedAt: maybe(time),
    endCause: maybe(text),
    endedBy: maybe(uuid),
    node: maybe(text),
    epoch: { type: 'int', nullable: true },
    liveLegs: { type: 'int' },
    emptySince: maybe(time),
  },
  [
    { name: 'session_by_start', columns: ['startedAt', 'id'] },
    { name: 'session_by_conference', columns: ['conferenceId', 'startedAt'] },
  ],
);

export const participants = table<ParticipantRow>(
  'participant',
  {
    sessionId: { ...uuid, primary: true },
    participantId: { ...uuid, primary: true },
    displayName: text,
    role: text,
    muted: { type: 'text', array: true },
    sharing: { type: 'boolean' },
    removed: { type: 'boolean' },
    mayRejoin: { type: 'boolean' },
    firstJoinedAt: time,
    liveLegs: { type: 'int' },
    connectedLegs: { type: 'int' },
    leftAt: maybe(time),
    leftCause: maybe(text),
  },
  [{ name: 'participant_by_person', columns: ['participantId'] }],
);

export const legs = table<LegRow>(
  'leg',
  {
    id: { ...uuid, primary: true },
    sessionId: uuid,
    participantId: uuid,
    joinedAt: time,
    connectedAt: maybe(time),
    leftAt: maybe(time),
    leftCause: maybe(text),
    quality: { type: 'jsonb', nullable: true },
  },
  [{ name: 'leg_by_session', columns: ['sessionId', 'joinedAt'] }],
);

type SessionFact = ReturnType<typeof sessionEvents.parse>;
type Of<Type extends SessionFact['type']> = Extract<SessionFact, { type: Type }>['data'];

const applyJoined = async (data: Of<'ParticipantJoined'>, session: SessionRow, rows: Rows): Promise<void> => {
  const { sessionId, participantId, legId, role } = data;
  const joinedAt = new Date(data.joinedAt);
  const before = await rows.get(participants, { sessionId, participantId });
  rows.put(participants, {
    sessionId,
    participantId,
    displayName: data.person?.displayName ?? erasedName(participantId),
    role,
    muted: before?.muted ?? [],
    sharing: false,
    removed: false,
    mayRejoin: true,
    firstJoinedAt: before?.firstJoinedAt ?? joinedAt,
    liveLegs: (before?.liveLegs ?? 0) + 1,
    connectedLegs: before?.connectedLegs ?? 0,
    leftAt: null,
    leftCause: null,
  });
  const nothing = { connectedAt: null, leftAt: null, leftCause: null, quality: null };
  rows.put(legs, { id: legId, sessionId, participantId, joinedAt, ...nothing });
  rows.put(sessions, { ...session, liveLegs: session.liveLegs + 1, emptySince: null });
};

const applyLeg = async (
  { type, data }: Extract<SessionFact, { type: 'LegConnected' | 'LegLeft' }>,
  session: SessionRow,
  rows: Rows,
): Promise<void> => {
  const { sessionId, participantId } = data;
  const leg = await rows.get(legs, { id: data.legId });
  const participant = await rows.get(participants, { sessionId, participantId });
  if (!leg || !participant) throw new Error(`Leg ${data.legId} never joined`);
  if (type === 'LegConnected') {
    if (leg.connectedAt !== null) return;
    rows.put(legs, { ...leg, connectedAt: new Date(data.connectedAt) });
    rows.put(participants, { ...participant, connectedLegs: participant.connectedLegs + 1 });
    return;
  }
  const leftAt = new Date(data.leftAt);
  const liveLegs = participant.liveLegs - 1;
  rows.put(legs, { ...leg, leftAt, leftCause: data.cause, quality: data.quality });
  rows.put(participants, {
    ...participant,
    liveLegs,
    connectedLegs: participant.connectedLegs - (leg.connectedAt === null ? 0 : 1),
    sharing: participant.sharing && liveLegs > 0,
    ...(liveLegs === 0 ? { leftAt, leftCause: data.cause } : {}),
  });
  const left = session.liveLegs - 1;
  rows.put(sessions, {
    ...session,
    liveLegs: left,
    emptySince: left === 0 && session.endedAt === null ? leftAt : null,
  });
};

/** What was done to one participant. */
const applyTo = async (
  {
    type,
    data,
  }: Extract<
    SessionFact,
    {
      type:
        | 'ParticipantMuted'
        | 'ParticipantUnmuted'
        | 'ScreenShareStarted'
        | 'ScreenShareStopped'
        | 'ParticipantRoleGiven'
        | 'ParticipantRemoved';
    }
  >,
  rows: Rows,
): Promise<void> => {
  const { sessionId, participantId } = data;
  const row = await rows.get(participants, { sessionId, participantId });
  if (!row) throw new Error(`Participant ${participantId} never joined`);
  const change = (fields: Partial<ParticipantRow>): void => rows.put(participants, { ...row, ...fields });
  switch (type) {
    case 'ParticipantMuted':
      return change({ muted: [...row.muted.filter((source) => source !== data.source), data.source] });
    case 'ParticipantUnmuted':
      return change({ muted: row.muted.filter((source) => source !== data.source) });
    case 'ScreenShareStarted':
    case 'ScreenShareStopped':
      return change({ sharing: type === 'ScreenShareStarted' });
    case 'ParticipantRoleGiven':
      return change({ role: data.role });
    case 'ParticipantRemoved':
      return change({ removed: true, mayRejoin: data.mayRejoin });
  }
};

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const fact = sessionEvents.parse(event);
  const { type, data } = fact;
  if (type === 'SessionStarted') {
    const { sessionId: id, startedAt, ...rest } = data;
    const start = new Date(startedAt);
    const open = { endedAt: null, endCause: null, endedBy: null, node: null, epoch: null };
    rows.put(sessions, { id, ...rest, ...open, startedAt: start, liveLegs: 0, emptySince: start });
    return;
  }
  const session = await rows.get(sessions, { id: data.sessionId });
  if (!session) throw new Error(`Session ${data.sessionId} never started`);
  switch (type) {
    case 'SessionPlaced':
      return rows.put(sessions, { ...session, node: data.node, epoch: data.epoch });
    case 'ParticipantJoined':
      return applyJoined(data, session, rows);
    case 'LegConnected':
    case 'LegLeft':
      return applyLeg(fact, session, rows);
    case 'SessionEnded': {
      const endedAt = new Date(data.endedAt);
      return rows.put(sessions, { ...session, endedAt, endCause: data.cause, endedBy: data.endedBy, emptySince: null });
    }
    case 'ParticipantMuted':
    case 'ParticipantUnmuted':
    case 'ScreenShareStarted':
    case 'ScreenShareStopped':
    case 'ParticipantRoleGiven':
    case 'ParticipantRemoved':
      return applyTo(fact, rows);
    case 'SessionMediaInterrupted':
    case 'ParticipantInvitedToSession':
    case 'ParticipantDisconnected':
      return; // In the list of events; the roster shows what follows from them.
  }
};

export const sessionRoster: Projection = {
  name: 'session_roster',
  version: 1,
  categories: ['session'],
  tables: [sessions, participants, legs],
  apply,
};

// How many are in is not kept for every moment: the people of that moment tell.
const uncounted = { liveLegs: '0', emptySince: 'null::timestamptz' };

export const sessionOf = async (pool: Pool, id: string, then?: Then | null): Promise<SessionRow | null> => {
  const source = then ? rowThen(sessions, then, { id: '$1' }, uncounted) : sessions.sqlName;
  return (await pool.query<SessionRow>(`select * from ${source} where id = $1`, [id])).rows[0] ?? null;
};

export const sessionsByIds = async (pool: Pool, ids: readonly string[]): Promise<Map<string, SessionRow>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await pool.query<SessionRow>('select * from read.session where id = any($1::uuid[])', [ids]);
  return new Map(rows.map((row) => [row.id, row]));
};

/**
 * The people of a session as they were, with the name each had in her account when she last came in: names stand in
 * the versions of accounts alone.
 */
const nameThen = `(
  select coalesce(
    (select a."displayName" from read.account_version a
     where a.id = was."participantId" and a."from" <= max(l."from") and a."until" > max(l."from")),
    'erased-' || right(was."participantId"::text, 6))
  from read.leg_version l
  where l."sessionId" = was."sessionId" and l."participantId" = was."participantId"
    and l."connectedAt" is null and l."leftAt" is null and l."from" <= $2)`;

const participantsThen = `(select ${columnsThen(participants, { displayName: nameThen })}
  from read.participant_version was where "from" <= $2 and "until" > $2) participant`;

export const participantsOf = async (pool: Pool, sessionId: string, then?: Then | null): Promise<ParticipantRow[]> => {
  const text = `select * from ${then ? participantsThen : participants.sqlName} where "sessionId" = $1
    order by "firstJoinedAt", "participantId" limit 2000`;
  const question = then
    ? { name: 'participants then', text, values: [sessionId, then.position] }
    : { text, values: [sessionId] };
  return (await pool.query<ParticipantRow>(question)).rows;
};

export const legsOf = async (pool: Pool, sessionId: string, then?: Then | null): Promise<LegRow[]> =>
  (
    await pool.query<LegRow>(
      `select * from ${rowsOf(legs, then)} where "sessionId" = $1 order by "joinedAt", id limit 5000`,
      [sessionId],
    )
  ).rows;

const ever = { fixed: ['id', 'conferenceId', 'startedAt'], born: 'startedAt' };

/** The newest first. */
export const sessionPage = (
  pool: Pool,
  conferenceId: string | null | undefined,
  first: number | null | undefined,
  after: string | null | undefined,
  then?: Then | null,
): Promise<Page<SessionRow>> =>
  keysetPage<SessionRow>(
    pool,
    {
      kind: kindThen('sessions', then),
      select: '*',
      from: `from ${then ? listThen(sessions, then, ever, uncounted) : sessions.sqlName} where ($1::uuid is null or "conferenceId" = $1)`,
      values: [conferenceId ?? null],
      keys: [
        { sql: '"startedAt"', cast: 'timestamptz', of: (row) => row.startedAt.toISOString() },
        { sql: 'id', cast: 'uuid', of: (row) => row.id },
      ],
      direction: 'desc',
    },
    first,
    after,
  );

/** Who is in a running session now, and whether as owner of it; for the live status of accounts. */
export const peopleInSessions = async (pool: Pool, ids: readonly string[]): Promise<Map<string, boolean>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await pool.query<{ id: string; owner: boolean }>(
    `select p."participantId" id, bool_or(p.role = 'owner') as owner from read.participant p
     join read.session s on s.id = p."sessionId"
     where p."participantId" = any($1::uuid[]) and p."liveLegs" > 0 and s."endedAt" is null group by 1`,
    [ids],
  );
  return new Map(rows.map(({ id, owner }) => [id, owner]));
};

/** Running sessions this account has a live leg in. */
export const liveSessionsOf = async (pool: Pool, accountId: string): Promise<string[]> =>
  (
    await pool.query<{ id: string }>(
      `select s.id from read.participant p join read.session s on s.id = p."sessionId"
       where p."participantId" = $1 and p."liveLegs" > 0 and s."endedAt" is null limit 100`,
      [accountId],
    )
  ).rows.map(({ id }) => id);

/** Running sessions that nobody is in, of these or of all, those first that have been empty longest. */
export const emptySessions = async (
  pool: Pool,
  ids: readonly string[] | null,
): Promise<{ id: string; emptySince: Date }[]> =>
  (
    await pool.query<{ id: string; emptySince: Date }>(
      `select id, "emptySince" from read.session
       where "endedAt" is null and "emptySince" is not null and ($1::uuid[] is null or id = any($1))
       order by "emptySince" limit 1000`,
      [ids],
    )
  ).rows;

/** Running sessions that are on none of these media nodes, the oldest first. */
export const runningSessionsElsewhere = async (pool: Pool, nodes: readonly string[]): Promise<string[]> =>
  (
    await pool.query<{ id: string }>(
      `select id from read.session where "endedAt" is null and (node is null or node <> all($1))
       order by "startedAt" limit 1000`,
      [nodes],
    )
  ).rows.map(({ id }) => id);

/** Of these sessions, those that are over or on another media node than this one. */
export const sessionsNotOn = async (pool: Pool, node: string, ids: readonly string[]): Promise<string[]> =>
  (
    await pool.query<{ id: string }>(
      `select id from read.session where id = any($1::uuid[]) and ("endedAt" is not null or node <> $2)`,
      [ids, node],
    )
  ).rows.map(({ id }) => id);

export const countPeopleInside = async (pool: Pool): Promise<number> =>
  (
    await pool.query<{ n: number }>(
      `select count(*)::int n from read.participant p join read.session s on s.id = p."sessionId"
       where p."liveLegs" > 0 and s."endedAt" is null`,
    )
  ).rows[0]?.n ?? 0;
