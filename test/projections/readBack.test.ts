// Whether a projection makes the same rows when it reads them back from the database as when it remembers them, as it
// does between two restarts: otherwise rows that were rebuilt would differ from those that were there.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { allProjections } from '../../src/projections/allProjections.ts';
import { foldTo } from '../../src/projections/foldTo.ts';
import { type FoldedBeside, foldedBeside } from './foldedBeside.ts';
import { inventedLog } from './inventedLog.ts';

const projections = allProjections([...vocabularies.keys()]);
const log = inventedLog(11, 800);

describe('rows of a projection that were read back for every event', () => {
  let [readBack, remembered]: FoldedBeside[] = [];

  beforeAll(async () => {
    [readBack, remembered] = [await foldedBeside(projections), await foldedBeside([])];
    for (const event of log) await readBack.fold(event);
    const client = await remembered.pool.connect();
    const needs = {
      client,
      logId: randomUUID(),
      batches: async function* (categories: readonly string[]) {
        const events = log.filter(({ stream }) => categories.includes(stream.slice(0, stream.indexOf('-'))));
        yield { events, position: log.at(-1)?.position ?? '', caughtUp: true };
      },
    };
    const target = log.at(-1)?.position ?? null;
    await foldTo(
      needs,
      projections.map((projection) => ({ projection, target })),
    );
    client.release();
  }, 60_000);
  afterAll(async () => {
    await readBack?.close();
    await remembered?.close();
  });

  test('are there to be compared', async () => {
    const tables = projections.flatMap(({ tables }) => tables);
    const countOf = async (sqlName: string) =>
      (await readBack?.pool.query<{ n: number }>(`select count(*)::int n from ${sqlName}`))?.rows[0]?.n ?? 0;
    const counts = await Promise.all(tables.map(({ sqlName }) => countOf(sqlName)));
    const filled = counts.filter((count) => count > 0).length;
    assert.ok(filled >= 24, `${filled} of ${tables.length} tables hold anything`);
  });

  test.each(projections.map((each) => [each.name, each] as const))('%s', async (_name, { tables }) => {
    for (const { sqlName } of tables) {
      const rows = async (beside: FoldedBeside | undefined) =>
        (await beside?.pool.query<{ row: string }>(`select to_jsonb(t)::text as row from ${sqlName} t order by 1`))
          ?.rows;
      assert.deepEqual(await rows(readBack), await rows(remembered), sqlName);
    }
  });
});
