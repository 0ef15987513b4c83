// Keeps the checkpoints of other servers, as a witness that these cannot reach back into.
import { join } from 'node:path';
import { openCheckpoint } from '../proof/checkpoint.ts';
import { NoteInvalid, type Verifier } from '../proof/note.ts';
import { makeDirectory } from './files.ts';
import { directoryTarget, OtherHistory } from './witnessTargets.ts';

/** `kept`: it is on disk. `unknown`: no known log signed it. `differs`: it contradicts one that was kept before. */
export type Witnessed = 'kept' | 'unknown' | 'differs';

/** Keeps what one of these keys signed under `witnessed` of the data directory; null where there are none. */
export const keepCheckpoints = (
  keys: readonly Verifier[],
  dataDir: string,
): ((note: string) => Promise<Witnessed>) | null => {
  if (keys.length === 0) return null;
  const directory = join(dataDir, 'witnessed');
  const { send } = directoryTarget(directory);
  return async (note) => {
    try {
      const { origin, size } = openCheckpoint(note, keys);
      await makeDirectory(directory, 0o700);
      await send({ id: '', origin, size, note });
      return 'kept';
    } catch (error) {
      if (error instanceof NoteInvalid) return 'unknown';
      if (error instanceof OtherHistory) return 'differs';
      throw error;
    }
  };
};
