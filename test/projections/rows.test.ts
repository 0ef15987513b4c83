// What a runner remembers of the rows it read and wrote.
import { strict as assert } from 'node:assert';
import { test } from 'vitest';
import { batchRows, type RowMemory } from '../../src/projections/rows.ts';
import { table } from '../../src/projections/table.ts';
import { freshReadModels } from '../support/readModels.ts';

type Counter = { id: string; count: number };
const counters = table<Counter>('counter', { id: { type: 'text', primary: true }, count: { type: 'int' } });

test('rows that are asked for again and again are read once, however many others come and go', async () => {
  const { pool, fill, close } = await freshReadModels();
  await fill(`create table ${counters.sqlName} (id text primary key, count int)`);
  let asked = 0;
  pool.on('acquire', () => {
    asked += 1;
  });
  const memory: RowMemory = new Map();
  const batches = 2_000;
  for (let batch = 0; batch < batches; batch += 1) {
    const rows = batchRows(pool, memory);
    const before = await rows.get(counters, { id: 'always' });
    rows.put(counters, { id: 'always', count: (before?.count ?? 0) + 1 });
    rows.put(counters, { id: `once ${batch}`, count: 1 });
    rows.written();
  }
  const always = await batchRows(pool, memory).get(counters, { id: 'always' });
  assert.equal(always?.count, batches);
  assert.equal(asked, 1);
  const remembered = memory.get(counters.sqlName)?.size ?? 0;
  assert.ok(remembered <= 500, `${remembered} rows are remembered`);
  await close();
});
