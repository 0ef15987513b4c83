// What a running `up` leaves for those who come after it: who it is and where it answers.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readTextIfAny, writeFileAtomic } from './files.ts';
import { tryLock } from './processes.ts';

const State = z.object({
  pid: z.int().positive(),
  /** null until everything is ready. */
  url: z.string().nullable(),
  /** Role processes, so that a successor can end those whose supervisor was killed. */
  roles: z.array(z.object({ name: z.string(), pid: z.int().positive() })),
});

export type UpState = z.infer<typeof State>;

const fileIn = (dataDir: string) => join(dataDir, 'state.json');

/** The state that was written last, by a process that may be gone; null when there is none, or none we can read. */
export const readState = async (dataDir: string): Promise<UpState | null> => {
  const text = await readTextIfAny(fileIn(dataDir));
  if (text === null) return null;
  try {
    return State.parse(JSON.parse(text));
  } catch {
    return null; // Of another version, or of a machine that lost power: only the lock counts.
  }
};

export const writeState = (dataDir: string, state: UpState): Promise<void> =>
  writeFileAtomic(fileIn(dataDir), `${JSON.stringify(state)}\n`, 0o644);

export const removeState = (dataDir: string): Promise<void> => rm(fileIn(dataDir), { force: true });

/** Held by `up` for as long as it runs; null when another one holds it. `dataDir` is the real path. */
export const lockUp = (dataDir: string): Promise<(() => Promise<void>) | null> => tryLock(`hansard up ${dataDir}`);
