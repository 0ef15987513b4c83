// Conferences as lists and cards show them.
import type { Pool } from 'pg';
import { conferenceEvents } from '../domain/conferences/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import { containing, idPages, keysetPage, type Page, pagesInTurn } from './page.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';
import { kindThen, listAmid, listThen, rowThen, type Then } from './versions.ts';

export type ConferenceRow = {
  id: string;
  cid: string;
  kind: 'virtual_room' | 'ad_hoc';
  title: string;
  description: string;
  ownerId: string;
  joinWithoutInvitation: boolean;
  members: string[];
  moderators: string[];
  runningSessionId: string | null;
  revision: number;
  createdAt: Date;
  deleted: boolean;
};

export const conferences = table<ConferenceRow>(
  'conference',
  {
    id: { type: 'uuid', primary: true },
    cid: { type: 'text' },
    kind: { type: 'text' },
    title: { type: 'text' },
    description: { type: 'text' },
    ownerId: { type: 'uuid' },
    joinWithoutInvitation: { type: 'boolean' },
    members: { type: 'uuid', array: true },
    moderators: { type: 'uuid', array: true },
    runningSessionId: { type: 'uuid', nullable: true },
    revision: { type: 'int' },
    createdAt: { type: 'timestamptz' },
    deleted: { type: 'boolean' },
  },
  [
    { name: 'conference_by_owner', columns: ['ownerId'] },
    { name: 'conference_by_age', columns: ['createdAt', 'id'] },
  ],
);

const without = (ids: readonly string[], id: string): string[] => ids.filter((other) => other !== id);

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = conferenceEvents.parse(event);
  const { revision } = event;
  if (type === 'ConferenceCreated') {
    const { conferenceId: id, mode: _, createdAt, ...rest } = data;
    const fresh = { members: [], moderators: [], runningSessionId: null, deleted: false };
    rows.put(conferences, { id, ...rest, ...fresh, revision, createdAt: new Date(createdAt) });
    return;
  }
  const row = await rows.get(conferences, { id: data.conferenceId });
  if (!row) throw new Error(`Conference ${data.conferenceId} was never created`);
  const change = (fields: Partial<ConferenceRow>): void => rows.put(conferences, { ...row, ...fields, revision });
  switch (type) {
    case 'ConferenceRetitled':
      return change({ title: data.title });
    case 'ConferenceDescribed':
      return change({ description: data.description });
    case 'ConferenceIdReassigned':
      return change({ cid: data.cid });
    case 'JoiningWithoutInvitationSwitched':
      return change({ joinWithoutInvitation: data.allowed });
    case 'ConferenceMemberInvited':
      return change({ members: [...without(row.members, data.accountId), data.accountId] });
    case 'ConferenceMemberUninvited':
      return change({ members: without(row.members, data.accountId) });
    case 'ModeratorAppointed':
      return change({ moderators: [...without(row.moderators, data.accountId), data.accountId] });
    case 'ModeratorDismissed':
      return change({ moderators: without(row.moderators, data.accountId) });
    case 'ConferenceRunBegun':
      return change({ runningSessionId: data.sessionId });
    case 'ConferenceRunFinished':
      return change({ runningSessionId: null });
    case 'ConferenceDeleted':
      return change({ deleted: true });
  }
};

export const conferenceList: Projection = {
  name: 'conference_list',
  version: 1,
  categories: ['conference'],
  tables: [conferences],
  apply,
};

/** Null where there is none, or it was deleted. `then`: as it was. */
export const conferenceOf = async (pool: Pool, id: string, then?: Then | null): Promise<ConferenceRow | null> => {
  const source = then ? rowThen(conferences, then, { id: '$1' }) : conferences.sqlName;
  const { rows } = await pool.query<ConferenceRow>(`select * from ${source} where id = $1 and not deleted`, [id]);
  return rows[0] ?? null;
};

export const conferenceByCid = async (pool: Pool, cid: string): Promise<ConferenceRow | null> =>
  (await pool.query<ConferenceRow>('select * from read.conference where lower(cid) = lower($1) and not deleted', [cid]))
    .rows[0] ?? null;

/** Rows by id, deleted ones included. */
export const conferencesByIds = async (
  pool: Pool,
  ids: readonly string[],
  then?: Then | null,
): Promise<Map<string, ConferenceRow>> => {
  if (ids.length === 0) return new Map();
  const text = then
    ? `select conference.* from unnest($1::uuid[]) wanted
       cross join lateral ${rowThen(conferences, then, { id: 'wanted' })}`
    : `select * from ${conferences.sqlName} where id = any($1::uuid[])`;
  const { rows } = await pool.query<ConferenceRow>(text, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
};

/** All conferences that were not deleted, page by page. */
export const conferenceIds = (pool: Pool): AsyncGenerator<string[]> => idPages(pool, conferences.sqlName);

export type ConferenceFilter = {
  search?: string | null | undefined;
  runningOnly?: boolean | null | undefined;
  /** Only conferences this account owns, moderates or is a member of. */
  of?: string | null | undefined;
};

const isRunning = '"runningSessionId" is not null';

/** Running conferences first, then the newest (catalogue C18). */
export const conferencePage = async (
  pool: Pool,
  { search, runningOnly, of }: ConferenceFilter,
  first: number | null | undefined,
  after: string | null | undefined,
  then?: Then | null,
): Promise<Page<ConferenceRow>> => {
  const pageOf = (source: string, where: string): Promise<Page<ConferenceRow>> =>
    keysetPage<ConferenceRow>(
      pool,
      {
        kind: kindThen('conferences', then),
        select: '*',
        from: `from ${source} where not deleted and ${where}
          and ($1::text is null or concat_ws(' ', title, cid) ilike $1)
          and ($2::uuid is null or "ownerId" = $2 or $2 = any(moderators) or $2 = any(members))`,
        values: [search ? containing(search) : null, of ?? null],
        keys: [
          { sql: `(${isRunning})`, cast: 'boolean', of: (row) => String(row.runningSessionId !== null) },
          { sql: '"createdAt"', cast: 'timestamptz', of: (row) => row.createdAt.toISOString() },
          { sql: 'id', cast: 'uuid', of: (row) => row.id },
        ],
        direction: 'desc',
      },
      first,
      after,
    );
  if (!then) return pageOf(conferences.sqlName, runningOnly ? isRunning : 'true');
  // No index is in this order for any moment: who was running is found by one, and the newest by another.
  const running = pageOf(listAmid(conferences, then, isRunning), isRunning);
  if (runningOnly) return running;
  const ever = listThen(conferences, then, { fixed: ['id', 'createdAt'], born: 'createdAt' });
  const [one, next] = await Promise.all([running, pageOf(ever, `not (${isRunning})`)]);
  return pagesInTurn(one, next, first);
};

export const countRunning = async (pool: Pool): Promise<number> =>
  (await pool.query<{ n: number }>(`select count(*)::int n from read.conference where ${isRunning}`)).rows[0]?.n ?? 0;

/** Runs that were claimed and whose session was not started, of these conferences or of all, and since when. */
export const claimedRuns = async (pool: Pool, ids: readonly string[] | null): Promise<{ id: string; since: Date }[]> =>
  (
    await pool.query<{ id: string; since: Date }>(
      `select c.id, e."occurredAt" since from read.conference c
       cross join lateral (
         select "occurredAt" from read.event
         where stream = 'conference-' || c.id and type = 'ConferenceRunBegun' order by revision desc limit 1) e
       where c."runningSessionId" is not null and not c.deleted and ($1::uuid[] is null or c.id = any($1))
         and not exists (select from read.session s where s.id = c."runningSessionId")
       limit 1000`,
      [ids],
    )
  ).rows;
