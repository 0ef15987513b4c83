// Reports that somebody has open while things happen: what is new is counted, nothing moves until it is asked for.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';
import { type Hands, handsOn } from './keyboard.ts';
import { signIn } from './meetingPages.ts';

const node = 'api,projections,jobs';

describe('a report that stays open', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;
  let page: Page;
  let hands: Hands;
  let root: ApiClient;
  let anna: ApiClient & { accountId: string };
  /** Reports that the page has begun to follow, by what it asked of them. */
  let followed: { report: object; after: string | null }[] = [];

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    root = await stack.client();
    anna = await accountIn(stack, root, 'anna');
    opened = await chromium.open('about:blank', { locale: 'en-GB', reducedMotion: 'reduce' });
    ({ page } = opened);
    page.setDefaultTimeout(10_000);
    page.on('request', (request) => {
      if (!request.url().endsWith('/graphql/shared')) return;
      type Asked = { start?: { query: string; variables: (typeof followed)[number] }[] };
      const { start = [] } = request.postDataJSON() as Asked;
      followed.push(...start.filter(({ query }) => query.includes('reportNews')).map(({ variables }) => variables));
    });
    await signIn(page, stack.url, admin.login, admin.password);
    await page.waitForURL(/\/me/);
    hands = handsOn(page);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });
  beforeEach(() => {
    followed = [];
  });

  const main = () => page.getByRole('main');
  const rows = (text: string) => main().getByRole('row').filter({ hasText: text });
  const news = (text: string) => main().getByRole('button', { name: text });
  const open = async (report: string, search = ''): Promise<void> => {
    await page.goto(`${stack.url}/admin/reports/${report}${search}`);
    await eventually('the report to be followed', async () => followed.some((asked) => report in asked.report));
    followed = [];
  };
  const call = async (title: string): Promise<[string, unknown]> => {
    const conferenceId = randomUUID();
    await anna.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', title],
    });
    return ['ID!', (await anna.join(conferenceId))['sessionId']];
  };
  const say = (sessionId: [string, unknown], text: string) =>
    anna.accepted('postChatMessage', { sessionId, messageId: ['ID!', randomUUID()], text: ['String!', text] });
  /** The first row of the table, below its head. */
  const top = () => main().locator('[data-index="0"]');

  test('counts new calls, and none that only ends; a click puts them on top', async () => {
    const first = await call('The first');
    await open('calls');
    await rows('The first').waitFor();
    const second = await call('The second');
    await news('1 new call: show it').waitFor();
    assert.equal(await rows('The second').count(), 0, 'nothing moves by itself');
    await anna.accepted('endSession', { sessionId: first });
    await call('The third');
    await news('2 new calls: show them').click();
    await top().getByText('The third').waitFor();
    await rows('The second').waitFor();
    await main().getByText('3 calls', { exact: true }).waitFor();
    await hands.hasFocus(main().getByRole('table'));
    await anna.accepted('endSession', { sessionId: second });
    await call('The fourth');
    await news('1 new call: show it').waitFor();
    assert.deepEqual(await violationsOn(page, 'calls'), []);
  });

  test('counts by the filter of the page, and only where the newest are on top', async () => {
    await open('calls', '?q=board');
    await main().getByText('No calls match').waitFor();
    await call('Lunch');
    await call('Board meeting');
    await news('1 new call: show it').click();
    await top().getByText('Board meeting').waitFor();
    await hands.hasFocus(main().getByRole('table'));
    followed = [];
    for (const place of ['?sort=title', '?to=2026-01-01T00:00']) {
      await page.goto(`${stack.url}/admin/reports/calls${place}`);
      await main()
        .getByText(/^\d+ calls$/)
        .waitFor();
    }
    assert.deepEqual(followed, []);
  });

  test('counts new messages, changes, devices and events in the same way', async () => {
    const sessionId = await call('Chat');
    await say(sessionId, 'Before');
    await open('chat');
    await rows('Before').waitFor();
    await say(sessionId, 'After');
    await news('1 new message: show it').click();
    await top().getByText('After').waitFor();

    await open('changes', '?objects=SETTINGS');
    await root.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays: 365 }] });
    await news('1 new change: show it').click();
    await top().getByText('Settings: Retention').waitFor();

    await open('endpoints');
    await rows('anna').first().waitFor();
    // The device that she has is heard of again, and a new one for the first time.
    await anna.join(String(await conferenceOf(sessionId)));
    const named: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...(init?.headers as object), 'user-agent': 'Kiosk/7' } });
    await apiClient(stack.url, '', {}, named).signIn('anna', 'password of anna');
    await news('1 new endpoint: show it').click();
    await top().getByText('Kiosk/7').waitFor();

    await open('events', '?types=ConferenceCreated');
    await call('The last');
    await news('1 new event: show it').click();
    await top().getByText('The last').waitFor();
    assert.deepEqual(opened.errors, []);
  });

  const conferenceOf = async ([, id]: [string, unknown]): Promise<unknown> => {
    type Answer = { call: { conferenceId: string } };
    return (await root.data<Answer>('query ($id: ID!) { call(id: $id) { conferenceId } }', { id })).call.conferenceId;
  };

  test('loses nothing of what happens while the line is cut', async () => {
    await open('calls', '?q=cut');
    await call('Cut 1');
    await news('1 new call: show it').waitFor();
    await stack.kill(node, 'SIGKILL');
    await stack.start(node);
    await call('Cut 2');
    // After a break the page reads again what it shows, since something may have been erased: they are told or there.
    const told = main().getByRole('button', { name: /new calls?: show/ });
    await eventually(
      'both calls',
      async () => {
        // It may go while it is reached for.
        if (await told.isVisible()) await told.click({ timeout: 1_000 }).catch(() => undefined);
        return (await rows('Cut 1').count()) + (await rows('Cut 2').count()) === 2;
      },
      30_000,
    );
    await main().getByText('2 calls', { exact: true }).waitFor();
    opened.errors.length = 0; // The browser tells of the cut.
  });

  test('is shown by keys alone, and gone on from with the arrow keys', async () => {
    await open('calls', '?q=keys');
    await call('Keys 1');
    await news('1 new call: show it').waitFor();
    await hands.use(news('1 new call: show it'));
    await hands.hasFocus(main().getByRole('table'));
    await hands.press('ArrowDown');
    await hands.hasFocus(top().getByRole('button').first());
    await hands.press('Enter');
    await main().getByRole('link', { name: 'Open the call' }).waitFor();
  });

  test('is followed no more as of an earlier moment', async () => {
    await open('calls');
    await page.goto(`${stack.url}/admin/reports/calls?asof=3`);
    await page.getByText('As of event #3').waitFor();
    await call('Unheard of');
    await page.goto(`${stack.url}/admin/sessions?asof=3`);
    await page.getByText('As of event #3').waitFor();
    assert.deepEqual(followed, []);
    assert.equal(await news('1 new call: show it').count(), 0);
    assert.deepEqual(opened.errors, []);
  });
});
