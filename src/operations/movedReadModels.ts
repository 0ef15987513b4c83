// Read models made from either store, table by table the same: what people see is what it was (docs/decisions/0014).
import { createHash } from 'node:crypto';
import pg from 'pg';
import { codecOf } from '../commands/codec.ts';
import { highestFormatLevel, recordedFormatLevel } from '../commands/formatLevel.ts';
import { MasterKeyMismatch } from '../commands/masterKeys.ts';
import { openPostgresVault } from '../commands/postgresVault.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import { allProjections } from '../projections/allProjections.ts';
import { forgetCheckpoints } from '../projections/checkpoints.ts';
import { type Connection, migrateReadModels, readPool } from '../projections/readDatabase.ts';
import { readModelHashes, type TableHash } from '../projections/readModelHashes.ts';
import { CannotStart } from './cannotStart.ts';
import { presentMasterKeyIn } from './masterKey.ts';
import { assertReadable } from './openLog.ts';
import { type PlacedLog, type ProjectingNeeds, projectToEnd } from './projectToEnd.ts';

export type MovedReadModelsNeeds = {
  connection: Connection;
  /** Where the file of the master key is. */
  dataDir: string;
  /** Identities of positions: the read models that are there may be of these and of no other log. */
  positionsIds: readonly string[];
  now: () => Date;
  say: (line: string) => void;
};

/** What was found equal. */
export type Compared = { tables: number; rows: number /** SHA-256 over the hashes of all tables. */; digest: string };

export type MovedReadModels = {
  /**
   * Makes the read models from both logs in turn, and leaves those of the second. Rejects with `CannotStart` where they
   * differ.
   */
  compare: (source: PlacedLog, target: PlacedLog) => Promise<Compared>;
  close: () => Promise<void>;
};

const names = allProjections([]).map(({ name }) => name);

const refuse = (message: string, cause?: unknown): CannotStart =>
  new CannotStart('log_not_movable', message, { cause });

/** A vault that is made on the way would open nothing, and then two logs look alike that are not. */
const assertVault = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('vault.secrets') is not null as there`);
  if (rows[0]?.there === true) return;
  throw refuse(
    `The database ${client.database} has no vault, so the servers that use this log work with another one. Name theirs with --database, or move the log alone with --without-read-models.`,
  );
};

/** Read models of another installation would be made anew from this log. */
const assertOwn = async (client: pg.Client, positionsIds: readonly string[]): Promise<void> => {
  const { rows } = await client.query('select from read.checkpoint where "logId" <> all($1) limit 1', [positionsIds]);
  if (rows.length === 0) return;
  throw refuse(
    `The read models in the database ${client.database} belong to another log. Name the servers' database with --database; where an earlier move went to another store, give that up first with --give-up.`,
  );
};

const assertTheirs = async ({ connection, positionsIds }: MovedReadModelsNeeds): Promise<void> => {
  const client = new pg.Client({ connectionTimeoutMillis: 5_000, query_timeout: 10_000, ...connection });
  client.on('error', () => undefined); // The next question is told.
  await client.connect();
  try {
    await assertVault(client);
    await migrateReadModels(connection);
    await assertOwn(client, positionsIds);
  } finally {
    await client.end();
  }
};

const openCodec = async ({ connection, dataDir }: MovedReadModelsNeeds) => {
  const masterKey = await presentMasterKeyIn(dataDir);
  if (!masterKey)
    throw refuse(
      `There is no master key in ${dataDir}, and without it nobody can read what the log holds. Name the servers' data directory with --data, or move the log alone with --without-read-models.`,
    );
  const vault = await openPostgresVault({ connection, masterKey }).catch((error: unknown) => {
    throw error instanceof MasterKeyMismatch ? refuse(error.message, error) : error;
  });
  return { codec: codecOf(vault, vocabularies), close: () => vault.close() };
};

const differing = (one: readonly TableHash[], other: readonly TableHash[]): string[] =>
  one.filter(({ hash }, index) => hash !== other[index]?.hash).map(({ table }) => table);

/** Opens what comparing needs. Rejects with `CannotStart` where the database is another's, or the vault does not open. */
export const openMovedReadModels = async (needs: MovedReadModelsNeeds): Promise<MovedReadModels> => {
  const { connection, now, say } = needs;
  await assertTheirs(needs);
  const { codec, close } = await openCodec(needs);
  const pool = readPool(connection, () => undefined);
  const projecting: ProjectingNeeds = { pool, connection, codec, now, say };

  /** `anew`: also where what is there was made from that log. */
  const madeFrom = async (log: PlacedLog, anew = false): Promise<TableHash[]> => {
    await forgetCheckpoints(pool, names, anew ? null : log.positionsId);
    await projectToEnd(projecting, log);
    return readModelHashes(connection);
  };

  return {
    compare: async (source, target) => {
      assertReadable(await recordedFormatLevel(source.store, await source.store.logId()), highestFormatLevel);
      say('Bringing the read models to the end of the log ...');
      const inUse = await madeFrom(source);
      say('Making the read models from the target ...');
      const made = await madeFrom(target);
      const unfounded = differing(inUse, made);
      if (unfounded.length > 0) {
        say(`${unfounded.join(', ')}: not what was in use. Making the read models anew from the source to compare ...`);
        const differ = differing(await madeFrom(source, true), made);
        if (differ.length > 0) throw refuse(`Made from the target, ${differ.join(', ')} would not be what they were.`);
        say('What was in use was not what the log says; made from the target it is. Making it again ...');
        await madeFrom(target);
      }
      const digest = createHash('sha256');
      for (const { table, hash } of made) digest.update(`${table} ${hash}\n`);
      return {
        tables: made.length,
        rows: made.reduce((sum, { rows }) => sum + rows, 0),
        digest: digest.digest('hex'),
      };
    },
    close: async () => {
      await pool.end();
      await close();
    },
  };
};
