import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { newsOf } from '../../src/projections/reportNews.ts';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { type People, type Setting, settingIn } from './people.ts';

type News = { ids: string[]; upTo: string };

const followed = `subscription ($report: FollowedReport!, $after: EventNumber) {
  reportNews(report: $report, after: $after) { ids upTo } }`;
const lists = {
  events: ['events', 'EventFilter', 'eventId'],
  calls: ['calls', 'CallFilter', 'id'],
  chat: ['chatReport', 'ChatFilter', 'id'],
  endpoints: ['endpoints', 'EndpointFilter', 'id'],
  changes: ['configurationChanges', 'ConfigurationChangeFilter', 'eventId'],
} as const;
type Report = keyof typeof lists;

/** A client that names its program. */
const clientOf = (url: string, userAgent: string): ApiClient => {
  const real = globalThis.fetch;
  const named: typeof fetch = (input, init) =>
    real(input, { ...init, headers: { ...(init?.headers as object), 'user-agent': userAgent } });
  return apiClient(url, '', {}, named);
};

describe('what comes into a report that somebody has open', () => {
  let stack: Stack;
  let setting: Setting;
  let people: People;
  const following: (() => void)[] = [];

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    ({ people } = setting);
  });
  afterEach(() => {
    for (const stop of following.splice(0)) stop();
  });
  afterAll(() => stack.stop());

  const page = async (report: Report, filter: object, at?: string): Promise<{ ids: string[]; upTo: string }> => {
    const [field, type, id] = lists[report];
    type Answer = { list: { upTo: string; edges: { node: { id: string } }[] } };
    const { list } = await people.admin.data<Answer>(
      `query ($filter: ${type}, $at: Position) {
        list: ${field}(filter: $filter, minPosition: $at, first: 200) { upTo edges { node { id: ${id} } } } }`,
      { filter, at },
    );
    return { ids: list.edges.map(({ node }) => node.id), upTo: list.upTo };
  };

  /** Follows from where a page was read, or from a number. */
  const follow = async (report: Report, filter: object, from?: string) => {
    const after = from ?? (await page(report, filter)).upTo;
    const pushed: News[] = [];
    const { stop, ended } = people.admin.subscribe(followed, { report: { [report]: filter }, after }, (data) => {
      pushed.push(data['reportNews'] as News);
    });
    following.push(stop);
    ended.catch(() => undefined);
    const ids = () => pushed.flatMap((news) => news.ids);
    return {
      pushed,
      stop,
      ids,
      /** Waits for so many and answers them. */
      told: async (count: number): Promise<string[]> => {
        await eventually(`${count} rows in the report of ${report}`, async () => ids().length >= count);
        return ids();
      },
    };
  };

  const conference = async (who: ApiClient, title: string): Promise<string> => {
    const conferenceId = randomUUID();
    await who.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', title],
    });
    return conferenceId;
  };
  const call = async (who: ApiClient, title: string): Promise<string> => {
    const { sessionId } = await who.join(await conference(who, title));
    return String(sessionId);
  };
  const end = (who: ApiClient, sessionId: string) => who.accepted('endSession', { sessionId: ['ID!', sessionId] });
  const say = (text: string) =>
    people.owner.accepted('postChatMessage', {
      sessionId: ['ID!', setting.sessionId],
      messageId: ['ID!', randomUUID()],
      text: ['String!', text],
    });

  test('tells of calls when they start, and never of one that is there when it changes', async () => {
    const all = await follow('calls', {});
    const planned = await follow('calls', { search: 'planning' });
    const over = await follow('calls', { running: false });
    const hers = await follow('calls', { participantId: people.stranger.accountId });
    const planning = await call(people.moderator, 'Planning');
    assert.deepEqual(await planned.told(1), [planning]);
    assert.deepEqual(over.ids(), []);
    await end(people.moderator, planning);
    // In a list of those that are over it is new now.
    assert.deepEqual(await over.told(1), [planning]);
    const lunch = await call(people.stranger, 'Lunch');
    assert.deepEqual(await hers.told(1), [lunch]);
    assert.deepEqual(await all.told(2), [planning, lunch]);
    const at = await end(people.stranger, lunch);
    assert.deepEqual(await over.told(2), [planning, lunch]);
    // What was told is what is on top of the page that is read afterwards, and nothing more was.
    assert.deepEqual((await page('calls', {}, at)).ids.slice(0, 2), [lunch, planning]);
    assert.deepEqual([all.ids().length, planned.ids().length, hers.ids().length], [2, 1, 1]);
  });

  test("tells of somebody's call when she first joins what others began, and not when she comes again", async () => {
    const room = await conference(people.moderator, 'Open house');
    const hers = await follow('calls', { participantId: people.stranger.accountId });
    const { sessionId } = await people.moderator.join(room);
    await people.stranger.join(room);
    assert.deepEqual(await hers.told(1), [sessionId]);
    await people.stranger.join(room);
    await people.participant.join(room);
    const next = await call(people.stranger, 'The next');
    assert.deepEqual(await hers.told(2), [sessionId, next]);
  });

  test("does not tell of somebody's call because another one joined, though the table has her already", async () => {
    const room = await conference(people.moderator, 'Open house');
    const filter = { participantId: people.stranger.accountId };
    const after = (await page('calls', filter)).upTo;
    const joined = await people.moderator.join(room);
    const last = await people.stranger.join(room);
    await page('calls', filter, String(last['position']));
    const alone = new pg.Pool({ ...stack.connection, max: 1 });
    try {
      // As if the projection had told so far of the moderator only.
      await alone.query('begin');
      const told = `update read.checkpoint set position = $1 where name = 'call_history'`;
      await alone.query(told, [joined['position']]);
      const early = await newsOf(alone, { report: 'calls', filter }, after);
      await alone.query('rollback');
      const late = await newsOf(alone, { report: 'calls', filter }, early.upTo);
      assert.deepEqual([early.ids, late.ids], [[], [joined['sessionId']]]);
    } finally {
      await alone.end();
    }
  });

  test('tells of messages that the filter lets through', async () => {
    const [all, budget] = [await follow('chat', {}), await follow('chat', { search: 'budget', sender: 'owner' })];
    await say('Hello');
    const at = await say('The budget for next year');
    assert.equal((await all.told(2)).length, 2);
    const [newest] = (await page('chat', {}, at)).ids;
    assert.deepEqual(await budget.told(1), [newest]);
    await people.admin.accepted(
      'eraseChatMessage',
      { sessionId: ['ID!', setting.sessionId], messageId: ['ID!', await messageIdOf(newest ?? '')] },
      { reason: 'By mistake' },
    );
    await say('Nothing of it');
    assert.equal((await all.told(3)).length, 3);
    assert.equal(budget.ids().length, 1);
  });

  const messageIdOf = async (id: string): Promise<string> => {
    type Answer = { chatReport: { edges: { node: { id: string; messageId: string } }[] } };
    const { chatReport } = await people.admin.data<Answer>('{ chatReport { edges { node { id messageId } } } }');
    return chatReport.edges.find(({ node }) => node.id === id)?.node.messageId ?? '';
  };

  test('tells of devices that are heard of for the first time', async () => {
    const all = await follow('endpoints', {});
    const browser = clientOf(stack.url, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0');
    await browser.signIn('stranger', 'password of stranger');
    const [device] = await all.told(1);
    // The same one again, in a call, and then another.
    await call(browser, 'On the new device');
    await clientOf(stack.url, 'Kiosk/1').signIn('moderator', 'password of moderator');
    const told = await all.told(2);
    assert.equal(told[0], device);
    const found = await page('endpoints', { search: 'kiosk' });
    assert.deepEqual(told.slice(1), found.ids);
  });

  test('tells of changes of the configuration, one for each command', async () => {
    const [all, deletions] = [await follow('changes', {}), await follow('changes', { actions: ['DELETE'] })];
    const room = await conference(people.owner, 'Short-lived');
    const conferenceId: [string, string] = ['ID!', room];
    await people.owner.accepted('editConference', { conferenceId, title: ['String', 'Renamed'] });
    const at = await people.owner.accepted('deleteConference', { conferenceId });
    const told = await all.told(3);
    assert.deepEqual((await page('changes', {}, at)).ids.slice(0, 3), told.toReversed());
    assert.deepEqual(await deletions.told(1), told.slice(2));
  });

  test('goes on after what was seen last, and is asked from a page without losing what came between', async () => {
    const filter = { types: ['ConferenceCreated'] };
    const { upTo } = await page('events', filter);
    await conference(people.owner, 'Before anybody followed');
    const first = await follow('events', filter, upTo);
    await conference(people.owner, 'While somebody does');
    const before = await first.told(2);
    first.stop();
    await conference(people.owner, 'While the line is cut');
    const again = await follow('events', filter, first.pushed.at(-1)?.upTo);
    const at = await conference(people.owner, 'After it');
    assert.ok(at);
    const after = await again.told(2);
    assert.deepEqual((await page('events', filter)).ids.slice(0, 4), [...before, ...after].toReversed());
  });

  test('tells a flood in few pushes of at most 200, each row once', async () => {
    const filter = { types: ['ChatMessagePosted'] };
    const { upTo } = await page('events', filter);
    const messages = 450;
    const begun = performance.now();
    for (let sent = 0; sent < messages; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => say(`Message ${sent + index}`)));
    }
    const { pushed, told } = await follow('events', filter, upTo);
    const live = await follow('events', filter);
    for (let sent = 0; sent < 40; sent += 1) await say(`Later ${sent}`);
    const tookMs = performance.now() - begun;
    const ids = await told(messages + 40);
    assert.deepEqual([ids.length, new Set(ids).size], [messages + 40, messages + 40]);
    assert.deepEqual(
      pushed.slice(0, 2).map((news) => news.ids.length),
      [200, 200],
    );
    await live.told(40);
    assert.ok(live.pushed.length <= 2 + tookMs / 500, `${live.pushed.length} pushes in ${tookMs} ms`);
  });

  test('is for those who may read the report', async () => {
    const may = new Set<keyof People>(['admin', 'securityAdmin']);
    for (const [who, client] of Object.entries(people) as [keyof People, ApiClient][]) {
      for (const report of Object.keys(lists) as Report[]) {
        let pushed = false;
        const variables = { report: { [report]: {} }, after: '0' };
        const { stop, ended } = client.subscribe(followed, variables, () => {
          pushed = true;
          stop();
        });
        await ended.catch(() => undefined);
        assert.equal(pushed, may.has(who), `${who}: ${report}`);
      }
    }
  });

  test('ends with the right to it', async () => {
    const auditor = await accountIn(stack, people.admin, 'auditor');
    const accountId: [string, string] = ['ID!', auditor.accountId];
    const role: [string, string] = ['AdministratorRole!', 'SECURITY_ADMIN'];
    await people.admin.accepted('appointAdministrator', { accountId, role });
    const told: News[] = [];
    const { stop, ended } = auditor.subscribe(followed, { report: { chat: {} } }, (data) => {
      told.push(data['reportNews'] as News);
    });
    following.push(stop);
    await eventually('somebody to be told', async () => {
      await say('For the auditor');
      return told.length > 0;
    });
    await people.admin.accepted('dismissAdministrator', { accountId });
    await ended;
    const heard = told.length;
    await say('For her no more');
    assert.equal(told.length, heard);
  });

  test('refuses what cannot be followed', async () => {
    const refused = async (report: object, after: unknown = null): Promise<string> => {
      const ending = new AbortController();
      const response = await fetch(`${stack.url}/graphql/shared`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hansard': '1', cookie: people.admin.cookie() },
        body: JSON.stringify({ start: [{ id: '1', query: followed, variables: { report, after } }] }),
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(5_000)]),
      });
      assert.ok(response.body);
      let said = '';
      for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
        said += part;
        if (said.includes('event: complete')) break;
      }
      ending.abort();
      return said;
    };
    assert.match(await refused({ calls: { search: 'x'.repeat(201) } }), /INPUT_INVALID.*report\.calls\.search/);
    assert.match(await refused({ calls: {}, chat: {} }), /exactly one/i);
    assert.match(await refused({}), /exactly one/i);
    assert.match(await refused({ events: {} }, 'x'), /event number/i);
    assert.match(await refused({ events: {} }, '-1'), /event number/i);
  });
});
