// Reads a whole log as others have it, and says whether it is what was signed. Needs nothing but its files and a key.
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { entriesIn, eventIn, type ProvenEvent } from './entries.ts';
import { keyListIn, trustedFrom } from './keyList.ts';
import { type Hash, leafHash } from './merkle.ts';
import { NoteInvalid, type Verifier } from './note.ts';
import { bundlesOf, growingTree, type TilePlace, tilePath } from './tiles.ts';

/** The files of a log by their paths below its prefix; null where there is none. */
export type LogFiles = (path: string) => Promise<Buffer | null>;

export type VerifyOptions = {
  /** The key that is known from elsewhere; null trusts what comes with the log. */
  key: Verifier | null;
  /** Checkpoints that somebody else kept, and the names to call them by. */
  witnesses: readonly { name: string; note: string }[];
  /** The number of an event to show. */
  event: number | null;
};

export type Verified = {
  checkpoint: Checkpoint & { by: Verifier };
  /** How many of the first events are those that a witness saw; null without one. */
  witnessed: number | null;
  event: ProvenEvent | null;
};

/** The log is not what was signed, or not all of it is there. The message says what is wrong, and where. */
export class NotProved extends Error {}

const needed = async (files: LogFiles, path: string): Promise<Buffer> => {
  const bytes = await files(path);
  if (bytes) return bytes;
  throw new NotProved(`${path} is missing.`);
};

/** Text of a file; a byte that is no UTF-8 makes it invalid rather than another one. */
const textOf = async (files: LogFiles, path: string): Promise<string> => {
  const bytes = await needed(files, path);
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) throw new NotProved(`${path} is not text.`);
  return text;
};

const entriesAt = async (files: LogFiles, place: TilePlace): Promise<Buffer[]> => {
  const path = tilePath(place);
  const bytes = await needed(files, path);
  let entries: Buffer[];
  try {
    entries = entriesIn(bytes);
  } catch (error) {
    throw new NotProved(`${path}: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (entries.length === place.width) return entries;
  throw new NotProved(`${path} holds ${entries.length} entries instead of ${place.width}.`);
};

type Tile = { level: number; index: number; hashes: Hash[] };

const compareTile = async (files: LogFiles, { level, index, hashes }: Tile): Promise<void> => {
  const path = tilePath({ level, index, width: hashes.length });
  if (!(await needed(files, path)).equals(Buffer.concat(hashes)))
    throw new NotProved(`${path} does not belong to the entries: one or the other was changed.`);
};

type Opened = { checkpoint: Checkpoint & { by: Verifier }; witnesses: (Checkpoint & { name: string })[] };

/** The signed parts, which say what everything else has to be. */
const openAll = async (files: LogFiles, { key, witnesses }: VerifyOptions): Promise<Opened> => {
  const named = async <Result>(name: string, act: () => Promise<Result> | Result): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      throw error instanceof NoteInvalid ? new NotProved(`${name}: ${error.message}`) : error;
    }
  };
  // The checkpoint first: a server may get a new key while it is read.
  const note = await textOf(files, 'checkpoint');
  const keys = await named('keys.json', async () => keyListIn(await textOf(files, 'keys.json')));
  const trusted = key ? trustedFrom(keys, key) : keys.map(({ verifier }) => verifier);
  const checkpoint = await named('checkpoint', () => openCheckpoint(note, trusted));
  const opened = [];
  for (const { name, note } of witnesses) {
    const witness = await named(name, () => openCheckpoint(note, trusted));
    if (witness.origin !== checkpoint.origin) throw new NotProved(`${name} is about another log, ${witness.origin}.`);
    if (witness.size > checkpoint.size) {
      throw new NotProved(
        `${name} saw ${witness.size} events, but the log ends after ${checkpoint.size}: events were cut off.`,
      );
    }
    opened.push({ ...witness, name });
  }
  return { checkpoint, witnesses: opened };
};

/** Compares the tree with what was signed at its present size. */
const rootsOf = ({ checkpoint, witnesses }: Opened) => {
  const bySize = Map.groupBy(witnesses, ({ size }) => size);
  return (tree: ReturnType<typeof growingTree>): void => {
    const size = tree.size();
    for (const { name, root } of bySize.get(size) ?? []) {
      if (!tree.root().equals(root))
        throw new NotProved(`The first ${size} events are not those that ${name} saw: another history was signed.`);
    }
    if (checkpoint.size === size && !tree.root().equals(checkpoint.root))
      throw new NotProved('The entries are not those that the checkpoint was signed over.');
  };
};

/** Goes through all entries and tiles. Throws `NotProved` at the first thing that is not as it was signed. */
export const verifyLog = async (files: LogFiles, options: VerifyOptions): Promise<Verified> => {
  const opened = await openAll(files, options);
  const { checkpoint, witnesses } = opened;
  if (options.event !== null && options.event >= checkpoint.size)
    throw new NotProved(`There is no event ${options.event}: the log ends after ${checkpoint.size}.`);
  const full: Tile[] = [];
  const tree = growingTree((tile) => full.push(tile));
  let event: ProvenEvent | null = null;
  const compareRoots = rootsOf(opened);
  compareRoots(tree);
  for (const place of bundlesOf(checkpoint.size)) {
    for (const entry of await entriesAt(files, place)) {
      if (tree.size() === options.event) event = eventIn(entry);
      tree.append(leafHash(entry));
      compareRoots(tree);
    }
    for (const tile of full.splice(0)) await compareTile(files, tile);
  }
  for (const tile of tree.unfinished()) await compareTile(files, tile);
  const witnessed = witnesses.length === 0 ? null : Math.max(...witnesses.map(({ size }) => size));
  return { checkpoint, witnessed, event };
};
