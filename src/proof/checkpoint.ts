// What the log signs: its name, its size and its root (c2sp.org/tlog-checkpoint), and a proof about one entry.
import { type Hash, hashBytes, leafHash, verifyInclusion } from './merkle.ts';
import { NoteInvalid, noteIn, openNote, type Signer, signNote, type Verifier } from './note.ts';

export type Checkpoint = { origin: string; size: number; root: Hash };

const sizePattern = /^(0|[1-9]\d{0,15})$/;

const hashIn = (text: string, what: string): Hash => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === hashBytes && bytes.toString('base64') === text) return bytes;
  throw new NoteInvalid(`${what} is not a hash.`);
};

const numberIn = (text: string, what: string): number => {
  if (sizePattern.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new NoteInvalid(`${what} is not a number.`);
};

export const signCheckpoint = ({ origin, size, root }: Checkpoint, signers: readonly Signer[]): string =>
  signNote(`${origin}\n${size}\n${root.toString('base64')}\n`, signers);

const checkpointIn = (text: string): Checkpoint => {
  const lines = text.slice(0, -1).split('\n');
  const [origin = '', size = '', root = ''] = lines;
  if (origin === '' || lines.length !== 3) throw new NoteInvalid('A checkpoint has three lines: origin, size, root.');
  return {
    origin,
    size: numberIn(size, 'The size of the checkpoint'),
    root: hashIn(root, 'The root of the checkpoint'),
  };
};

/** What a checkpoint says, whoever signed it. Throws `NoteInvalid`. */
export const untrustedCheckpoint = (note: string): Checkpoint => checkpointIn(noteIn(note).text);

/** The checkpoint in a note that one of `known` signed, and by whom. Throws `NoteInvalid`. */
export const openCheckpoint = (note: string, known: readonly Verifier[]): Checkpoint & { by: Verifier } => {
  const { text, by } = openNote(note, known);
  const checkpoint = checkpointIn(text);
  const [first] = by;
  // The log signs under its own name; another name is another log.
  if (first && by.every(({ name }) => name === checkpoint.origin)) return { ...checkpoint, by: first };
  throw new NoteInvalid(`The checkpoint of ${checkpoint.origin} is signed by another log.`);
};

const proofHead = 'c2sp.org/tlog-proof@v1';

/** That one entry is in the log: a text of its own (c2sp.org/tlog-proof). */
export type EntryProof = { index: number; path: readonly Hash[]; checkpoint: string };

export const entryProofText = ({ index, path, checkpoint }: EntryProof): string =>
  [proofHead, `index ${index}`, ...path.map((each) => each.toString('base64')), '', checkpoint].join('\n');

/** Takes such a text apart, and trusts nothing in it. Throws `NoteInvalid`. */
const entryProofIn = (text: string): EntryProof => {
  const end = text.indexOf('\n\n');
  const [head, index = '', ...path] = text.slice(0, end).split('\n');
  if (end < 0 || head !== proofHead || !index.startsWith('index '))
    throw new NoteInvalid(`It is no proof: it does not begin as ${proofHead} does.`);
  return {
    index: numberIn(index.slice('index '.length), 'The index of the proof'),
    path: path.map((each) => hashIn(each, 'A line of the proof')),
    checkpoint: text.slice(end + 2),
  };
};

/** The checkpoint that shows this entry in the log. Throws `NoteInvalid`. */
export const verifyEntryProof = (
  text: string,
  entry: Uint8Array,
  known: readonly Verifier[],
): Checkpoint & { index: number } => {
  const { index, path, checkpoint: note } = entryProofIn(text);
  const checkpoint = openCheckpoint(note, known);
  const { size, root } = checkpoint;
  if (verifyInclusion({ index, size, leaf: leafHash(entry), root }, path)) return { ...checkpoint, index };
  throw new NoteInvalid(`The entry is not number ${index} of the log of ${size} entries.`);
};
