// Where the commands of a stream stand that are too many to be remembered each with its answer: 11 to 22 bytes apiece.
import { randomFillSync } from 'node:crypto';

export type OlderCommands = {
  /** `revision`: of the last event of that command. */
  note: (commandId: string, revision: number) => void;
  /** Where that command may stand: what was noted of it, and very rarely of another that has the same hash. */
  revisionsOf: (commandId: string) => number[];
};

const slotsMin = 1_024;
const wordBits = 32;
/** Of chance, so that nobody can choose command ids that all fall in one place. Multilinear hashing is universal. */
const factors = randomFillSync(new Uint32Array(64));

const hashOf = (commandId: string): number => {
  let hash = 0;
  for (let index = 0; index < commandId.length; index += 1) {
    hash += Math.imul(factors[index % factors.length] ?? 0, commandId.charCodeAt(index));
  }
  return hash >>> 0;
};

/** A hash table with open addresses: in a slot a hash, and the revision after the one that is meant (0: it is free). */
type Table = { hashes: Uint32Array; ends: Uint32Array; shift: number };

const tableOf = (slots: number): Table => ({
  hashes: new Uint32Array(slots),
  ends: new Uint32Array(slots),
  shift: wordBits - Math.log2(slots),
});

const put = ({ hashes, ends, shift }: Table, hash: number, end: number): void => {
  let slot = hash >>> shift;
  while (ends[slot] !== 0) slot = (slot + 1) % ends.length;
  hashes[slot] = hash;
  ends[slot] = end;
};

const grown = ({ hashes, ends }: Table): Table => {
  const table = tableOf(ends.length * 2);
  for (const [slot, end] of ends.entries()) if (end !== 0) put(table, hashes[slot] ?? 0, end);
  return table;
};

export const olderCommands = (): OlderCommands => {
  let table: Table | null = null;
  let size = 0;
  return {
    note: (commandId, revision) => {
      table ??= tableOf(slotsMin);
      if (size * 4 >= table.ends.length * 3) table = grown(table);
      put(table, hashOf(commandId), revision + 1);
      size += 1;
    },
    revisionsOf: (commandId) => {
      if (!table) return [];
      const { hashes, ends, shift } = table;
      const hash = hashOf(commandId);
      const found: number[] = [];
      for (let slot = hash >>> shift; ends[slot] !== 0; slot = (slot + 1) % ends.length) {
        if (hashes[slot] === hash) found.push((ends[slot] ?? 0) - 1);
      }
      return found;
    },
  };
};
