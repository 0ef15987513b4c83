// The commands `backup` and `restore` as they are typed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from './backup.ts';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import { type Connection, startEmbeddedPostgres } from './embeddedPostgres.ts';
import { keyOf } from './proofCommands.ts';
import { type Restored, restore } from './restore.ts';
import { dataDirOf, type UpCommandNeeds } from './upCommand.ts';

export type BackupCommandNeeds = Pick<UpCommandNeeds, 'env' | 'root' | 'print' | 'now'> & {
  /** The configured database; null means our own in the data directory. */
  database: Connection | null;
  /** The log is in EventStoreDB, whose own tools back it up. */
  logElsewhere: boolean;
};

const assertLogHere = (needs: BackupCommandNeeds, remedy: string): void => {
  if (!needs.logElsewhere) return;
  throw new CannotStart('backup_unusable', `ESDB_URL is set: the log is in EventStoreDB, not in PostgreSQL. ${remedy}`);
};

const onlyOne = ({ rest }: Given): string => {
  const [directory, ...others] = rest;
  if (directory !== undefined && others.length === 0) return directory;
  throw new BadUsage('Name the directory of the backup, and nothing else.');
};

const runBackup = async (given: Given, needs: BackupCommandNeeds): Promise<number> => {
  const target = onlyOne(given);
  assertLogHere(
    needs,
    'Back up EventStoreDB first, then PostgreSQL and the secrets; "Backup with EventStoreDB" in docs/operations.md says how.',
  );
  const dataDir = await dataDirOf(given, needs);
  // Of a running installation the server is adopted and left alone; otherwise it runs just for this.
  if (needs.database === null && !existsSync(join(dataDir, 'format'))) {
    throw new CannotStart(
      'backup_unusable',
      `There is no Hansard data in ${dataDir}. Say where it is with --data DIR.`,
    );
  }
  const own = needs.database === null ? await startEmbeddedPostgres({ dataDir }) : null;
  try {
    const connection = needs.database ?? own?.connection ?? {};
    const { events } = await backup({ connection, dataDir, target, now: needs.now() });
    needs.print(`${events} events and their keys are in ${target}. Keep it as safe as the server itself.\n`);
    return 0;
  } finally {
    if (own && !own.adopted) await own.stop();
  }
};

/** What the restore found, line by line. */
const linesOf = ({ manifest, checked }: Restored, dataDir: string, known: boolean): string[] => {
  const { proved, treeSize, equalTables, differing, uncompared } = checked;
  const key = known ? 'The key is the one you gave.' : 'The key came with the backup: give the one you know (--key).';
  return [
    `${manifest.events} events as of ${manifest.createdAt} are in ${dataDir}.`,
    proved
      ? `Verified to #${proved.size - 1}: these events are as they were signed by ${proved.by}. ${key}`
      : 'Nothing was signed yet, so nothing could be verified but that the files are those that were written.',
    ...(treeSize > 0 ? [`The first ${treeSize} events have the root that they had at the backup.`] : []),
    `${equalTables} tables of the read models were made anew and hold the rows that they held at the backup.`,
    ...differing.map((each) => `Note: ${each} was made anew and differs from what was shown then.`),
    ...(uncompared.length > 0 ? [`Note: nothing to compare with for ${uncompared.join(', ')}.`] : []),
    `Start it with: ./hansard up --data ${dataDir}`,
  ];
};

const runRestore = async (given: Given, needs: BackupCommandNeeds): Promise<number> => {
  const source = onlyOne(given);
  assertLogHere(needs, 'Restore it there, or take ESDB_URL away to restore a backup that holds its log.');
  const dataDir = await dataDirOf(given, needs);
  const say = (line: string) => needs.print(`${line}\n`);
  const key = await keyOf(given.text('key'));
  const erasures = given.text('erasures');
  const restored = await restore({ source, dataDir, key, say, ...(erasures === undefined ? {} : { erasures }) });
  for (const line of linesOf(restored, dataDir, key !== null)) say(line);
  return 0;
};

/** Handlers for the table of commands. */
export const backupCommands = (needs: BackupCommandNeeds): { backup: Handler; restore: Handler } => ({
  backup: (given) => runBackup(given, needs),
  restore: (given) => runRestore(given, needs),
});
