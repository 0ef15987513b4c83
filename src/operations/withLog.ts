// Opens the log of a data directory for a command of the terminal, whether or not its server is up.
import type { Config } from '../config.ts';
import type { Connection } from '../projections/readDatabase.ts';
import type { Given } from './cli.ts';
import { assertDatabaseAnswers } from './databaseAnswers.ts';
import { startEmbeddedPostgres } from './embeddedPostgres.ts';
import { serverLog } from './logging.ts';
import { databaseOf, type OpenLog, openLog, type Sources } from './openLog.ts';

type Env = Record<string, string | undefined>;

export type WithLogNeeds = {
  config: (env: Env) => Config;
  env: Env;
  dataDirOf: (given: Given) => Promise<string>;
  sources: Sources;
};

type Act = (opened: OpenLog, database: Connection) => Promise<void>;

export type WithLog = (given: Given, act: Act) => Promise<void>;

/** Uses the database that is configured, or that of the data directory, which it starts if it must and then stops. */
export const withLogOf = ({ config, env, dataDirOf, sources }: WithLogNeeds): WithLog => {
  const run = async (from: Env, act: Act): Promise<void> => {
    const read = config(from);
    await assertDatabaseAnswers(databaseOf(read));
    const opened = await openLog(read, sources, serverLog('error', read.node));
    try {
      await act(opened, databaseOf(read));
    } finally {
      await opened.close();
    }
  };
  return async (given, act) => {
    const dataDir = await dataDirOf(given);
    if (env['DATABASE_URL'] !== undefined || env['DATABASE_URL_FILE'] !== undefined)
      return run({ ...env, HANSARD_DATA: dataDir }, act);
    const postgres = await startEmbeddedPostgres({ dataDir });
    try {
      const { host, port, user, database } = postgres.connection;
      const url = `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
      await run({ ...env, HANSARD_DATA: dataDir, DATABASE_URL: url }, act);
    } finally {
      if (!postgres.adopted) await postgres.stop();
    }
  };
};
