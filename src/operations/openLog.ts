// The log and the vault, opened: what every role needs before anything else.
import type { Needs } from '../commands/call.ts';
import { type Codec, codecOf } from '../commands/codec.ts';
import type { EventStore } from '../commands/eventStore.ts';
import { executor } from '../commands/execute.ts';
import { openedFeed } from '../commands/feed.ts';
import { highestFormatLevel, levelled, recordedFormatLevel } from '../commands/formatLevel.ts';
import { argon2Passwords } from '../commands/passwords.ts';
import { openPostgresEventStore } from '../commands/postgresEventStore.ts';
import { openPostgresVault } from '../commands/postgresVault.ts';
import { followTail } from '../commands/tail.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import type { Config } from '../config.ts';
import { CannotStart } from './cannotStart.ts';
import type { ServerLog } from './logging.ts';
import { masterKeyIn } from './masterKey.ts';

/** Time and chance, passed in so that tests can hold them. */
export type Sources = { now: () => Date; newId: () => string };

export type OpenLog = {
  needs: Needs;
  store: EventStore;
  codec: Codec;
  feed: ReturnType<typeof openedFeed>;
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

/** Refuses a log that may hold events which this program cannot read. */
const assertReadable = (recorded: number, highest: number): void => {
  if (recorded <= highest) return;
  throw new CannotStart(
    'log_format_newer',
    `The log is at format level ${recorded}, but this version of Hansard reads up to ${highest}. Start a newer version.`,
  );
};

/** Opens the log and the vault. Rejects with `CannotStart` where this program is older than the log. */
export const openLog = async (config: Config, { now }: Sources, log: ServerLog): Promise<OpenLog> => {
  const connection = databaseOf(config);
  const store = await openPostgresEventStore({
    connection,
    onFault: (error) => log.warn('event store connection lost', { reason: String(error) }),
  });
  const serverId = await store.logId();
  try {
    assertReadable(await recordedFormatLevel(store, serverId), highestFormatLevel);
  } catch (error) {
    await store.close();
    throw error;
  }
  const masterKey = await masterKeyIn(config.dataDir);
  const vault = await openPostgresVault({ connection, masterKey });
  const codec = codecOf(vault, vocabularies);
  const tail = await followTail(store);
  const digestKey = await vault.secret('command-digest');
  return {
    store,
    codec,
    feed: openedFeed(store, codec),
    needs: {
      executor: executor({ store: levelled(store, serverId), codec, now, node: config.node, digestKey, tail }),
      vault,
      passwords: argon2Passwords(),
      now,
      serverId,
      signInLifetimeMs: config.signInLifetimeMs,
    },
    close: async () => {
      await tail.close();
      await store.close();
      await vault.close();
    },
  };
};
