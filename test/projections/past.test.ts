import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { auditTrail } from '../../src/projections/auditTrail.ts';
import {
  conferenceList,
  conferenceOf,
  conferencePage,
  conferencesByIds,
} from '../../src/projections/conferenceList.ts';
import { afterEvent, afterMoment } from '../../src/projections/moments.ts';
import type { Page } from '../../src/projections/page.ts';
import { past } from '../../src/projections/past.ts';
import type { ReadPool } from '../../src/projections/readDatabase.ts';
import { legalHoldPage, sectionOf, serverSettings } from '../../src/projections/serverSettings.ts';
import { legsOf, participantsOf, sessionOf, sessionPage, sessionRoster } from '../../src/projections/sessionRoster.ts';
import {
  accountOf,
  accountPage,
  accountsByIds,
  administratorsOf,
  userDirectory,
} from '../../src/projections/userDirectory.ts';
import type { Then } from '../../src/projections/versions.ts';
import { type FoldedBeside, foldedBeside } from './foldedBeside.ts';
import { chance, inventedLog } from './inventedLog.ts';

const categories = [...vocabularies.keys()];
const log = inventedLog(7, 1_600);
const live = [userDirectory, conferenceList, sessionRoster, serverSettings];

const listed = async <Row>(page: Promise<Page<Row>>): Promise<unknown> => {
  const { rows, hasNext, total } = await page;
  return [rows.map(({ row }) => row), hasNext, await total()];
};

/** All conferences, three at a time. */
const inPages = async (pool: ReadPool, then: Then | null): Promise<unknown[]> => {
  const pages: unknown[] = [];
  for (let after: string | null = null; ; ) {
    const { rows, hasNext, total }: Page<object> = await conferencePage(pool, {}, 3, after, then);
    pages.push([rows.map(({ row }) => row), hasNext, await total()]);
    after = rows.at(-1)?.cursor ?? null;
    if (!hasNext) return pages;
  }
};

/** What the list tells of who is in stands with the people. */
const uncounted = (rows: unknown): unknown =>
  JSON.parse(JSON.stringify(rows), (key, value: unknown) =>
    key === 'liveLegs' ? undefined : key === 'emptySince' ? undefined : value,
  );

describe('the past', () => {
  let whole: FoldedBeside;
  let grown: FoldedBeside;

  beforeAll(async () => {
    whole = await foldedBeside([past(categories), auditTrail(categories)]);
    grown = await foldedBeside(live);
    for (const event of log) await whole.fold(event);
  });
  afterAll(async () => {
    await grown.close();
    await whole.close();
  });

  /** Everything that can be asked of a list or an object, of the past or of what was folded up to there. */
  const everything = async (pool: ReadPool, then: Then | null): Promise<unknown> => {
    const sessions = await sessionPage(pool, null, 200, null, then);
    const conferences = await conferencePage(pool, {}, 200, null, then);
    const accounts = await accountPage(pool, { then }, 200, null);
    const ids = { sessions, conferences, accounts };
    const [sessionId = '', conferenceId = '', accountId = ''] = Object.values(ids).map(({ rows }) => rows[0]?.row.id);
    const people = log.flatMap(({ type, data }) => (type === 'AccountCreated' ? Object.values(data).slice(0, 1) : []));
    const some = people.filter((_, index) => index % 7 === 0).map(String);
    const one = <Result>(id: string, ask: () => Promise<Result>): Promise<Result | null> =>
      id === '' ? Promise.resolve(null) : ask();
    return {
      accounts: await listed(Promise.resolve(accounts)),
      found: await listed(accountPage(pool, { search: 'renamed', then }, 3, null)),
      account: await one(accountId, () => accountOf(pool, accountId, { then })),
      named: [...(await accountsByIds(pool, some, then))].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      administrators: await administratorsOf(pool, then),
      conferences: await listed(Promise.resolve(conferences)),
      inPages: await inPages(pool, then),
      running: await listed(conferencePage(pool, { runningOnly: true, search: 'board 1' }, 5, null, then)),
      conference: await one(conferenceId, () => conferenceOf(pool, conferenceId, then)),
      titles: [...(await conferencesByIds(pool, [conferenceId].filter(Boolean), then))],
      sessions: uncounted(await listed(Promise.resolve(sessions))),
      runs: uncounted(await one(conferenceId, () => listed(sessionPage(pool, conferenceId, 5, null, then)))),
      session: uncounted(await one(sessionId, () => sessionOf(pool, sessionId, then))),
      people: await Promise.all(sessions.rows.slice(0, 5).map(({ row }) => participantsOf(pool, row.id, then))),
      legs: await Promise.all(sessions.rows.slice(0, 5).map(({ row }) => legsOf(pool, row.id, then))),
      retention: await sectionOf(pool, 'retention', then),
      holds: await listed(legalHoldPage(pool, false, 50, null, then)),
    };
  };

  test('is at 200 random places what the log up to there makes', { timeout: 120_000 }, async () => {
    const next = chance(11);
    const places = Array.from({ length: 200 }, () => Math.floor(next() * log.length)).toSorted((a, b) => a - b);
    let folded = 0;
    for (const place of places) {
      for (; folded <= place; folded += 1) await grown.fold(log[folded] ?? assert.fail());
      const then = await afterEvent(whole.pool, String(place));
      assert.equal(then?.position, log[place]?.position);
      assert.deepEqual(
        JSON.parse(JSON.stringify(await everything(whole.pool, then))),
        JSON.parse(JSON.stringify(await everything(grown.pool, null))),
        `after event ${place}`,
      );
    }
  });

  test('keeps its pages on the same event', async () => {
    const then = (await afterEvent(whole.pool, '1400')) ?? assert.fail();
    const all = await accountPage(whole.pool, { then }, 200, null);
    const paged: unknown[] = [];
    let after: string | null = null;
    do {
      const page: Page<{ id: string }> = await accountPage(whole.pool, { then }, 7, after);
      paged.push(...page.rows.map(({ row }) => row));
      after = page.hasNext ? (page.rows.at(-1)?.cursor ?? null) : null;
    } while (after !== null);
    assert.deepEqual(
      paged,
      all.rows.map(({ row }) => row),
    );
    const other = { ...then, number: '1399' };
    const cursor = all.rows[0]?.cursor ?? assert.fail();
    await assert.rejects(accountPage(whole.pool, { then: other }, 7, cursor), { code: 'BadCursor' });
  });

  test('is found by moments although the clock was set back', async () => {
    let latest = 0;
    const highest = log.map(({ meta }) => (latest = Math.max(latest, meta.occurredAt.getTime())));
    const begin = highest[0] ?? 0;
    const next = chance(3);
    const asked = Array.from({ length: 300 }, () => begin + Math.floor(next() * (latest - begin + 2_000)));
    for (const ms of [...asked, begin, latest, ...highest.slice(0, 50), ...highest.slice(-50)]) {
      const before = highest.filter((each) => each <= ms).length - 1;
      assert.equal((await afterMoment(whole.pool, new Date(ms)))?.number, String(before), new Date(ms).toISOString());
    }
    assert.equal(await afterMoment(whole.pool, new Date(begin - 1)), null);
  });

  test('finds an object by one step into an index', async () => {
    const then = (await afterEvent(whole.pool, '900')) ?? assert.fail();
    await whole.pool.query('analyze');
    const { rows } = await whole.pool.query<Record<string, string>>(
      `explain select * from read.conference_version where id = '${String(Object.values(log[3]?.data ?? {})[0])}'
       and "until" > '${then.position}' order by "until" limit 1`,
    );
    assert.match(JSON.stringify(rows), /Index Scan using \\"PK_conference_version/);
  });
});
