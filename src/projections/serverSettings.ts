// The settings of the server where they differ from their defaults, and the legal holds.
import type { Pool } from 'pg';
import type { Recorded } from '../domain/kernel.ts';
import { type Held, legalHoldEvents, settingsEvents } from '../domain/settings/events.ts';
import { keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';
import { kindThen, rowsOf, type Then } from './versions.ts';

/** `values`: the fields that were ever changed, as they are now. */
export type SectionRow = { section: string; values: object; revision: number; editedAt: Date };
export type LegalHoldRow = Held & { id: string; revision: number; placedAt: Date; releasedAt: Date | null };

export const settingsSections = table<SectionRow>('settings_section', {
  section: { type: 'text', primary: true },
  values: { type: 'jsonb' },
  revision: { type: 'int' },
  editedAt: { type: 'timestamptz' },
});

export const legalHolds = table<LegalHoldRow>('legal_hold', {
  id: { type: 'uuid', primary: true },
  name: { type: 'text' },
  reason: { type: 'text' },
  accountIds: { type: 'uuid', array: true },
  conferenceIds: { type: 'uuid', array: true },
  revision: { type: 'int' },
  placedAt: { type: 'timestamptz' },
  releasedAt: { type: 'timestamptz', nullable: true },
});

const applySection = async (event: Recorded, rows: Rows): Promise<void> => {
  const { data } = settingsEvents.parse(event);
  const section = event.stream.slice(event.stream.indexOf('-') + 1);
  const row = await rows.get(settingsSections, { section });
  const values = { ...row?.values, ...data.after };
  rows.put(settingsSections, { section, values, revision: event.revision, editedAt: new Date(data.editedAt) });
};

const applyHold = async (event: Recorded, rows: Rows): Promise<void> => {
  const { type, data } = legalHoldEvents.parse(event);
  const { revision } = event;
  if (type === 'LegalHoldPlaced') {
    const { holdId: id, placedAt, ...held } = data;
    return rows.put(legalHolds, { id, ...held, revision, placedAt: new Date(placedAt), releasedAt: null });
  }
  const row = await rows.get(legalHolds, { id: data.holdId });
  if (!row) throw new Error(`Legal hold ${data.holdId} was never placed`);
  if (type === 'LegalHoldReleased') {
    return rows.put(legalHolds, { ...row, revision, releasedAt: new Date(data.releasedAt) });
  }
  const { name, reason, accountIds, conferenceIds } = data.after;
  rows.put(legalHolds, {
    ...row,
    name: name ?? row.name,
    reason: reason ?? row.reason,
    accountIds: accountIds ?? row.accountIds,
    conferenceIds: conferenceIds ?? row.conferenceIds,
    revision,
  });
};

export const serverSettings: Projection = {
  name: 'server_settings',
  version: 1,
  categories: ['settings', 'legalHold'],
  tables: [settingsSections, legalHolds],
  apply: (event, rows) => (event.stream.startsWith('settings-') ? applySection(event, rows) : applyHold(event, rows)),
};

/** What was changed of a section; revision -1 where nothing ever was. */
export const sectionOf = async (
  pool: Pool,
  section: string,
  then?: Then | null,
): Promise<Pick<SectionRow, 'values' | 'revision'>> => {
  const text = `select * from ${rowsOf(settingsSections, then)} where section = $1`;
  return (await pool.query<SectionRow>(text, [section])).rows[0] ?? { values: {}, revision: -1 };
};

/** Holds that count, by name; released ones too where they are asked for. */
export const legalHoldPage = (
  pool: Pool,
  released: boolean,
  first: number | null | undefined,
  after: string | null | undefined,
  then?: Then | null,
): Promise<Page<LegalHoldRow>> =>
  keysetPage<LegalHoldRow>(
    pool,
    {
      kind: kindThen('legalHolds', then),
      select: '*',
      from: `from ${rowsOf(legalHolds, then)} where ($1 or "releasedAt" is null)`,
      values: [released],
      keys: [
        { sql: 'name', cast: 'text', of: (row) => row.name },
        { sql: 'id', cast: 'uuid', of: (row) => row.id },
      ],
      direction: 'asc',
    },
    first,
    after,
  );

/** Names of holds, released ones included. */
export const legalHoldNames = async (
  pool: Pool,
  ids: readonly string[],
): Promise<Pick<LegalHoldRow, 'id' | 'name'>[]> =>
  (
    await pool.query<Pick<LegalHoldRow, 'id' | 'name'>>(
      `select id, name from ${legalHolds.sqlName} where id = any($1::uuid[]) order by name, id`,
      [ids],
    )
  ).rows;

export const legalHoldName = async (pool: Pool, id: string): Promise<string | null> =>
  (await pool.query<{ name: string }>(`select name from ${legalHolds.sqlName} where id = $1`, [id])).rows[0]?.name ??
  null;
