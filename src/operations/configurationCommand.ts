// `settings save FILE` and `settings restore FILE`: the whole configuration under a passphrase, whether or not the
// server is up.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Pool } from 'pg';
import { openConfiguration, saveConfiguration } from '../commands/configurationFile.ts';
import { restoreConfiguration } from '../commands/configurationRestore.ts';
import type { RestoredObject } from '../commands/restoreSteps.ts';
import { Refusal } from '../domain/kernel.ts';
import { refusals } from '../domain/refusals.ts';
import { checkpointOf } from '../projections/checkpoints.ts';
import { conferenceIds, conferenceList } from '../projections/conferenceList.ts';
import { type Connection, readPool } from '../projections/readDatabase.ts';
import { accountIds, userDirectory } from '../projections/userDirectory.ts';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Given } from './cli.ts';
import { readErasureLedger } from './erasureLedger.ts';
import { errnoOf, replaceFile, whyUnwritable } from './files.ts';
import { passphraseIn } from './keyFile.ts';
import type { OpenLog, Sources } from './openLog.ts';
import { configurationFilesIn } from './settingsBackups.ts';
import { terminalCall } from './terminalCall.ts';
import type { WithLog } from './withLog.ts';

export type ConfigurationNeeds = {
  withLog: WithLog;
  sources: Sources;
  print: (text: string) => void;
  /** Asks at the terminal without showing what is typed; null where there is none. */
  askSecretly: ((question: string) => Promise<string>) | null;
};

/** Asks on `terminal` for something that is not shown while it is typed. */
export const askingSecretly =
  (terminal: NodeJS.ReadStream, shown: (text: string) => void) =>
  (question: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: terminal, output: nowhere, terminal: true });
      shown(question);
      let answered = false;
      lines.question('', (answer) => {
        answered = true;
        shown('\n');
        lines.close();
        resolve(answer);
      });
      lines.once('close', () => answered || reject(new BadUsage('No passphrase was given.')));
    });

const passphraseFor = async (given: Given, { askSecretly }: ConfigurationNeeds, twice: boolean): Promise<string> => {
  const file = given.text('passphrase-file');
  if (file !== undefined) return passphraseIn(file);
  if (askSecretly === null) throw new BadUsage('Give the passphrase in a file: --passphrase-file FILE.');
  const passphrase = await askSecretly('Passphrase: ');
  if (twice && (await askSecretly('The same again: ')) !== passphrase) throw new BadUsage('These were not the same.');
  return passphrase;
};

/** The ids in a read model, and of what was made since it was last brought up to date: its server may be down. */
const idsOf = async function* (
  { store }: OpenLog,
  pool: Pool,
  made: { readModel: string; type: string },
  pages: AsyncIterable<string[]>,
): AsyncGenerator<string[]> {
  const after = (await checkpointOf(pool, made.readModel))?.position ?? null;
  const newer = new Set<string>();
  for await (const { type, stream } of store.readAll(after === null ? {} : { after })) {
    if (type === made.type) newer.add(stream.slice(stream.indexOf('-') + 1));
  }
  for await (const page of pages) yield page.filter((id) => !newer.has(id));
  yield [...newer];
};

const save = async (
  opened: OpenLog,
  database: Connection,
  file: string,
  passphrase: string,
  { sources, print }: ConfigurationNeeds,
): Promise<void> => {
  const pool = readPool(database, () => undefined);
  try {
    const all = {
      accounts: () => idsOf(opened, pool, { readModel: userDirectory.name, type: 'AccountCreated' }, accountIds(pool)),
      conferences: () =>
        idsOf(opened, pool, { readModel: conferenceList.name, type: 'ConferenceCreated' }, conferenceIds(pool)),
    };
    const lines = await saveConfiguration(opened.needs, terminalCall(sources.newId), passphrase, all);
    await replaceFile(file, async (write) => {
      for await (const line of lines()) await write(line);
    });
    print(`The configuration is in ${file}. Nothing opens it but its passphrase.\n`);
    const { keep } = configurationFilesIn(opened.vaultAt.dataDir, sources.now, sources.newId);
    const copied = await keep(createReadStream(file, { encoding: 'utf8' }) as AsyncIterable<string>);
    if ('failed' in copied) print(`Note: no reserve copy is in the data directory: ${copied.failed}\n`);
    else print(`A reserve copy is at ${copied.path}\n`);
  } finally {
    await pool.end();
  }
};

const wordOf = { created: '+', changed: '~', unchanged: '=', conflict: '!' } as const;

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const linesOf = ({ kind, name, outcome, differences, notes }: RestoredObject): string =>
  [
    `${wordOf[outcome]} ${kind} ${JSON.stringify(name)}`,
    ...differences.map(({ field, before, after }) =>
      before === null && after === null ? `    ${field}` : `    ${field}: ${shown(before)} -> ${shown(after)}`,
    ),
    ...notes.map(({ code }) => `    ${refusals[code]}`),
  ].join('\n');

const restore = async (
  { needs }: OpenLog,
  given: Given,
  file: string,
  passphrase: string,
  { sources, print }: ConfigurationNeeds,
): Promise<void> => {
  const dryRun = given.flag('dry-run');
  const ledger = given.text('erasures');
  const erased = ledger === undefined ? new Set<string>() : await readErasureLedger(ledger);
  const saved = await openConfiguration(() => createReadStream(file), passphrase);
  print(`Saved at ${saved.savedAt}: ${saved.accounts} accounts, ${saved.conferences} conferences.\n`);
  const objects = restoreConfiguration(needs, { ...terminalCall(sources.newId), dryRun }, saved, erased);
  for (;;) {
    const next = await objects.next();
    if (next.done === true) {
      const { created, changed, unchanged, conflicts } = next.value.counts;
      print(`${created} created, ${changed} changed, ${unchanged} as they were, ${conflicts} left with a conflict.\n`);
      if (dryRun) print('Nothing was done: this was a dry run.\n');
      return;
    }
    if (next.value.outcome !== 'unchanged') print(`${linesOf(next.value)}\n`);
  }
};

/** A file of version 1 has no passphrase, and nobody is asked for one. */
const isLegible = async (file: string): Promise<boolean> => {
  const open = openConfiguration(() => createReadStream(file), '');
  return open.then(
    () => true,
    () => false,
  );
};

/** What the system says of a file that it does not write, in a sentence; any other error as it is. */
export const notWritten = (file: string, error: unknown): unknown => {
  if (!/^E[A-Z]+$/.test(errnoOf(error) ?? '')) return error;
  const why = whyUnwritable(error) ?? String(error);
  return new CannotStart('export_impossible', `${file} cannot be written: ${why}.`, { cause: error });
};

/** `save FILE` or `restore FILE`. Rejects with `CannotStart` in the words of a refusal. */
export const configurationVerb = async (
  given: Given,
  [verb, file]: readonly ['save' | 'restore', string],
  needs: ConfigurationNeeds,
): Promise<void> => {
  try {
    if (verb === 'restore') {
      await stat(file).catch((cause: unknown) => {
        throw new CannotStart('backup_unusable', `${file} cannot be read: ${String(cause)}`, { cause });
      });
    }
    const passphrase =
      verb === 'restore' && (await isLegible(file)) ? '' : await passphraseFor(given, needs, verb === 'save');
    await needs.withLog(given, (opened, database) =>
      verb === 'save'
        ? save(opened, database, file, passphrase, needs)
        : restore(opened, given, file, passphrase, needs),
    );
  } catch (error) {
    if (error instanceof Refusal) throw new CannotStart('backup_unusable', refusals[error.code], { cause: error });
    throw verb === 'save' ? notWritten(file, error) : error;
  }
};
