// The server log on disk: what each process logs, in files of its own that are bounded and follow each other.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const journalDirectory = (dataDir: string): string => join(dataDir, 'logs', 'journal');

export const fileBytesMax = 4 * 1024 * 1024;
/** With the one that is written. */
export const filesMax = 5;

/** The newest file of a process has no number, the one before it has 1. */
export const fileOf = (process: string, age: number): string => `${process}${age === 0 ? '' : `.${age}`}.ndjson`;

/** What of a process its files are called by; names are the operator's and may be anything. */
export const processNameOf = (node: string, roles: string): string =>
  `${node}~${roles}`.replaceAll(/[^A-Za-z0-9_~-]/g, '-').slice(0, 100);

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};

// The link that makes the first administrator is for the terminal; who may read the log need not be who sets up.
const forTheTerminal = /,"setupPath":"[^"\\]*"/;

/**
 * Where lines of one process go. What cannot be written is dropped: the log must not stop what it tells of, and
 * standard output has it, too.
 */
export const journalOf = (directory: string, process: string): { write: (line: string) => void } => {
  const path = (age: number) => join(directory, fileOf(process, age));
  let bytes: number | null = null;
  const rotate = (): void => {
    for (let age = filesMax - 2; age >= 0; age -= 1) {
      if (sizeOf(path(age)) > 0) renameSync(path(age), path(age + 1));
    }
    bytes = 0;
  };
  return {
    write: (line) => {
      try {
        if (bytes === null) {
          mkdirSync(directory, { recursive: true, mode: 0o700 });
          bytes = sizeOf(path(0));
        }
        const told = line.replace(forTheTerminal, '');
        if (bytes > 0 && bytes + Buffer.byteLength(told) > fileBytesMax) rotate();
        appendFileSync(path(0), told, { mode: 0o600 });
        bytes += Buffer.byteLength(told);
      } catch {
        bytes = null;
      }
    },
  };
};
