import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { eventPage } from '../../src/projections/eventReport.ts';
import { freshReadModels } from '../support/readModels.ts';

const rows = 20_000;

describe('a part of an address', () => {
  let models: Awaited<ReturnType<typeof freshReadModels>>;
  beforeAll(async () => {
    models = await freshReadModels();
    // Some are everywhere, some are rare; one in ten has none, one in forty is of the longer kind.
    await models.fill(
      `insert into read.event (number, position, "eventId", type, stream, revision, "objectType", "objectId",
         "occurredAt", severity, gravity, source, "actorKind", "actorId", "actorName", "userAgent",
         "commandId", "correlationId", data, search, ip)
       select n, lpad(n::text, 20, '0'), md5(n::text)::uuid, 'SignedIn', 's', n, 'signIn', md5('o'), now() - n * interval '5 minutes',
         'low', 1, 'user', 'account', md5('a'), 'Anna', '', md5(n::text)::uuid, md5(n::text)::uuid, '{}', 'signedin',
         case when n % 10 = 0 then '' when n % 40 = 1 then '2001:db8::' || to_hex(n)
           else '10.' || n % 7 || '.' || n % 251 || '.' || n / 100 end
       from generate_series(1, $1::int) n`,
      [rows],
    );
    await models.fill('vacuum analyze read.event');
  });
  afterAll(() => models.close());

  const found = async (ip: string): Promise<string[]> => {
    const numbers: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof eventPage>> = await eventPage(
        models.pool,
        { ip },
        { by: 'time', direction: 'desc' },
        200,
        after,
      );
      numbers.push(...page.rows.map(({ row }) => row.number));
      after = page.rows.at(-1)?.cursor ?? null;
      if (!page.hasNext) return numbers;
    }
  };
  const expected = async (part: string): Promise<string[]> => {
    const text = `select number::text from read.event where strpos(ip, $1) > 0 order by event.number`;
    return (await models.pool.query<{ number: string }>(text, [part])).rows.map(({ number }) => number);
  };
  const parts = [
    '10.3.77.',
    '10.3.249.',
    '.77.19',
    '0.3.2',
    '2001:db8::4e',
    'b8::f',
    '199',
    '10.9',
    "'",
    '\\',
    '%',
    '_',
  ];

  const compare = async (): Promise<void> => {
    for (const part of parts) assert.deepEqual(await found(part), await expected(part), part);
    const bits = fc.stringMatching(/^[0-9a-f]{0,2}[.:][0-9]{1,3}[.:]?[0-9]{0,2}$/);
    await fc.assert(
      fc.asyncProperty(bits, async (part) => {
        const wanted = await expected(part);
        fc.pre(wanted.length < 3_000);
        assert.deepEqual(await found(part), wanted);
      }),
      { numRuns: 60 },
    );
  };

  test('finds whatever has it, in order, on every page', compare);

  test('is looked up in an index, whoever had it and when', async () => {
    const plan = `explain select * from read.event where read.tails(ip) @@ '''10.3.77.'':*'::tsquery offset 0`;
    const lines = (await models.pool.query<{ 'QUERY PLAN': string }>(plan)).rows.map((row) => row['QUERY PLAN']);
    assert.match(lines.join('\n'), /Bitmap Index Scan on event_by_day/);
  });

  test('is found without the index as well', async () => {
    await models.fill('drop index read.event_by_day');
    await compare();
  });
});
