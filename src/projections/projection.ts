// What a projection is, and what those who run it share.
import type { ClientBase, Pool } from 'pg';
import type { Fact, Recorded } from '../domain/kernel.ts';
import type { Rows } from './rows.ts';
import type { TableShape } from './table.ts';

/** What the runner itself has to know of an event. */
export type Placed = { stream: string; position: string };

/**
 * Takes personal content out of rows that are there, by statements of its own, in steps that each end soon. `nameOf`
 * says what a table is called where this runs. It bears repeats, and leaves rows as a rebuild would make them.
 */
export type Scrub = (client: Pool | ClientBase, nameOf: (table: TableShape) => string) => Promise<void>;

export type Projection<Event extends Placed = Recorded<Fact>> = {
  name: string;
  /** A new version is rebuilt from the beginning of the log. */
  version: number;
  /** Streams it heeds; its checkpoint advances past all others. */
  categories: readonly string[];
  tables: readonly TableShape[];
  /** Folds one event; no clock and no chance, or a rebuild would differ. */
  apply: (event: Event, rows: Rows) => Promise<void>;
  /** What is to be taken out of the rows of before when this event is reached: it erased somebody or something. */
  scrubs?: (event: Event) => readonly Scrub[];
};

export type ReadBatch<Event = Recorded<Fact>> = { events: Event[]; position: string; caughtUp: boolean };

/** Events of some categories after a position, for ever; ends when `signal` is aborted. */
export type Feed<Event = Recorded<Fact>> = (
  after: string | null,
  categories: readonly string[],
  signal: AbortSignal,
) => AsyncIterable<ReadBatch<Event>>;

/** The channel on which API processes hear how far a projection has come and which objects it touched. */
export const changesChannel = 'hansard_read';

/** An event that this projection cannot fold. */
export class Poisoned extends Error {
  readonly position: string;

  constructor(position: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.position = position;
  }
}
