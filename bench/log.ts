// The log, the vault and an executor on a PostgreSQL of their own, and the commands that are measured.
import { randomBytes, randomUUID } from 'node:crypto';
import { type Codec, codecOf } from '../src/commands/codec.ts';
import type { EventStore } from '../src/commands/eventStore.ts';
import { type Answer, type Ctx, type Executor, executor } from '../src/commands/execute.ts';
import { openPostgresEventStore } from '../src/commands/postgresEventStore.ts';
import { openPostgresVault } from '../src/commands/postgresVault.ts';
import { vocabularies } from '../src/commands/vocabularies.ts';
import { conference } from '../src/domain/conferences/conference.ts';
import { type BenchPostgres, startBenchPostgres } from './postgres.ts';

const ctxOf = (accountId: string, asked: unknown): Ctx => ({
  actor: { kind: 'account', id: accountId },
  origin: { displayName: 'Ada Lovelace', ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' },
  commandId: randomUUID(),
  asked,
});

/** Makes a conference. */
export const create = (run: Executor, accountId: string, conferenceId: string): Promise<Answer> => {
  const data = {
    conferenceId,
    kind: 'virtual_room' as const,
    cid: conferenceId.slice(0, 8),
    title: 'Weekly review of the northern region',
    description: 'Figures first, then open questions.',
    ownerId: accountId,
    joinWithoutInvitation: true,
  };
  return run.execute(conference, conferenceId, { type: 'CreateConference', data }, ctxOf(accountId, data));
};

/** Gives a conference a title it does not have. */
export const retitle = (run: Executor, accountId: string, conferenceId: string, title: string): Promise<Answer> => {
  const data = { conferenceId, title, description: undefined, joinWithoutInvitation: undefined };
  return run.execute(conference, conferenceId, { type: 'EditConference', data }, ctxOf(accountId, data));
};

export type BenchLog = {
  postgres: BenchPostgres;
  store: EventStore;
  codec: Codec;
  run: Executor;
  /** Who acts, and the conferences that exist. */
  accountId: string;
  conferenceIds: string[];
  close: () => Promise<void>;
};

/**
 * Opens everything, with `conferences` to act upon. `open` opens the store of the log, which is in the PostgreSQL of the
 * vault unless told otherwise.
 */
export const openBenchLog = async (
  conferences: number,
  say: (line: string) => void,
  open: (connection: BenchPostgres['connection']) => Promise<EventStore> = (connection) =>
    openPostgresEventStore({ connection }),
): Promise<BenchLog> => {
  const postgres = await startBenchPostgres(say);
  const { connection } = postgres;
  const store = await open(connection);
  const vault = await openPostgresVault({ connection, masterKey: randomBytes(32) });
  const codec = codecOf(vault, vocabularies);
  const run = executor({ store, codec, now: () => new Date(), node: 'bench', digestKey: randomBytes(32) });
  const accountId = randomUUID();
  const conferenceIds = Array.from({ length: conferences }, () => randomUUID());
  await Promise.all(conferenceIds.map((id) => create(run, accountId, id)));
  return {
    postgres,
    store,
    codec,
    run,
    accountId,
    conferenceIds,
    close: async () => {
      await store.close();
      await vault.close();
      await postgres.stop();
    },
  };
};
