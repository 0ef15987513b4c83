// What the API asks of the server log: pages of lines, what is new, and all of it.

export const journalLevels = ['debug', 'info', 'warn', 'error'] as const;
export type JournalLevel = (typeof journalLevels)[number];

export type JournalLine = {
  /** Orders lines of all processes by time; also the cursor. */
  id: string;
  at: Date;
  level: JournalLevel;
  node: string;
  roles: readonly string[];
  message: string;
  fields: Record<string, unknown>;
};

export type JournalFilter = {
  levels?: readonly JournalLevel[] | null | undefined;
  roles?: readonly string[] | null | undefined;
  node?: string | null | undefined;
  /** Words that all have to stand in the line. */
  search?: string | null | undefined;
};

/** `next`: where the next page begins; null at the oldest line. */
export type JournalPage = { lines: readonly JournalLine[]; next: string | null };

export type Journals = {
  /** The newest first; a page may hold fewer than asked for where few lines match. */
  page: (filter: JournalFilter, first: number, after: string | null) => Promise<JournalPage>;
  /** Lines from a moment on that are not among `ids`, the oldest first. */
  since: (filter: JournalFilter, ids: ReadonlySet<string>, afterMs: number, max: number) => Promise<JournalLine[]>;
  /** Every line, the newest first. */
  all: () => AsyncIterable<JournalLine>;
};
