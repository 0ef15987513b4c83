// A real network that loses every packet for ten seconds in the middle of a meeting (QUALITY §1).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { type Network, startNetwork } from '../support/network.ts';
import { accountIn, admin, databaseUrl, type Stack, startStack } from '../support/stack.ts';
import { grows, join, receivedBy, signIn, watchConnections } from './meetingPages.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;
const cutMs = 10_000;
/** Five times the figure of QUALITY §1. */
const resumeMsMax = 25_000;

describe('a network that is cut for ten seconds', () => {
  let network: Network;
  let stack: Stack;
  let api: ApiClient;
  let browsers: Chromium[] = [];
  let adas: OpenedPage;
  let bobs: OpenedPage;

  const legs = async () => {
    const { sessions } = await api.data<{ sessions: { edges: { node: { id: string } }[] } }>(
      '{ sessions { edges { node { id } } } }',
    );
    const { history } = await api.data<{ history: { edges: { node: { type: string } }[] } }>(
      'query ($id: ID!) { history(objectType: "session", objectId: $id, first: 200) { edges { node { type } } } }',
      { id: sessions.edges[0]?.node.id },
    );
    const types = history.edges.map(({ node }) => node.type);
    return { sessions: sessions.edges.length, joins: types.filter((type) => type === 'ParticipantJoined').length };
  };

  beforeAll(async () => {
    network = await startNetwork();
    stack = await startStack({ host: network.address });
    // Its addresses belong to nobody, so the server is not administered from there unless it is told.
    const env = { ...process.env, HANSARD_DATA: stack.dataDir, DATABASE_URL: databaseUrl(stack.connection) };
    await promisify(execFile)(process.execPath, [main, 'access', '--everywhere'], { env, timeout: 30_000 });
    api = await stack.client();
    await accountIn(stack, api, 'bob');
    browsers = await Promise.all([
      launchChromium({ secureOrigin: stack.url }),
      launchChromium({ secureOrigin: stack.url, executable: network.chromium }),
    ]);
    const [here, there] = browsers;
    assert.ok(here && there);
    [adas, bobs] = [await here.open('about:blank'), await there.open('about:blank')];
    for (const { context } of [adas, bobs]) await context.addInitScript(watchConnections);
  });
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await stack.stop();
    await network.remove();
  });

  test('takes nobody out of a meeting: frames resume, and nobody joins twice', async () => {
    const id = crypto.randomUUID();
    await api.accepted('createConference', {
      conferenceId: ['ID!', id],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Across the cable'],
      cid: ['String', 'cable'],
      joinWithoutInvitation: ['Boolean', true],
    });
    await signIn(adas.page, stack.url, admin.login, admin.password);
    await signIn(bobs.page, stack.url, 'bob', 'password of bob');
    await join(adas.page, stack.url, 'cable');
    await join(bobs.page, stack.url, 'cable');
    for (const { page } of [adas, bobs]) await grows(page, 'frames', 10);
    const before = await legs();
    assert.deepEqual(before, { sessions: 1, joins: 2 });

    network.cut();
    await delay(cutMs / 2);
    const frozen = (await receivedBy(bobs.page)).frames;
    await delay(cutMs / 2);
    assert.equal((await receivedBy(bobs.page)).frames, frozen);
    network.mend();

    const resumed = await Promise.all([adas, bobs].map(({ page }) => grows(page, 'frames', 5, resumeMsMax)));
    console.info(`frames after the network was back: ${resumed.map(Math.round).join(' and ')} ms (goal 5000)`);
    assert.ok(Math.max(...resumed) < resumeMsMax);
    assert.deepEqual(await legs(), before);
    for (const { page } of [adas, bobs]) assert.equal(await page.locator('video').count(), 2);
  });
});
