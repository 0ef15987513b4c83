// The live projections folded in a database of their own, one event after the other, as far as a test wants.
import type { Recorded } from '../../src/domain/kernel.ts';
import type { Projection } from '../../src/projections/projection.ts';
import type { ReadPool } from '../../src/projections/readDatabase.ts';
import { batchRows, writeSql } from '../../src/projections/rows.ts';
import { freshReadModels } from '../support/readModels.ts';

export type FoldedBeside = { pool: ReadPool; fold: (event: Recorded) => Promise<void>; close: () => Promise<void> };

/** Read models that no server writes; `fold` goes on by one event. */
export const foldedBeside = async (projections: readonly Projection[]): Promise<FoldedBeside> => {
  const { pool, close } = await freshReadModels();
  return {
    pool,
    fold: async (event) => {
      const category = event.stream.slice(0, event.stream.indexOf('-'));
      const rows = batchRows(pool, new Map());
      for (const { categories, apply } of projections) if (categories.includes(category)) await apply(event, rows);
      for (const write of rows.writes()) await pool.query(writeSql(write, '$1', 'true'), [JSON.stringify(write.rows)]);
    },
    close,
  };
};
