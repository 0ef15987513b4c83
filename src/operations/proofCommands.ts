// The commands `export-log` and `verify` as they are typed.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { vocabularies } from '../commands/vocabularies.ts';
import type { ProvenEvent } from '../proof/entries.ts';
import { NoteInvalid, type Verifier, verifierIn } from '../proof/note.ts';
import { NotProved, type Verified, type VerifyOptions, verifyLog } from '../proof/verifyLog.ts';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Given, type Handler, wholeNumber } from './cli.ts';
import { exportLog } from './exportLog.ts';
import { directoryFiles, serverFiles } from './logFiles.ts';
import type { WithLog } from './withLog.ts';

const onlyOne = ({ rest }: Given, what: string): string => {
  const [place, ...others] = rest;
  if (place !== undefined && others.length === 0) return place;
  throw new BadUsage(`Name ${what}, and nothing else.`);
};

type Say = (line: string) => void;

/** The command `export-log`, on the log that `withLog` opens. */
export const exportCommand =
  (withLog: WithLog, say: Say): Handler =>
  async (given) => {
    const target = onlyOne(given, 'the directory to write to');
    await withLog(given, async ({ store }) => {
      const categories = [...vocabularies.keys()];
      const { size, verifierKey, signedAt, newer } = await exportLog({ store, categories, target });
      say(`${size} events are in ${target}, up to #${size - 1}, where the checkpoint of ${signedAt} ends.`);
      say(`${newer} newer events are left out, that checkpoint's own among them: the next one will cover them.`);
      say(`The key that signed them, to be kept elsewhere: ${verifierKey}`);
      say(`Check it with: ./hansard verify ${target} --key '${verifierKey}'`);
    });
    return 0;
  };

const textIn = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CannotStart('log_unreadable', `${file} cannot be read: ${String(error)}`, { cause: error });
  }
};

/** The key as it is written, or the file it is in. */
export const keyOf = async (text: string | undefined): Promise<Verifier | null> => {
  if (text === undefined) return null;
  const written = text.includes('+') ? text : (await textIn(text)).trim();
  try {
    return verifierIn(written);
  } catch (error) {
    throw error instanceof NoteInvalid ? new BadUsage(`--key: ${error.message}`) : error;
  }
};

/** The checkpoint in a file, or those in the files of a directory. */
const witnessesOf = async (path: string | undefined): Promise<VerifyOptions['witnesses']> => {
  if (path === undefined) return [];
  const isDirectory = (await stat(path).catch(() => null))?.isDirectory() === true;
  const names = isDirectory ? (await readdir(path)).toSorted().map((name) => join(path, name)) : [path];
  const notes = await Promise.all(names.map(async (name) => ({ name, note: await textIn(name) })));
  if (notes.length > 0) return notes;
  throw new CannotStart('log_unreadable', `There is no checkpoint in ${path}.`);
};

/** Where the log is, opened; a server asks for an administrator's login. */
const openPlace = async (given: Given, newId: () => string) => {
  const place = onlyOne(given, 'the directory of an export or the address of a server');
  if (!/^https?:\/\//.test(place)) return { files: await directoryFiles(place), close: () => Promise.resolve() };
  const [login, passwordFile] = [given.text('login'), given.text('password-file')];
  if (login === undefined || passwordFile === undefined)
    throw new BadUsage('A server shows its log to administrators: give --login and --password-file.');
  return serverFiles(place, { login, password: (await textIn(passwordFile)).trimEnd() }, newId);
};

/** What the proof rests on, and what nobody could tell from it. */
const caveats = ({ checkpoint, witnessed }: Verified, key: Verifier | null): string[] => [
  ...(key
    ? []
    : [
        'The key came with the log: whoever replaced all of it could have replaced the key. Give the key you know: --key.',
      ]),
  ...(witnessed === null
    ? [
        'Without a checkpoint that somebody else kept (--witness) this cannot exclude that newer events were cut off back to an older checkpoint, or that whoever holds the key signed another history.',
      ]
    : []),
  ...(witnessed !== null && witnessed < checkpoint.size
    ? [`No witness saw the events from #${witnessed} on: for them this rests on the signature alone.`]
    : []),
];

const lineOf = (number: number, { type, stream, revision, id, data, metadata }: ProvenEvent): string =>
  [
    `Event #${number}: ${type} in ${stream}@${revision}, id ${id}`,
    `  data      ${Buffer.from(data).toString()}`,
    `  metadata  ${Buffer.from(metadata).toString()}`,
  ].join('\n');

const tell = (say: Say, verified: Verified, { key, event: number }: VerifyOptions): void => {
  const { checkpoint, witnessed, event } = verified;
  say(
    `Verified to #${checkpoint.size - 1}: ${checkpoint.size} events of ${checkpoint.origin} are as they were signed.`,
  );
  say(`Signed with ${checkpoint.by.text}`);
  if (witnessed !== null) say(`The first ${witnessed} of them are those that a witness saw.`);
  if (event && number !== null) say(lineOf(number, event));
  for (const line of caveats(verified, key)) say(`Note: ${line}`);
};

/**
 * The command `verify`. Answers 0 where the log is what was signed, 1 where it is not, 3 where nobody could tell since
 * it could not be read.
 */
export const verifyCommand =
  (newId: () => string, say: Say): Handler =>
  async (given) => {
    const event = given.text('event');
    const number = event === undefined ? null : wholeNumber(event.replace(/^#/, ''), 'event', 0, 1e15);
    try {
      const [key, witnesses] = [await keyOf(given.text('key')), await witnessesOf(given.text('witness'))];
      const { files, close } = await openPlace(given, newId);
      try {
        const options = { key, witnesses, event: number };
        tell(say, await verifyLog(files, options), options);
        return 0;
      } finally {
        await close();
      }
    } catch (error) {
      if (error instanceof NotProved) {
        say(`NOT VERIFIED. ${error.message}`);
        return 1;
      }
      if (!(error instanceof CannotStart)) throw error;
      say(error.message);
      return 3;
    }
  };
