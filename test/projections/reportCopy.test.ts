import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { visibleMessages } from '../../src/projections/chatReport.ts';
import { type Conditions, conditions } from '../../src/projections/conditions.ts';
import { copiedReport, type Form } from '../../src/projections/reportCopy.ts';
import { sheets } from '../../src/projections/reportSheets.ts';
import { steadyPool } from '../../src/steadyPool.ts';
import { freshReadModels } from '../support/readModels.ts';

/** A file as a spreadsheet reads it: lines end where a quote is not open. */
const read = (text: string, delimiter: string): string[][] => {
  const lines: string[][] = [];
  let [cells, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (quoted && sign === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (!quoted && sign === '\r' && text[at + 1] === '\n') {
      lines.push([...cells, cell]);
      [cells, cell] = [[], ''];
      at += 1;
    } else {
      assert.ok(quoted || (sign !== '\r' && sign !== '\n'), 'a line that ends by half');
      cell += sign;
    }
  }
  assert.ok(!quoted && cells.length === 0 && cell === '', 'an open end');
  return lines;
};

const signs = [
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '"',
  ';',
  ',',
  '|',
  "'",
  '\\',
  '.',
  '$',
  'r',
  'n',
  'ä',
  '🎉',
  '\u0001',
];
const nasty = fc.string({ unit: fc.constantFrom(...signs), maxLength: 8 });
const formula = /^[=+\-@\t\r]/;

describe('copies of reports', () => {
  let models: Awaited<ReturnType<typeof freshReadModels>>;
  beforeAll(async () => {
    models = await freshReadModels();
  });
  afterAll(() => models.close());

  const write = async (texts: readonly string[]): Promise<void> => {
    await models.fill('truncate read.chat_message');
    await models.fill(
      `insert into read.chat_message ("eventId", id, "sessionId", "authorId", "authorName", text, "postedAt", deletions)
       select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), t, t,
         timestamptz '2026-11-22 08:00:00.5Z' - n * interval '1 second', 0
       from unnest($1::text[]) with ordinality u (t, n)`,
      [texts],
    );
  };
  const copied = async (form: Form, where = conditions()): Promise<{ text: string; rows: number; batches: number }> => {
    const [pieces, counts]: [Buffer[], number[]] = [[], []];
    for await (const { rows, bytes } of copiedReport(models.pool, sheets.chat, [where], form)) {
      pieces.push(bytes);
      counts.push(rows);
    }
    const rows = counts.reduce((sum, each) => sum + each, 0);
    return { text: Buffer.concat(pieces).toString(), rows, batches: counts.length };
  };

  test('read back as what was written, with every line end right and no formula in any cell', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(nasty, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(';', ',', '\t', '|'),
        async (texts, delimiter) => {
          await write(texts);
          const { text, rows } = await copied({ kind: 'csv', delimiter, offsets: [{ fromMs: 0, seconds: 0 }] });
          assert.equal(rows, texts.length);
          const cells = read(text, delimiter).map((line) => line[5] ?? '');
          assert.ok(cells.every((cell) => !formula.test(cell)));
          assert.deepEqual(
            cells,
            texts.map((each) => (formula.test(each) ? `'${each}` : each)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('are objects where JSON is asked for', async () => {
    const texts = ['', 'two\nlines "and" \\more', '\u0001=1', '🎉'];
    await write(texts);
    const { text } = await copied({ kind: 'ndjson' });
    const objects = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      objects.map((object) => object['text']),
      [null, ...texts.slice(1)],
    );
    assert.deepEqual(Object.keys(objects[0] ?? {}), [
      'postedAt',
      'sender',
      'senderId',
      'recipient',
      'sessionId',
      'text',
    ]);
    assert.equal(objects[0]?.['postedAt'], '2026-11-22T07:59:59.500Z');
  });

  test('hold each row once and in order over many batches, and only those asked for', async () => {
    // Moments that many rows share, so that batches end in the middle of one.
    await write([]);
    await models.fill(
      `insert into read.chat_message ("eventId", id, "sessionId", "authorId", "authorName", text, "postedAt", deletions)
       select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'Anna', 'it''s $1 ? ' || n,
         timestamptz '2026-11-22 08:00:00Z' + n / 700 * interval '1 second', 0 from generate_series(1, 20007) n`,
    );
    const { text, rows, batches } = await copied({
      kind: 'csv',
      delimiter: ';',
      offsets: [{ fromMs: 0, seconds: 3_600 }],
    });
    assert.deepEqual([rows, batches], [20_007, 5]);
    const lines = read(text, ';');
    assert.equal(new Set(lines.map((line) => line[5])).size, 20_007);
    const times = lines.map((line) => line[0] ?? '');
    assert.deepEqual(times, times.toSorted().toReversed());
    assert.equal(times.at(-1), '2026-11-22 09:00:00');
    const some = await copied({ kind: 'ndjson' }, await visibleMessages(models.pool, { search: "it's $1 ? 2000" }));
    assert.equal(some.rows, 10);
  });

  test('go by the numbers of events, however many figures they have', async () => {
    await models.fill(
      `insert into read.event (number, position, "eventId", type, stream, revision, "objectType", "objectId",
         "occurredAt", severity, gravity, source, "actorKind", "actorId", "actorName", ip, "userAgent",
         "commandId", "correlationId",
         data, search)
       select n, n, gen_random_uuid(), 'SignedIn', 'signIn-' || n, 0, 'signIn', n, now(), 'low', 1, 'user', 'account',
         'nobody', '', '::1', '', gen_random_uuid(), gen_random_uuid(), '{"a": "b\\n"}', ''
       from generate_series(1, 12000) n`,
    );
    const sizes: number[] = [];
    let text = '';
    const form: Form = { kind: 'csv', delimiter: ';', offsets: [{ fromMs: 0, seconds: 0 }] };
    for await (const { rows, bytes } of copiedReport(models.pool, sheets.events, [conditions()], form)) {
      sizes.push(rows);
      text += bytes.toString();
    }
    assert.deepEqual(sizes, [5_000, 5_000, 2_000]);
    const lines = read(text, ';');
    assert.deepEqual(
      lines.map(([number]) => Number(number)),
      Array.from({ length: 12_000 }, (_, index) => 12_000 - index),
    );
    assert.equal(lines[0]?.at(-1), '{"a": "b\\n"}');
  });

  test('bear the name of one object only, also where two have one id', async () => {
    await write(['hello']);
    const id = randomUUID();
    await models.fill(`update read.chat_message set "sessionId" = $1`, [id]);
    await models.fill(
      `insert into read.conference (id, cid, kind, title, description, "ownerId", "joinWithoutInvitation", members,
         moderators, revision, "createdAt", deleted)
       values ($1, 'c', 'virtual_room', 'A conference', '', $1, true, '{}', '{}', 0, now(), false)`,
      [id],
    );
    await models.fill(
      `insert into read.session (id, "conferenceId", title, "ownerId", "startedBy", "startedAt", "liveLegs")
       values ($1, $1, 'A session', $1, $1, now(), 0)`,
      [id],
    );
    const { text, rows } = await copied({ kind: 'ndjson' });
    assert.equal(rows, 1);
    assert.equal((JSON.parse(text) as Record<string, unknown>)['recipient'], 'A session');
  });

  test('tell when the database will not, or not in time', async () => {
    const never = { ...conditions(), with: () => ({ sql: '1 / 0 = 1', values: [] }) };
    await assert.rejects(() => copied({ kind: 'ndjson' }, never), /division by zero/);
    await write(['after it']);
    assert.equal((await copied({ kind: 'ndjson' })).rows, 1);

    const hasty = steadyPool({ ...models.connection, answerTimeoutMs: 300 }, () => undefined);
    const rowsOf = async (where: Conditions): Promise<number> => {
      let sum = 0;
      for await (const { rows } of copiedReport(hasty, sheets.chat, [where], { kind: 'ndjson' })) sum += rows;
      return sum;
    };
    const slow = conditions();
    slow.add('pg_sleep(2) is not null');
    await assert.rejects(() => rowsOf(slow), /timeout/);
    assert.equal(await rowsOf(conditions()), 1);
    await hasty.end();
  });
});
