// The command `verify-export`: whether a copied report is just what the server signed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { NoteInvalid, type Verifier } from '../proof/note.ts';
import { ExportNotProved, type Manifest, manifestIn } from '../proof/signedExport.ts';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Handler } from './cli.ts';
import { keyOf } from './proofCommands.ts';

/** Longer than any manifest: a note has 64 KiB at most. */
const tailBytes = 256 * 1024;

type Split = { line: string; before: number };

/** The last line of a file, and how many bytes come before it. */
const lastLineOf = async (file: string): Promise<Split> => {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const tail = buffer.subarray(0, bytesRead);
    const start = tail.lastIndexOf('\n', -2) + 1;
    return { line: tail.subarray(start).toString('utf8'), before: from + start };
  } finally {
    await handle.close();
  }
};

/** The rows and the hash of the first bytes of a file, read in pieces. */
const contentOf = async (file: string, before: number): Promise<{ rows: number; sha256: string }> => {
  const hash = createHash('sha256');
  let rows = 0;
  if (before > 0) {
    for await (const piece of createReadStream(file, { end: before - 1 })) {
      const bytes = piece as Buffer;
      hash.update(bytes);
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) rows += 1;
    }
  }
  return { rows, sha256: hash.digest('hex') };
};

const verifyExport = async (file: string, key: Verifier): Promise<Manifest> => {
  const { line, before } = await lastLineOf(file);
  if (!line.endsWith('\n')) throw new ExportNotProved('It does not end where an export ends: it was cut off.');
  const manifest = manifestIn(line, key);
  const { rows, sha256 } = await contentOf(file, before);
  if (rows !== manifest.rows) throw new ExportNotProved(`It has ${rows} rows, and ${manifest.rows} were signed.`);
  if (sha256 !== manifest.sha256) throw new ExportNotProved('Its rows are not those that were signed.');
  return manifest;
};

/** Answers 0 where the file is what was signed, 1 where it is not, 3 where it could not be read. */
export const verifyExportCommand =
  (say: (line: string) => void): Handler =>
  async (given) => {
    const [file, ...others] = given.rest;
    if (file === undefined || others.length > 0) throw new BadUsage('Name the file of an export, and nothing else.');
    const key = await keyOf(given.text('key'));
    if (!key) throw new BadUsage('Give the public key of the server: --key KEY.');
    try {
      const { rows, report, at, by } = await verifyExport(file, key);
      say(`Verified: ${rows} rows of the report "${report}", copied at ${at} by ${by}, are as they were signed.`);
      return 0;
    } catch (error) {
      if (error instanceof ExportNotProved || error instanceof NoteInvalid) {
        say(`NOT VERIFIED. ${error.message}`);
        return 1;
      }
      if (!(error instanceof Error && 'code' in error) || error instanceof CannotStart) throw error;
      say(`${file} cannot be read: ${error.message}`);
      return 3;
    }
  };
