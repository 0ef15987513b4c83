// More tabs of one browser than it has connections to a server over HTTP/1.1.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { launchWindow } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { join, signIn } from './meetingPages.ts';

/** What is opened, and a sign that its data are there. */
const places = {
  admin: 'Running conferences',
  'admin/accounts': 'anna',
  'admin/conferences': 'The first',
  'admin/reports/calls': 'The first',
  'admin/reports/endpoints': 'anna',
  'admin/reports/events?types=ConferenceCreated': 'The first',
  'admin/server-log?follow=yes': 'ready',
  me: 'The first',
};
type Place = keyof typeof places;

const isHidden = (page: Page) => page.evaluate(() => document.hidden);
/** Playwright waits for frames, and nobody draws a page that is hidden. */
const says = async (page: Page, text: string) => (await page.getByText(text).count()) > 0;

describe('more tabs than a browser has connections', () => {
  let stack: Stack;
  let context: BrowserContext;
  let close: () => Promise<void>;
  let root: ApiClient;
  let anna: ApiClient;
  const tabs = new Map<Place, Page>();
  const errors: string[] = [];
  const streams = new Set<Request>();

  const create = async (title: string, cid: string): Promise<string> => {
    const conferenceId = randomUUID();
    await root.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', title],
      cid: ['String', cid],
      joinWithoutInvitation: ['Boolean', true],
    });
    return conferenceId;
  };

  const newTab = async (): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => errors.push(String(error)));
    return page;
  };
  const show = async (place: Place): Promise<Page> => {
    const page = tabs.get(place);
    assert.ok(page, place);
    await page.bringToFront();
    return page;
  };
  const untilOthersRest = (shown: Page) =>
    eventually('hidden tabs to let go of their streams', () =>
      [...streams].every((request) => request.frame().page() === shown),
    );
  const nobodyBroke = async () => {
    for (const [place, page] of tabs) assert.ok(!(await says(page, 'Server not reachable')), place);
  };

  beforeAll(async () => {
    [stack, { context, close }] = await Promise.all([startStack(), launchWindow()]);
    root = await stack.client();
    anna = await accountIn(stack, root, 'anna');
    await root.join(await create('The first', 'first'));
    context.on('request', (request) => {
      const opens = request.url().endsWith('/graphql/shared') && !request.postData()?.includes('"stream"');
      if (opens) streams.add(request);
    });
    context.on('requestfinished', (request) => streams.delete(request));
    context.on('requestfailed', (request) => streams.delete(request));
    await signIn(await newTab(), stack.url, admin.login, admin.password);
  });
  afterAll(async () => {
    await close();
    await stack.stop();
  });

  test('all get their data, and those that are hidden give their connections back', async () => {
    for (const [place, sign] of Object.entries(places)) {
      const page = await newTab();
      tabs.set(place as Place, page);
      await page.goto(`${stack.url}/${place}`);
      await eventually(`the data of ${place}`, () => says(page, sign));
    }
    for (const [place, page] of tabs) assert.equal(await isHidden(page), place !== 'me', place);
    await untilOthersRest(await show('me'));
    await nobodyBroke();
  });

  test('show what happened meanwhile when they are brought to the front, and nothing twice', async () => {
    await untilOthersRest(await show('admin'));
    await root.join(await create('The second', 'second'));
    for (const place of ['admin/conferences', 'me'] as const) {
      const page = tabs.get(place);
      assert.ok(page && !(await says(page, 'The second')), `${place} is not told while it is hidden`);
      await (await show(place)).getByText('The second').first().waitFor();
    }
    const button = async (place: Place, name: string) =>
      (await show(place)).getByRole('button', { name, exact: true }).waitFor();
    await button('admin/reports/calls', '1 new call: show it');
    await button('admin/reports/events?types=ConferenceCreated', '1 new event: show it');
    await nobodyBroke();
  });

  test('have their data also when they are opened in the background, without a connection of their own', async () => {
    await untilOthersRest(await show('admin'));
    const page = await newTab();
    await show('admin');
    const begun: string[] = [];
    page.on('request', (request) => begun.push(request.url()));
    await page.goto(`${stack.url}/admin/conferences`);
    await eventually('its data', () => says(page, 'The second'));
    assert.ok(await isHidden(page));
    await create('The third', 'third');
    assert.ok(!begun.some((url) => url.endsWith('/graphql/shared')));
    await page.bringToFront();
    await page.getByText('The third').first().waitFor();
    await page.close();
  });

  test('keep no meeting that is hidden from its chat and its end', async () => {
    const conferenceId = await create('The meeting', 'meeting');
    const room = await newTab();
    await join(room, stack.url, 'meeting');
    await room.getByRole('button', { name: 'Chat' }).click();
    const sessionId: [string, unknown] = ['ID!', (await anna.join(conferenceId))['sessionId']];
    await show('me');
    // Twice as long as other tabs keep theirs.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await anna.accepted('postChatMessage', {
      sessionId,
      messageId: ['ID!', randomUUID()],
      text: ['String!', 'Are you there?'],
    });
    await eventually('the message', () => says(room, 'Are you there?'));
    await root.accepted('endSession', { sessionId });
    await eventually('the end', () => says(room, 'The meeting is over'));
    assert.ok(await isHidden(room));
    assert.deepEqual(errors, []);
  });
});
