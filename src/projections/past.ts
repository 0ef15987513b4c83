// What accounts, settings, conferences, sessions and the people in them were at any place of the log: versions of the
// rows of the live projections, folded by the very same code, and the moments to find a place by.
import type { Recorded } from '../domain/kernel.ts';
import { conferenceList, conferences } from './conferenceList.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { legalHolds, serverSettings, settingsSections } from './serverSettings.ts';
import { legs, participants, sessionRoster, sessions } from './sessionRoster.ts';
import { type Table, type TableShape, table } from './table.ts';
import { accounts, userDirectory } from './userDirectory.ts';
import { type Versioned, versionRows, versionsOf } from './versions.ts';

/** All that the past tells of persons stands here. */
export const accountVersions = versionsOf(accounts, {}, [
  { name: 'account_version_by_name', columns: ['displayName', 'id'] },
  { name: 'account_version_by_age', columns: ['createdAt'] },
]);
const settingsVersions = versionsOf(settingsSections, {});
const legalHoldVersions = versionsOf(legalHolds, {});
// A further index, over ranges of positions, tells which were running: see `listAmid`, and its migration.
const conferenceVersions = versionsOf(
  conferences,
  {},
  [],
  [{ name: 'conference_ever_by_age', columns: ['createdAt', 'id'] }],
);
// Whether somebody is in is told by the people, not by a version of the session for each who comes and goes.
const sessionVersions = versionsOf(
  sessions,
  { liveLegs: 0, emptySince: null },
  [],
  [
    { name: 'session_ever_by_start', columns: ['startedAt', 'id'] },
    { name: 'session_ever_by_conference', columns: ['conferenceId', 'startedAt'] },
  ],
);
// The name at which a person came in is her account's name then; it stands in one place, where it can be erased.
const participantVersions = versionsOf(participants, { displayName: '' });
const legVersions = versionsOf(legs, {}, [{ name: 'leg_version_by_session', columns: ['sessionId', 'participantId'] }]);

/** The first event at which the log had reached this second; the clock of an event that was set back has none. */
type MomentRow = { second: string; position: string };
type LatestRow = { name: string; second: string };

const moments = table<MomentRow>(
  'moment',
  {
    second: { type: 'int8', primary: true },
    position: { type: 'text' },
  },
  [{ name: 'moment_by_position', columns: ['position'], unique: true }],
);
const latestMoment = table<LatestRow>('moment_latest', {
  name: { type: 'text', primary: true },
  second: { type: 'int8' },
});

const versions = [
  accountVersions,
  settingsVersions,
  legalHoldVersions,
  conferenceVersions,
  sessionVersions,
  participantVersions,
  legVersions,
];
export const pastTables = [...versions.map((each): Table<never> => each.table as never), moments, latestMoment];

const byLive = new Map<string, Versioned>(versions.map(({ versioned }) => [versioned.live.sqlName, versioned]));
const versionedOf = (live: TableShape): Versioned => {
  const found = byLive.get(live.sqlName);
  if (!found) throw new Error(`${live.sqlName} has no versions`);
  return found;
};

/** What folds the events of each category live; sign-ins and the like are no rows of the past. */
const folded: Readonly<Record<string, Projection>> = {
  account: userDirectory,
  administration: userDirectory,
  settings: serverSettings,
  legalHold: serverSettings,
  conference: conferenceList,
  session: sessionRoster,
};

const note = async ({ position, meta }: Recorded, rows: Rows): Promise<void> => {
  const second = Math.floor(meta.occurredAt.getTime() / 1000);
  const latest = await rows.get(latestMoment, { name: 'log' });
  if (latest && Number(latest.second) >= second) return;
  rows.add(moments, { second: String(second), position });
  rows.put(latestMoment, { name: 'log', second: String(second) });
};

const only = (): never => {
  throw new Error('Rows of the past are only read and put');
};

/** `categories`: all there are, since every event may be the first of its second. */
export const past = (categories: readonly string[]): Projection => ({
  name: 'past',
  version: 1,
  categories,
  tables: pastTables,
  apply: async (event, rows) => {
    await note(event, rows);
    const live = folded[event.stream.slice(0, event.stream.indexOf('-'))];
    await live?.apply(event, { ...versionRows(rows, event.position, versionedOf), add: only, delete: only });
  },
});
