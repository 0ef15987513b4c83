// Makes the tables of projections from the log up to one position, where nobody else reads them: for restores.
import type { Client } from 'pg';
import { putCheckpoint } from './checkpoints.ts';
import { type Placed, Poisoned, type Projection, type ReadBatch, type Scrub } from './projection.ts';
import { type StagedRows, stagedRows } from './stagedRows.ts';
import { createStaging, fingerprint, finishStaging, stagedShape, swapIn } from './staging.ts';
import type { TableShape } from './table.ts';

export type Fingerprint = { table: string; rows: string; sum: string };

/** Rows and the sum of their hashes, of each table. The session decides how values are spelled: see `spelling`. */
export const fingerprintsOf = async (client: Client, tables: readonly TableShape[]): Promise<Fingerprint[]> => {
  const found: Fingerprint[] = [];
  for (const table of tables) found.push({ table: table.sqlName, ...(await fingerprint(client, table)) });
  return found;
};

/** Settings of a session in which equal rows have equal fingerprints, whatever the server's own are. */
export const spelling = '-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=iso_8601 -c bytea_output=hex';

export type FoldNeeds<Event> = {
  /** Of nobody else. */
  client: Client;
  /** Events of these categories, from the beginning; ends at the end of the log. */
  batches: (categories: readonly string[]) => AsyncIterable<ReadBatch<Event>>;
  logId: string;
};

/** What to fold, and up to where (null: nothing). */
export type Part<Event extends Placed> = { projection: Projection<Event>; target: string | null };

const isBeyond = (position: string, target: string | null): boolean => target === null || position > target;

/** What is done to the rows of a part in the end, when they have their indices. */
type Folded<Event extends Placed> = Part<Event> & { scrubs: Scrub[] };

const applyTo = async <Event extends Placed>(parts: readonly Folded<Event>[], event: Event, rows: StagedRows) => {
  for (const { projection, target, scrubs } of parts) {
    if (isBeyond(event.position, target)) continue;
    scrubs.push(...(projection.scrubs?.(event) ?? []));
    await projection.apply(event, rows).catch((error: unknown) => {
      throw new Poisoned(event.position, error);
    });
  }
};

const finish = async <Event extends Placed>(client: Client, logId: string, part: Folded<Event>): Promise<void> => {
  const { name, version, tables } = part.projection;
  await finishStaging(client, tables);
  for (const scrub of part.scrubs) await scrub(client, (table) => stagedShape(table).sqlName);
  await client.query('begin');
  await swapIn(client, tables);
  await putCheckpoint(client, { name, version, logId, position: part.target, haltedAt: null, haltReason: null });
  await client.query('commit');
};

/** Folds all parts in one pass over the log, since reading it costs more than folding; sets their checkpoints. */
export const foldTo = async <Event extends Placed>(
  { client, batches, logId }: FoldNeeds<Event>,
  parts: readonly Part<Event>[],
): Promise<void> => {
  const folded = parts.map((part): Folded<Event> => ({ ...part, scrubs: [] }));
  const categories = [...new Set(parts.flatMap(({ projection }) => projection.categories))];
  const concerned = new Map(
    categories.map((category) => [
      category,
      folded.filter(({ projection }) => projection.categories.includes(category)),
    ]),
  );
  for (const { projection } of folded) await createStaging(client, projection.tables);
  const rows = stagedRows(client);
  folding: for await (const { events } of batches(categories)) {
    for (const event of events) {
      if (folded.every(({ target }) => isBeyond(event.position, target))) break folding;
      const category = event.stream.slice(0, event.stream.indexOf('-'));
      await applyTo(concerned.get(category) ?? [], event, rows);
    }
    await rows.flush(false);
  }
  await rows.flush(true);
  for (const part of folded) await finish(client, logId, part);
};
