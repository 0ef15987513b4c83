import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ChatFilter, chatPage } from '../../src/projections/chatReport.ts';
import { dayOf, daysFrom, nextWidth } from '../../src/projections/days.ts';
import { freshReadModels } from '../support/readModels.ts';

const dayMs = 86_400_000;
const beginMs = Date.UTC(2024, 0, 1);
const days = 60;

describe('days of rows', () => {
  let models: Awaited<ReturnType<typeof freshReadModels>>;
  beforeAll(async () => {
    models = await freshReadModels();
    // Every row says two common things, and some say what the nearest rows, a few days, or neither of them hold.
    await models.fill(
      `insert into read.chat_message ("eventId", id, "sessionId", "authorId", "authorName", text, "postedAt", deletions)
       select md5(n::text)::uuid, md5(n::text)::uuid, md5('s')::uuid, md5('a')::uuid, 'Anna',
         'The figures of week ' || n || case when n % 45 = 0 then ' Übersicht' else '' end
           || case when n % 1000 = 900 then ' merger' else '' end
           || case when n % 4000 = 7 then ' bankruptcy' else '' end,
         to_timestamp($1::float8) + n * interval '1 second' * $2, 0
       from generate_series(0, 11999) n order by md5(n::text || 'x')`,
      [beginMs / 1_000, (days * dayMs) / 12_000 / 1_000],
    );
    // Two whose clocks were wrong.
    await models.fill(
      `insert into read.chat_message ("eventId", id, "sessionId", "authorId", "authorName", text, "postedAt", deletions)
       select gen_random_uuid(), gen_random_uuid(), md5('s')::uuid, md5('a')::uuid, 'Anna', 'A merger at ' || t, t, 0
       from unnest('{1970-01-01T00:00:00Z,2199-01-01T00:00:00Z}'::timestamptz[]) t`,
    );
    await models.fill('vacuum analyze read.chat_message');
  });
  afterAll(() => models.close());

  test('are the same here and in the database', async () => {
    const moments = fc.array(fc.integer({ min: -2_000_000_000_000, max: 8_000_000_000_000 }), { minLength: 50 });
    await fc.assert(
      fc.asyncProperty(moments, async (all) => {
        const dates = all.map((ms) => new Date(ms));
        const { rows } = await models.pool.query<{ n: number }>(
          'select read.day(t) n from unnest($1::timestamptz[]) with ordinality u (t, at) order by at',
          [dates],
        );
        assert.deepEqual(
          rows.map(({ n }) => n),
          dates.map(dayOf),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('are gone through from one end to the other, each once', () => {
    const ends = fc.integer({ min: -3, max: 400 });
    fc.assert(
      fc.property(ends, ends, fc.array(fc.integer({ min: 1, max: 90 })), (first, last, widths) => {
        const groups: number[][] = [];
        for (const width of [...widths, 1_000]) groups.push(daysFrom(first, last, groups.flat().length, width));
        const step = last < first ? -1 : 1;
        const all = Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => first + index * step);
        assert.deepEqual(groups.flat(), all);
        assert.deepEqual(daysFrom(first, last, all.length, 7), []);
      }),
    );
  });

  test('are as many at a time as a page is likely to need, and at most twice as many as before', () => {
    assert.equal(nextWidth(4, 0, 51), 8);
    assert.equal(nextWidth(4, 1, 50), 8);
    assert.equal(nextWidth(4, 24, 9), 2);
    assert.equal(nextWidth(4, 50, 1), 1);
  });

  test('are few groups, whether a word was in all of them, in some, or in one alone', () => {
    const counts = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 3 }), fc.nat({ max: 50 })), { maxLength: 60 });
    fc.assert(
      fc.property(counts, (first) => {
        const countOf = (day: number): number => first[day] ?? 0;
        let [groups, found] = [0, 0];
        for (let done = 0, width = 1; done < 512 && found < 51; groups += 1) {
          const inside = Array.from({ length: width }, (_, index) => countOf(done + index)).reduce((a, b) => a + b, 0);
          found += inside;
          done += width;
          width = nextWidth(width, inside, 51 - found);
        }
        assert.ok(groups <= 20, `${groups} groups`);
      }),
      { examples: [[[50]], [[0, 50]], [[25, 25]]], numRuns: 300 },
    );
  });

  const walked = async (filter: ChatFilter, direction: 'asc' | 'desc'): Promise<string[]> => {
    const texts: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof chatPage>> = await chatPage(
        models.pool,
        filter,
        { by: 'time', direction },
        40,
        after,
      );
      texts.push(...page.rows.map(({ row }) => row.text ?? ''));
      assert.ok(page.rows.length === 40 || !page.hasNext);
      after = page.rows.at(-1)?.cursor ?? null;
      if (!page.hasNext) return texts;
    }
  };
  const expected = async (words: readonly string[], { from, to }: ChatFilter, direction: string): Promise<string[]> => {
    const { rows } = await models.pool.query<{ text: string }>(
      `select text from read.chat_message
       where lower(text) like all($1) and ($2::timestamptz is null or "postedAt" >= $2)
         and ($3::timestamptz is null or "postedAt" < $3) order by "postedAt" ${direction}, "eventId" ${direction}`,
      [words.map((word) => `%${word}%`), from ?? null, to ?? null],
    );
    return rows.map(({ text }) => text);
  };

  const at = (share: number): Date => new Date(beginMs + days * dayMs * share);
  const filters: ChatFilter[] = [
    {},
    { from: at(0.3) },
    { to: at(0.6) },
    { from: at(0.3), to: at(0.31) },
    { from: at(2), to: at(3) },
    { to: at(-1) },
    { to: at(1) },
  ];
  const searches = [['übersicht'], ['merger'], ['bankruptcy'], ['übersicht', 'week', '99'], ['figures', 'nowhere']];

  const compare = async (): Promise<void> => {
    let found = 0;
    for (const direction of ['asc', 'desc'] as const)
      for (const words of searches)
        for (const filter of filters) {
          const wanted = await expected(words, filter, direction);
          found += wanted.length;
          const what = `${direction} ${words.join()} ${JSON.stringify(filter)}`;
          assert.deepEqual(await walked({ ...filter, search: words.join(' ') }, direction), wanted, what);
        }
    assert.ok(found > 1_000, `${found} rows`);
  };

  test('hold what a search finds, in order, on every page', compare);

  test('are found by an index over words', async () => {
    const { rows } = await models.pool.query<{ 'QUERY PLAN': string }>(
      `explain select * from read.chat_message where read.day("postedAt") = 8780
         and read.plain(lower(text)) like '%bankruptcy%'`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(plan, /Index Cond: \(.*'2000-01-01'.* = 8780\).*bankruptcy/);
  });

  test('are not needed: without the index the same is found', async () => {
    await models.fill('drop index read.chat_message_by_day');
    await compare();
  });
});
