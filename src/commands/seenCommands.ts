// The commands that a stream has seen: the newest with their answers, those before them by where they stand.
import { olderCommands } from './olderCommands.ts';

/** The first answer to a command, and by which it is known again. */
export type Remembered = { actor: string; digest: string; position: string; revision: number };

export type SeenCommands = {
  /** The first answer to a command, or that it goes on to a later revision. */
  note: (commandId: string, answer: Remembered) => void;
  /** Of one of the newest. */
  answerTo: (commandId: string) => Remembered | null;
  /** Where one of the older may have recorded its last event. */
  revisionsOf: (commandId: string) => number[];
};

/** Of a stream, with their answers; those of older ones are read where they stand (decision 7). */
export const rememberedCommandsMax = 1_000;

/** Keeps the answers to the newest `max`, or half as many more. */
export const seenCommands = (max = rememberedCommandsMax): SeenCommands => {
  const answers = new Map<string, Remembered>();
  const older = olderCommands();
  /** Many at a time, since a Map is slow to find its first entry where those before it were deleted one by one. */
  const forgetOldest = (): void => {
    for (const [commandId, { revision }] of answers) {
      if (answers.size <= max) break;
      answers.delete(commandId);
      older.note(commandId, revision);
    }
  };
  return {
    note: (commandId, answer) => {
      answers.delete(commandId);
      answers.set(commandId, answer);
      if (answers.size >= max * 1.5) forgetOldest();
    },
    answerTo: (commandId) => answers.get(commandId) ?? null,
    revisionsOf: older.revisionsOf,
  };
};
