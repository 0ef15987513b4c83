// The log and the vault, opened: what every role needs before anything else.
import type { Needs } from '../commands/call.ts';
import { type Codec, codecOf } from '../commands/codec.ts';
import { type EventStore, LogElsewhere } from '../commands/eventStore.ts';
import { executor } from '../commands/execute.ts';
import { openedFeed, storedFeed } from '../commands/feed.ts';
import { highestFormatLevel, levelled, recordedFormatLevel } from '../commands/formatLevel.ts';
import { noMediaNodes } from '../commands/mediaNodes.ts';
import { argon2Passwords } from '../commands/passwords.ts';
import { openPostgresVault } from '../commands/postgresVault.ts';
import { followTail } from '../commands/tail.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import type { Config } from '../config.ts';
import { CannotStart } from './cannotStart.ts';
import type { ServerLog } from './logging.ts';
import { keepMasterKeyIn, masterKeyIn } from './masterKey.ts';

/** Time and chance, passed in so that tests can hold them. */
export type Sources = { now: () => Date; newId: () => string };

export type OpenLog = {
  needs: Needs;
  /** The product that keeps the log, as people know it. */
  storeName: 'PostgreSQL' | 'EventStoreDB';
  /** What checkpoints of read models are held to. */
  positionsId: string;
  store: EventStore;
  codec: Codec;
  feed: ReturnType<typeof openedFeed>;
  storedFeed: ReturnType<typeof storedFeed>;
  /** Where the vault is, and the directory with the file of its master key. */
  vaultAt: { connection: NonNullable<Config['database']>; dataDir: string };
  close: () => Promise<void>;
};

/** The database the configuration names; every role needs one. */
export const databaseOf = ({ database }: Config): NonNullable<Config['database']> => {
  if (database) return database;
  throw new CannotStart(
    'no_database',
    'No database is configured. Set DATABASE_URL, or use "./hansard up", which brings its own.',
  );
};

/** Refuses with `CannotStart` a log that may hold events which this program cannot read. */
export const assertReadable = (recorded: number, highest: number): void => {
  if (recorded <= highest) return;
  throw new CannotStart(
    'log_format_newer',
    `The log is at format level ${recorded}, but this version of Hansard reads up to ${highest}. Start a newer version.`,
  );
};

const openEventStoreDb = async (url: string, newId: () => string, onFault: (error: unknown) => void) => {
  const [{ openEsdbEventStore }, { EsdbUnusable }] = await Promise.all([
    import('../commands/esdbEventStore.ts'),
    import('../commands/esdbServer.ts'),
  ]);
  try {
    return await openEsdbEventStore({ url, newId, onFault });
  } catch (error) {
    if (!(error instanceof EsdbUnusable)) throw error;
    throw new CannotStart('event_store_unusable', error.message, { cause: error });
  }
};

/** The store that the configuration names. Loads only the one it uses. */
const openStore = async (config: Config, newId: () => string, log: ServerLog): Promise<EventStore> => {
  const onFault = (error: unknown): void => log.warn('event store connection lost', { reason: String(error) });
  if (config.esdbUrl !== null) return openEventStoreDb(config.esdbUrl, newId, onFault);
  const { openPostgresEventStore } = await import('../commands/postgresEventStore.ts');
  return openPostgresEventStore({ connection: databaseOf(config), onFault });
};

/**
 * Opens the log and the vault. Rejects with `CannotStart` where the event store does not do, or where this program is
 * older than the log.
 */
export const openLog = async (config: Config, { now, newId }: Sources, log: ServerLog): Promise<OpenLog> => {
  const connection = databaseOf(config);
  const store = await openStore(config, newId, log).catch((error: unknown) => {
    throw error instanceof LogElsewhere ? new CannotStart('log_elsewhere', error.message, { cause: error }) : error;
  });
  const serverId = await store.logId();
  try {
    assertReadable(await recordedFormatLevel(store, serverId), highestFormatLevel);
  } catch (error) {
    await store.close();
    throw error;
  }
  const masterKey = await masterKeyIn(config.dataDir);
  const vault = await openPostgresVault({
    connection,
    masterKey,
    keepMasterKey: keepMasterKeyIn(config.dataDir),
    onFault: (error) => log.warn('vault connection lost', { reason: String(error) }),
  });
  const codec = codecOf(vault, vocabularies);
  const tail = await followTail(store);
  const digestKey = await vault.secret('command-digest');
  return {
    store,
    storeName: config.esdbUrl === null ? 'PostgreSQL' : 'EventStoreDB',
    positionsId: await store.positionsId(),
    codec,
    feed: openedFeed(store, codec),
    storedFeed: storedFeed(store),
    vaultAt: { connection, dataDir: config.dataDir },
    needs: {
      executor: executor({ store: levelled(store, serverId), codec, now, node: config.node, digestKey, tail }),
      vault,
      passwords: argon2Passwords(),
      now,
      serverId,
      signInLifetimeMs: config.signInLifetimeMs,
      media: noMediaNodes,
    },
    close: async () => {
      await tail.close();
      await store.close();
      await vault.close();
    },
  };
};
