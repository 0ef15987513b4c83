// Makes the tables of a projection from the log up to one position, where nobody else reads them: for restores.
import type { Client } from 'pg';
import { putCheckpoint } from './checkpoints.ts';
import { type Placed, Poisoned, type Projection, type ReadBatch, type Scrub } from './projection.ts';
import { stagedRows } from './stagedRows.ts';
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
  /** Events of the projection's categories, from the beginning; ends at the end of the log. */
  batches: (categories: readonly string[]) => AsyncIterable<ReadBatch<Event>>;
  logId: string;
};

const isBeyond = (position: string, target: string | null): boolean => target === null || position > target;

/** Folds what is at or before `target` (null: nothing), and sets the checkpoint there. */
export const foldTo = async <Event extends Placed>(
  { client, batches, logId }: FoldNeeds<Event>,
  projection: Projection<Event>,
  target: string | null,
): Promise<void> => {
  const { name, version, tables, categories } = projection;
  await createStaging(client, tables);
  const rows = stagedRows(client);
  const scrubs: Scrub[] = [];
  folding: for await (const { events } of batches(categories)) {
    for (const event of events) {
      if (isBeyond(event.position, target)) break folding;
      scrubs.push(...(projection.scrubs?.(event) ?? []));
      await projection.apply(event, rows).catch((error: unknown) => {
        throw new Poisoned(event.position, error);
      });
    }
    await rows.flush(false);
  }
  await rows.flush(true);
  await finishStaging(client, tables);
  for (const scrub of scrubs) await scrub(client, (table) => stagedShape(table).sqlName);
  await client.query('begin');
  await swapIn(client, tables);
  await putCheckpoint(client, { name, version, logId, position: target, haltedAt: null, haltReason: null });
  await client.query('commit');
};
