// A whole installation behind one address: browsers in a network of their own reach only the proxy and the relay, with
// the configuration we ship. Pages, streams, signalling and media all have to come through these two.
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { startCoturn, type TestCoturn } from '../support/coturn.ts';
import { eventually } from '../support/eventually.ts';
import { type Network, startNetwork } from '../support/network.ts';
import { startNginx, type TestNginx } from '../support/nginx.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { grows, join, receivedBy, signIn, watchConnections } from './meetingPages.ts';

/** The browser tries ICE again for some seconds; five times what it takes on an idle machine. */
const backMsMax = 45_000;
const lie = '203.0.113.66';

type Way = { local: string; remote: string; state: string };

/** For each connection of a page that stands, the pair of candidates that its media takes. */
const waysOf = (page: OpenedPage['page']): Promise<Way[]> =>
  page.evaluate(async () => {
    const connections = (Reflect.get(window, 'hansardConnections') ?? []) as RTCPeerConnection[];
    const standing = connections.filter(({ connectionState }) => connectionState === 'connected');
    return Promise.all(
      standing.map(async (connection) => {
        const rows = [...(await connection.getStats()).values()] as Record<string, string>[];
        const rowOf = (id: string | undefined) => rows.find((row) => row['id'] === id) ?? {};
        const transport = rows.find(({ type }) => type === 'transport') ?? {};
        const pair = rowOf(transport['selectedCandidatePairId']);
        const [local, remote] = [rowOf(pair['localCandidateId']), rowOf(pair['remoteCandidateId'])];
        return {
          local: `${local['candidateType']} by ${local['url']?.split('?')[0]}`,
          remote: `${remote['candidateType']} ${remote['address']}`,
          state: `${pair['state']}`,
        };
      }),
    );
  });

describe('behind one public address', () => {
  let network: Network;
  let coturn: TestCoturn;
  let stack: Stack;
  let nginx: TestNginx;
  let publicUrl: string;
  let api: ApiClient;
  let browser: Chromium;
  let adas: OpenedPage;
  let bobs: OpenedPage;

  beforeAll(async () => {
    network = await startNetwork();
    coturn = await startCoturn(network.address);
    const urls = ['udp', 'tcp'].map((transport) => `turn:${network.address}:${coturn.port}?transport=${transport}`);
    stack = await startStack({
      nodes: { one: 'api,projections,jobs', two: 'api', media: 'media' },
      env: { HANSARD_TRUSTED_PROXIES: '127.0.0.1/32' },
      envOf: { media: { HANSARD_TURN_URLS: urls.join(','), HANSARD_TURN_SECRET: coturn.secret } },
    });
    const portOf = (node: string) => Number(new URL(stack.urlOf(node)).port);
    nginx = await startNginx([portOf('one'), portOf('two')], network.address);
    publicUrl = `https://${network.address}:${nginx.port}`;
    api = await stack.client();
    await accountIn(stack, api, 'bob');
    browser = await launchChromium({ executable: network.chromium });
    // Its certificate is of nobody that a browser knows. Bob's requests say that they were passed on for somebody else.
    adas = await browser.open('about:blank', { ignoreHTTPSErrors: true });
    bobs = await browser.open('about:blank', {
      ignoreHTTPSErrors: true,
      extraHTTPHeaders: { 'x-forwarded-for': lie, forwarded: `for=${lie}` },
    });
    for (const { context } of [adas, bobs]) await context.addInitScript(watchConnections);
  });
  afterAll(async () => {
    await browser.close();
    await nginx.stop();
    await stack.stop();
    await coturn.stop();
    await network.remove();
  });

  /** Where events of a type came from, as the record has it. */
  const addressesOf = async (type: string): Promise<string[]> => {
    const { events } = await api.data<{ events: { edges: { node: { type: string; ip: string } }[] } }>(
      '{ events(first: 100) { edges { node { type ip } } } }',
    );
    const mine = events.edges.filter(({ node }) => node.type === type);
    return mine.map(({ node }) => node.ip).toSorted();
  };

  const write = async (from: OpenedPage, to: OpenedPage, text: string): Promise<void> => {
    await from.page.getByLabel('Write a message').fill(text);
    await from.page.getByLabel('Write a message').press('Enter');
    await to.page.getByText(text).waitFor();
  };

  test('people sign in through the proxy, and the record has where they are', async () => {
    await signIn(adas.page, publicUrl, admin.login, admin.password);
    await signIn(bobs.page, publicUrl, 'bob', 'password of bob');
    // The other two are of this test itself, which asks without the proxy.
    const { browserAddress: there } = network;
    const four = ['127.0.0.1', '127.0.0.1', there, there];
    await eventually('all sign-ins', async () => (await addressesOf('SignedIn')).length >= four.length);
    assert.deepEqual(await addressesOf('SignedIn'), four);
  });

  test('they see each other by the relay, since nothing else leads to the media port', async () => {
    await api.accepted('createConference', {
      conferenceId: ['ID!', crypto.randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Behind the wall'],
      cid: ['String', 'wall'],
      joinWithoutInvitation: ['Boolean', true],
    });
    for (const { page } of [adas, bobs]) await join(page, publicUrl, 'wall');
    for (const { page } of [adas, bobs]) await grows(page, 'frames', 10, 30_000);
    assert.deepEqual(await addressesOf('ParticipantJoined'), [network.browserAddress, network.browserAddress]);
    const way: Way = {
      local: `relay by turn:${network.address}:${coturn.port}`,
      remote: 'host 127.0.0.1',
      state: 'succeeded',
    };
    for (const { page } of [adas, bobs]) assert.deepEqual(await waysOf(page), [way, way]);
  });

  test('what one writes the other reads', async () => {
    for (const { page } of [adas, bobs]) await page.getByRole('button', { name: /^Chat/ }).click();
    await write(adas, bobs, 'Through the wall');
    await write(bobs, adas, 'and back');
  });

  test('without the relay pictures stand still and all else goes on; they come back with it', async () => {
    await coturn.stop();
    await eventually(
      'frames to stand still',
      async () => {
        const before = await receivedBy(bobs.page);
        await bobs.page.waitForTimeout(500);
        return (await receivedBy(bobs.page)).frames === before.frames;
      },
      backMsMax,
    );
    await write(adas, bobs, 'Nobody moves');
    coturn = await startCoturn(network.address, coturn.port);
    const took = await Promise.all([adas, bobs].map(({ page }) => grows(page, 'frames', 5, backMsMax)));
    console.info(`frames after the relay was back: ${took.map(Math.round).join(' and ')} ms`);
  });
});
