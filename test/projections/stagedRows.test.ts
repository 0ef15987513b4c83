// Rows of a rebuild that are written out again and again, against a plain map.
import { strict as assert } from 'node:assert';
import pg from 'pg';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { stagedRows } from '../../src/projections/stagedRows.ts';
import { createStaging, finishStaging, stagedShape } from '../../src/projections/staging.ts';
import { table } from '../../src/projections/table.ts';
import { freshReadModels } from '../support/readModels.ts';
import { chance } from './inventedLog.ts';

type Thing = { id: string; part: number; text: string | null; more: unknown };

const things = table<Thing>('thing', {
  id: { type: 'text', primary: true },
  part: { type: 'int', primary: true },
  text: { type: 'text', nullable: true },
  more: { type: 'jsonb' },
});
const journal = table<{ n: number }>('thing_journal', { n: { type: 'int', primary: true } });

describe('rows of a rebuild', () => {
  let client: pg.Client;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const { connection, close } = await freshReadModels();
    client = new pg.Client(connection);
    await client.connect();
    closing.push(close, () => client.end());
    await client.query(
      `create table ${things.sqlName} (id text, part int, text text, more jsonb, primary key (id, part))`,
    );
    await client.query(`create table ${journal.sqlName} (n int primary key)`);
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  test.each([1, 2, 3])('are what was put last, however often they were written out (seed %i)', async (seed) => {
    await createStaging(client, [things, journal]);
    const rows = stagedRows(client, { held: 40, kept: 7 });
    const next = chance(seed);
    const below = (n: number) => Math.floor(next() * n);
    const model = new Map<string, Thing>();
    for (let step = 0; step < 6_000; step += 1) {
      const [id, part] = [`tab\t"${below(150)}"\\`, below(2)];
      const known = `${id} ${part}`;
      const found = await rows.get(things, { id, part });
      assert.deepEqual(found, model.get(known), `step ${step}`);
      const act = below(10);
      if (act < 5) {
        const thing: Thing = { id, part, text: below(5) === 0 ? null : `line\n${step}`, more: { a: [step], b: null } };
        rows.put(things, thing);
        model.set(known, thing);
      } else if (act === 5) {
        rows.delete(things, { id, part });
        model.delete(known);
      }
      rows.add(journal, { n: step });
      if (step % 5 === 0) await rows.flush(false);
    }
    await rows.flush(true);
    await finishStaging(client, [things, journal]);
    const { rows: there } = await client.query<Thing>(`select * from ${stagedShape(things).sqlName}`);
    assert.ok(there.length > 50);
    assert.deepEqual(new Map(there.map((each) => [`${each.id} ${each.part}`, each])), model);
    const { rows: added } = await client.query(`select count(*)::int n from ${stagedShape(journal).sqlName}`);
    assert.deepEqual(added, [{ n: 6_000 }]);
  });

  test('are read again where somebody may have altered what was written at once, as an erasure does', async () => {
    await createStaging(client, [things]);
    const rows = stagedRows(client, { held: 40, kept: 7 });
    rows.put(things, { id: 'anna', part: 1, text: 'Anna', more: null });
    await rows.flush(true);
    await client.query(`update ${stagedShape(things).sqlName} set text = null`);
    const there = await rows.get(things, { id: 'anna', part: 1 });
    assert.equal(there?.text, null);
    rows.put(things, { ...there, part: 2 });
    await rows.flush(true);
    const { rows: texts } = await client.query(`select distinct text from ${stagedShape(things).sqlName}`);
    assert.deepEqual(texts, [{ text: null }]);
  });

  test('that the database refuses are told, if not at once then to whoever writes next', async () => {
    await createStaging(client, [things]);
    const rows = stagedRows(client, { held: 1, kept: 1 });
    rows.put(things, { id: 'zero\u0000', part: 1, text: null, more: null });
    await rows.flush(false);
    await assert.rejects(rows.flush(true), /invalid byte sequence|0x00/);
  });
});
