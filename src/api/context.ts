// What every resolver has at hand for one request.
import type { Caller } from '../commands/access.ts';
import type { Needs } from '../commands/call.ts';
import type { LogReader } from '../commands/checkLog.ts';
import type { Codec } from '../commands/codec.ts';
import type { EventStore } from '../commands/eventStore.ts';
import type { Readings } from '../commands/readings.ts';
import type { AccountStatusCode } from '../domain/identity/events.ts';
import { statusesThen } from '../projections/accountStatuses.ts';
import { type ConferenceRow, conferencesByIds } from '../projections/conferenceList.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import { peopleInSessions, type SessionRow, sessionsByIds } from '../projections/sessionRoster.ts';
import { type AccountRow, accountsByIds } from '../projections/userDirectory.ts';
import type { Then } from '../projections/versions.ts';
import type { Watch } from '../projections/watch.ts';
import type { ExportProgress } from './exports/progress.ts';
import type { Journals } from './journals.ts';
import type { ConfigurationFiles } from './keptFiles.ts';
import { type Loader, loader } from './loader.ts';
import type { Presence } from './presence.ts';

export type ServiceState = { name: string; condition: 'ok' | 'degraded' | 'down' | 'off'; detail: string };
export type Figures = {
  uptimeSeconds: number;
  cpuFraction: number;
  memoryBytes: number;
  diskFreeBytes: number;
  diskTotalBytes: number;
  /** Per second, over all interfaces but loopback. */
  networkReceivedBytes: number;
  networkSentBytes: number;
};
export type ProjectionState = { name: string; lagMs: number; haltedAt: string | null; haltReason: string | null };

/** The parts of the program the API works with; wired in main.ts. */
export type ApiParts = {
  needs: Needs;
  store: EventStore;
  codec: Codec;
  pool: ReadPool;
  watch: Watch;
  now: () => Date;
  presence: Presence;
  /** The stored events and the tree over them. */
  proof: LogReader;
  figures: () => Promise<Figures>;
  services: () => Promise<ServiceState[]>;
  projections: () => Promise<ProjectionState[]>;
  readings: Readings;
  exports: ExportProgress;
  configurationFiles: ConfigurationFiles;
  journals: Journals;
  serverName: string;
  version: string;
};

export type ApiContext = ApiParts & {
  caller: Caller;
  /** The token that came with the request, whether it is worth anything or not. */
  token: string | null;
  /** Reads the caller's rights again; null once she has none (signed out, deactivated). */
  reauthenticate: () => Promise<Caller | null>;
  /** Aborted once nobody listens to the answer any more. */
  closed: AbortSignal;
  /** Whether the browser reached us over HTTPS or from this machine, i.e. may use cameras. */
  secure: boolean;
  people: Loader<AccountRow | undefined>;
  /** For ids of accounts: in a running session, and whether as its owner. */
  inSession: Loader<boolean | undefined>;
  conferences: Loader<ConferenceRow | undefined>;
  sessions: Loader<SessionRow | undefined>;
  /** Accounts and conferences as they were. */
  past: (then: Then) => Past;
  setSession: (token: string, expiresAt: Date) => void;
  clearSession: () => void;
};

type Past = {
  people: Loader<AccountRow | undefined>;
  conferences: Loader<ConferenceRow | undefined>;
  status: Loader<AccountStatusCode | undefined>;
};

/** Loaders for each place of the record that a request asks for. */
const pastOf = (pool: ReadPool): ApiContext['past'] => {
  const known = new Map<string, Past>();
  return (then) => {
    const past = known.get(then.position) ?? {
      people: loader((ids) => accountsByIds(pool, ids, then)),
      conferences: loader((ids) => conferencesByIds(pool, ids, then)),
      status: loader((ids) => statusesThen(pool, ids, then)),
    };
    known.set(then.position, past);
    return past;
  };
};

type Loaders = Pick<ApiContext, 'people' | 'inSession' | 'conferences' | 'sessions' | 'past'>;

export const loadersOf = (pool: ReadPool): Loaders => ({
  past: pastOf(pool),
  people: loader((ids) => accountsByIds(pool, ids)),
  inSession: loader((ids) => peopleInSessions(pool, ids)),
  conferences: loader((ids) => conferencesByIds(pool, ids)),
  sessions: loader((ids) => sessionsByIds(pool, ids)),
});
