// The journey from a new server to its record, wherever the log is kept.
import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, type StackOptions, startStack } from '../support/stack.ts';
import { fallsSilent, grows, join, leaveButton, receivedBy, signIn, watchConnections } from './meetingPages.ts';

const ada = { login: 'ada', password: 'notes on the engine', name: 'Ada Lovelace' };
const bob = { login: 'bob', password: 'the difference', name: 'Bob Babbage' };
type Event = {
  type: string;
  revision: number;
  number: string;
  actorName: string;
  reason: string | null;
  occurredAt: string;
};

const journey = (options: StackOptions) => () => {
  let stack: Stack;
  let chromium: Chromium;
  let adas: OpenedPage;
  let bobs: OpenedPage;
  let cid: string;
  let api: ApiClient;
  let sessionId: string;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack({ ...options, administrator: false }), launchChromium()]);
    [adas, bobs] = [await chromium.open('about:blank'), await chromium.open('about:blank')];
    for (const { context } of [adas, bobs]) await context.addInitScript(watchConnections);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  test('the setup link makes the first administrator', async () => {
    const [path = ''] = /\/setup\?token=[\w-]+/.exec(stack.logs()) ?? [];
    const { page } = adas;
    await page.goto(`${stack.url}${path}`);
    await page.getByLabel('Login').fill(ada.login);
    await page.getByLabel('Display name').fill(ada.name);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL(/\/me$/);
    api = await stack.client(ada.login, ada.password);
  });

  test('she makes an account', async () => {
    const { page } = adas;
    await page.goto(`${stack.url}/admin/accounts`);
    await page.getByRole('button', { name: 'New account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Login').fill(bob.login);
    await dialog.getByLabel('Password', { exact: true }).fill(bob.password);
    await dialog.getByLabel('Display name').fill(bob.name);
    await dialog.getByRole('button', { name: 'Create account' }).click();
    await page.getByText(bob.name).first().waitFor();
  });

  test('she makes a conference', async () => {
    const { page } = adas;
    await page.goto(`${stack.url}/me`);
    await page.getByRole('button', { name: 'New virtual room' }).click();
    await page.getByRole('dialog').getByLabel('Title').fill('Analytical engine');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.getByText('Analytical engine').first().waitFor();
    const { myConferences } = await api.data<{ myConferences: { edges: { node: { cid: string } }[] } }>(
      '{ myConferences { edges { node { cid } } } }',
    );
    cid = myConferences.edges[0]?.node.cid ?? '';
    assert.match(cid, /^\d{10}$/);
  });

  test('two browsers see and hear each other', async () => {
    await signIn(bobs.page, stack.url, bob.login, bob.password);
    await join(adas.page, stack.url, cid);
    await bobs.page.goto(`${stack.url}/c/${cid}/room`);
    const begun = performance.now();
    await bobs.page.getByRole('button', { name: 'Join' }).click();
    await eventually('the first frame', async () => (await receivedBy(bobs.page)).frames > 0, 15_000);
    console.info(`join click to first remote frame: ${Math.round(performance.now() - begun)} ms (goal 1500)`);
    for (const { page } of [adas, bobs]) {
      const forTenFramesMs = await grows(page, 'frames', 10);
      assert.ok(forTenFramesMs < 5_000, `${forTenFramesMs}`);
      await grows(page, 'energy');
    }
  });

  test('what one writes the other reads', async () => {
    for (const { page } of [adas, bobs]) await page.getByRole('button', { name: /^Chat/ }).click();
    await adas.page.getByLabel('Write a message').fill('Shall we weave algebraic patterns?');
    await adas.page.getByLabel('Write a message').press('Enter');
    await bobs.page.getByText('Shall we weave algebraic patterns?').waitFor();
  });

  test('a muted microphone is silent, whatever the page does', async () => {
    const { page } = adas;
    await page.getByRole('button', { name: /^People/ }).click();
    await page.getByRole('button', { name: `Actions for ${bob.name}` }).click();
    await page.getByRole('menuitem', { name: 'Mute' }).click();
    await bobs.page.getByText('A moderator muted you.').waitFor();
    await fallsSilent(page);
  });

  test('the meeting survives the death of the media process without anybody touching anything', async () => {
    await stack.kill('media', 'SIGKILL');
    await stack.start('media');
    const begun = performance.now();
    await Promise.all([adas, bobs].map(({ page }) => grows(page, 'frames', 5, 30_000)));
    console.info(
      `media again after the media process was killed and started: ${Math.round(performance.now() - begun)} ms`,
    );
  });

  test('who was removed for good is out and stays out', async () => {
    const { page } = adas;
    await page.getByRole('button', { name: `Actions for ${bob.name}` }).click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('switch', { name: 'Do not allow to rejoin' }).press('Space');
    await page.getByRole('dialog').getByLabel('Reason').fill('Rehearsal');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await bobs.page.getByText('You may not rejoin it').waitFor();
    await bobs.page.goto(`${stack.url}/c/${cid}/room`);
    await bobs.page.getByRole('button', { name: 'Join' }).click();
    await bobs.page.getByText('You were removed from this session').waitFor();
  });

  test('ending it sends everybody out', async () => {
    const { page } = adas;
    await page.getByRole('button', { name: 'End for all' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'End for all' }).click();
    await page.getByText('The meeting is over').waitFor();
    assert.equal(await leaveButton(page).count(), 0);
  });

  const historyOf = async (objectType: string, objectId: string): Promise<Event[]> => {
    const { history } = await api.data<{ history: { edges: { node: Event }[] } }>(
      `query ($t: String!, $id: ID!) { history(objectType: $t, objectId: $id, first: 200) {
        edges { node { type revision number actorName reason occurredAt } } } }`,
      { t: objectType, id: objectId },
    );
    return history.edges.map(({ node }) => node);
  };

  test('the record tells what happened, in which order, by whom and why', async () => {
    const { sessions } = await api.data<{ sessions: { edges: { node: { id: string } }[] } }>(
      '{ sessions { edges { node { id } } } }',
    );
    sessionId = sessions.edges[0]?.node.id ?? '';
    const events = await eventually('both legs to be over', async () => {
      const known = await historyOf('session', sessionId);
      return known.filter(({ type }) => type === 'LegLeft').length >= 4 ? known : null;
    });
    const order = [
      'SessionStarted',
      'ParticipantJoined',
      'LegConnected',
      'ChatMessagePosted',
      'ParticipantMuted',
      'ParticipantRemoved',
      'SessionEnded',
    ];
    const places = order.map((type) => events.findIndex((event) => event.type === type));
    assert.ok(
      places.every((place) => place >= 0),
      JSON.stringify(events.map(({ type }) => type)),
    );
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    const removal = events.find(({ type }) => type === 'ParticipantRemoved');
    assert.deepEqual([removal?.actorName, removal?.reason], [ada.name, 'Rehearsal']);
  });

  test('the state as of the moment before the removal shows him inside', async () => {
    const removal = (await historyOf('session', sessionId)).find(({ type }) => type === 'ParticipantRemoved');
    const { stateOf } = await api.data<{
      stateOf: { state: { participants: Record<string, { displayName: string; removed: boolean; muted: string[] }> } };
    }>('query ($id: ID!, $r: Int) { stateOf(objectType: "session", objectId: $id, revision: $r) { state } }', {
      id: sessionId,
      r: (removal?.revision ?? 0) - 1,
    });
    const him = Object.values(stateOf.state.participants).find(({ displayName }) => displayName === bob.name);
    assert.deepEqual([him?.removed, him?.muted], [false, ['microphone']]);
  });

  test('the dashboard shows the same', async () => {
    const { page } = adas;
    await page.goto(`${stack.url}/admin/reports/events`);
    await page
      .getByText('ParticipantRemoved')
      .or(page.getByText(/removed/i))
      .first()
      .waitFor();
    const removal = (await historyOf('session', sessionId)).find(({ type }) => type === 'ParticipantRemoved');
    const before = (removal?.revision ?? 0) - 1;
    await page.goto(`${stack.url}/admin/history?type=session&id=${sessionId}&revision=${before}`);
    await page.getByText(/^As of/).waitFor();
    await page.getByText(bob.name).first().waitFor();
  });

  test('nothing went wrong in the pages', () => {
    const unexpected = [...adas.errors, ...bobs.errors].filter((error) => !/WebSocket connection/.test(error));
    assert.deepEqual(unexpected, []);
  });
};

/** Declares the journey from a new server to its record, in two browsers. */
export const meetingJourney = (name: string, options: StackOptions = {}): void => {
  describe(name, journey(options));
};
