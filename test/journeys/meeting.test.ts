import { strict as assert } from 'node:assert';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ApiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';

type MediaFigures = { frames: number; energy: number };

/** Wraps RTCPeerConnection before the page runs, so that its own statistics can be read from outside. */
const watchConnections = (): void => {
  const connections: RTCPeerConnection[] = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  Object.assign(window, { hansardConnections: connections });
};

const receivedBy = (page: Page): Promise<MediaFigures> =>
  page.evaluate(async () => {
    const figures = { frames: 0, energy: 0 };
    const { hansardConnections } = window as unknown as { hansardConnections: RTCPeerConnection[] };
    for (const connection of hansardConnections) {
      for (const row of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (row['type'] !== 'inbound-rtp') continue;
        figures.frames += Number(row['framesDecoded'] ?? 0);
        figures.energy += Number(row['totalAudioEnergy'] ?? 0);
      }
    }
    return figures;
  });

const grows = async (page: Page, what: keyof MediaFigures): Promise<void> => {
  const before = await receivedBy(page);
  await eventually(`${what} to grow`, async () => (await receivedBy(page))[what] > before[what], 15_000);
};

const signIn = async (page: Page, login: string, password: string): Promise<void> => {
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

describe('two people in a meeting', () => {
  let stack: Stack;
  let chromium: Chromium;
  let ada: OpenedPage;
  let bob: OpenedPage;
  let root: ApiClient;
  let cid: string;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    root = await stack.client();
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const openRoom = async (login: string, password: string): Promise<OpenedPage> => {
    const opened = await chromium.open('about:blank');
    await opened.context.addInitScript(watchConnections);
    await opened.page.goto(`${stack.url}/sign-in?to=${encodeURIComponent(`/c/${cid}/room`)}`);
    await signIn(opened.page, login, password);
    await opened.page.goto(`${stack.url}/c/${cid}/room`);
    await opened.page.getByRole('button', { name: /^(Join|Start)/ }).click();
    return opened;
  };

  test('an account and a conference are made', async () => {
    const accountId = crypto.randomUUID();
    await root.accepted('createAccount', {
      accountId: ['ID!', accountId],
      login: ['String!', 'bob'],
      password: ['String!', 'bobs password'],
      profile: ['ProfileInput!', { displayName: 'Bob Babbage' }],
    });
    const conferenceId = crypto.randomUUID();
    const position = await root.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Analytical engine'],
    });
    const { conference } = await root.data<{ conference: { cid: string } }>(
      'query ($id: ID!, $at: Position) { conference(id: $id, minPosition: $at) { cid } }',
      { id: conferenceId, at: position },
    );
    ({ cid } = conference);
    assert.match(cid, /^\d{10}$/);
  });

  test('they see and hear each other', async () => {
    ada = await openRoom(admin.login, admin.password);
    await ada.page.getByRole('button', { name: /Leave/ }).waitFor();
    bob = await openRoom('bob', 'bobs password');
    for (const { page } of [ada, bob]) {
      await grows(page, 'frames');
      await grows(page, 'energy');
    }
  });

  test('what one writes the other reads', async () => {
    for (const { page } of [ada, bob]) await page.getByRole('button', { name: /^Chat/ }).click();
    await ada.page.getByLabel('Write a message').fill('Shall we weave algebraic patterns?');
    await ada.page.getByLabel('Write a message').press('Enter');
    await bob.page.getByText('Shall we weave algebraic patterns?').waitFor({ timeout: 10_000 });
  });

  test('nothing went wrong in the pages', () => {
    assert.deepEqual([...ada.errors, ...bob.errors], []);
  });
});
