// The log and the vault, opened: what every role needs before anything else.
import type { Needs } from '../commands/call.ts';
import { type Codec, codecOf } from '../commands/codec.ts';
import type { EventStore } from '../commands/eventStore.ts';
import { executor } from '../commands/execute.ts';
import { openedFeed } from '../commands/feed.ts';
import { argon2Passwords } from '../commands/passwords.ts';
import { openPostgresEventStore } from '../commands/postgresEventStore.ts';
import { openPostgresVault } from '../commands/postgresVault.ts';
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

export const openLog = async (config: Config, { now }: Sources, log: ServerLog): Promise<OpenLog> => {
  const connection = databaseOf(config);
  const store = await openPostgresEventStore({
    connection,
    onFault: (error) => log.warn('event store connection lost', { reason: String(error) }),
  });
  const masterKey = await masterKeyIn(config.dataDir);
  const vault = await openPostgresVault({ connection, masterKey });
  const codec = codecOf(vault, vocabularies);
  const digestKey = await vault.secret('command-digest');
  return {
    store,
    codec,
    feed: openedFeed(store, codec),
    needs: {
      executor: executor({ store, codec, now, node: config.node, digestKey }),
      vault,
      passwords: argon2Passwords(),
      now,
      serverId: await store.logId(),
      signInLifetimeMs: config.signInLifetimeMs,
    },
    close: async () => {
      await store.close();
      await vault.close();
    },
  };
};
