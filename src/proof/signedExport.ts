// The manifest of a copied report, signed by the log it was copied from.
import { openNote, type Signer, signNote, type Verifier } from './note.ts';

/** The second line can be neither the size of a checkpoint nor what vouches for a key. */
const textOf = (origin: string, manifest: string): string => `${origin}\nexport\n${manifest}\n`;

/** What is no character at all may stand in a search, but not in a note. */
const asLine = (manifest: object): string => JSON.stringify(manifest).replaceAll('\ufffd', '\\ufffd');

/** The last line of a copy: what it says of itself, and the note about it; null where nobody could sign. */
export const manifestLine = (manifest: object, signer: Signer | null): string => {
  const line = asLine(manifest);
  const note = signer && signNote(textOf(signer.verifier.name, line), [signer]);
  return `{"manifest":${line},"note":${JSON.stringify(note)}}\n`;
};

export type Manifest = { rows: number; sha256: string; report: string; at: string; by: string };

/** The copy is not what was signed; the message says how. */
export class ExportNotProved extends Error {}

const manifestOf = (value: unknown): Manifest => {
  if (typeof value === 'object' && value !== null) {
    const { rows, sha256, report, at, by } = value as Record<string, unknown>;
    if (typeof rows === 'number' && [sha256, report, at, by].every((each) => typeof each === 'string'))
      return value as Manifest;
  }
  throw new ExportNotProved('Its last line is no manifest: the file is not whole, or no NDJSON export.');
};

/** Reads the last line, whose note `key` has to have signed. Throws `ExportNotProved` or `NoteInvalid`. */
export const manifestIn = (line: string, key: Verifier): Manifest => {
  let parsed: { manifest?: unknown; note?: unknown };
  try {
    parsed = JSON.parse(line) as { manifest?: unknown; note?: unknown };
  } catch {
    throw new ExportNotProved('Its last line is no manifest: the file is not whole, or no NDJSON export.');
  }
  const manifest = manifestOf(parsed.manifest);
  if (typeof parsed.note !== 'string')
    throw new ExportNotProved('The manifest is not signed: the server had lost its key, or is older than signatures.');
  const { text } = openNote(parsed.note, [key]);
  if (text === textOf(key.name, asLine(manifest))) return manifest;
  throw new ExportNotProved('The manifest is not what was signed.');
};
