// The job port: being told that a time has come. What is due, and why, is nobody's business here.

/** What may be asked by whoever wants to be told. */
export type Jobs = {
  /**
   * Has `key` told at `at`, at once where that has passed. A key has one due time: the last call wins, whether that is
   * earlier or later, and takes the place of a telling that failed and is to be repeated. A call while the key is being
   * told makes a telling of its own. Rejects with `BadJob` for what no store takes, with other errors where the store
   * does not answer; whether it took the wake is then unknown, and the same call may be made again.
   */
  wake: (key: string, at: Date) => Promise<void>;
  /** The key is not told any more, unless it is woken again. What is being told goes on, but is not repeated. */
  cancel: (key: string) => Promise<void>;
};

/**
 * Deals with a key that is due. Once it has resolved, that due time is done with. It is told again, later, when it
 * rejects, takes longer than `tellTimeoutMs` or dies with its process; so it must bear repeats.
 */
export type Tell = (key: string) => Promise<void>;

export type JobQueue = Jobs & {
  /**
   * Begins to tell due keys, one at a time; of several workers on one store exactly one is told of each due time. Call
   * it once.
   */
  work: (tell: Tell) => Promise<void>;
  /** Waits up to `closeTimeoutMs` for what is being told, and gives the rest back. Idempotent. */
  close: () => Promise<void>;
};

export type JobTimes = {
  /** How often to look for due keys: what a telling may be late by. */
  pollMs: number;
  /** How long one telling may take; a dead worker's keys come again after about this. */
  tellTimeoutMs: number;
};

/** Calm: an idle server asks its store every other second. */
export const calmTimes: JobTimes = { pollMs: 2_000, tellTimeoutMs: 60_000 };

export const closeTimeoutMs = 5_000;

/** A key or a time that no store takes: a mistake of the program. */
export class BadJob extends Error {}

const keyPattern = /^[\w.-]{1,100}$/;
const yearMs = 366 * 86_400_000;

/** Refuses, with `BadJob`, keys that are not 1 to 100 of `A-Z a-z 0-9 _ . -`, and times beyond the years 1970 to 9000. */
export const assertJob = (key: string, at?: Date): void => {
  if (!keyPattern.test(key)) throw new BadJob(`Not a job key: ${JSON.stringify(key.slice(0, 120))}`);
  if (at !== undefined && !(at.getTime() >= 0 && at.getTime() < 7_000 * yearMs)) throw new BadJob(`Not a time: ${at}`);
};
