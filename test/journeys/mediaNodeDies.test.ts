// A media node dies under a meeting in real browsers, and the meeting goes on at another one by itself.
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { grows, join, receivedBy, signIn, watchConnections } from './meetingPages.ts';

/** A node is gone once it was silent for 3.5 s; then its sessions are placed anew and people knock again. */
const backMsMax = 25_000;

describe('a meeting on one of two media nodes', () => {
  let stack: Stack;
  let api: ApiClient;
  let browsers: Chromium[] = [];
  let pages: OpenedPage[] = [];

  beforeAll(async () => {
    stack = await startStack({
      nodes: { one: 'api,projections,jobs', 'media-1': 'media', 'media-2': 'media' },
    });
    api = await stack.client();
    await accountIn(stack, api, 'bob');
    browsers = await Promise.all([launchChromium(), launchChromium()]);
    pages = await Promise.all(browsers.map((browser) => browser.open('about:blank')));
    for (const { context } of pages) await context.addInitScript(watchConnections);
  });
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await stack.stop();
  });

  const placements = async () => {
    const rows = await runSql(
      stack.connection,
      `select convert_from(data, 'UTF8')::jsonb as data from log.events where type = 'SessionPlaced' order by position`,
    );
    return rows.map(({ data }) => data as { node: string; epoch: number; cause: string });
  };

  test('goes on at the other one when its own is killed, with video both ways and nobody touching anything', async () => {
    await api.accepted('createConference', {
      conferenceId: ['ID!', crypto.randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Two nodes'],
      cid: ['String', 'nodes'],
      joinWithoutInvitation: ['Boolean', true],
    });
    const [ada, bob] = pages.map(({ page }) => page);
    assert.ok(ada && bob);
    await signIn(ada, stack.url, admin.login, admin.password);
    await signIn(bob, stack.url, 'bob', 'password of bob');
    for (const page of [ada, bob]) await join(page, stack.url, 'nodes');
    for (const page of [ada, bob]) await grows(page, 'frames', 10);
    const [first, ...more] = await placements();
    assert.ok(first);
    assert.deepEqual([first.epoch, more], [1, []]);

    await stack.kill(first.node, 'SIGKILL');
    const began = performance.now();
    // What the dead node had sent may still be decoded; then frames stand still.
    const still = await Promise.all(
      [ada, bob].map((page) =>
        eventually(
          'frames to stand still',
          async () => {
            const { frames } = await receivedBy(page);
            await page.waitForTimeout(500);
            return (await receivedBy(page)).frames === frames;
          },
          backMsMax,
        ),
      ),
    );
    assert.ok(still.every(Boolean));
    await Promise.all([ada, bob].map((page) => grows(page, 'frames', 5, backMsMax)));
    const tookMs = Math.round(performance.now() - began);
    console.log(`video both ways on another node ${tookMs} ms after kill -9 of its own`);
    assert.ok(tookMs < backMsMax, `${tookMs} ms`);
    const [, second, ...others] = await placements();
    assert.ok(second);
    assert.notEqual(second.node, first.node);
    assert.deepEqual([second.epoch, second.cause, others], [2, 'node_lost', []]);
  });
});
