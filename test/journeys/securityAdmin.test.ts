// The dashboard of a Security Admin, clicked through: what this role may see is there, what it may not does not exist,
// and nothing is asked of the server that it would refuse.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { signIn } from './meetingPages.ts';

/** Counts streams and keeps what comes over them, and tells what was refused. Runs before the page's own code. */
const watchStreams = (): void => {
  const kept = { opened: 0, ended: 0, text: '' };
  Object.assign(window, { hansardStreams: kept });
  const { fetch } = window;
  window.fetch = async (...asked) => {
    const response = await fetch(...asked);
    if (!response.headers.get('content-type')?.includes('event-stream') || !response.body) {
      const answer = await response.clone().text();
      const tell = Reflect.get(window, 'tellRefused') as (answer: string) => Promise<void>;
      if (/"errors"|"Refusal"/.test(answer)) await tell(answer);
      return response;
    }
    kept.opened += 1;
    const [own, ours] = response.body.tee();
    const read = async () => {
      const reader = ours.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) kept.text += part.value;
    };
    void read()
      .catch(() => undefined)
      .finally(() => (kept.ended += 1));
    return new Response(own, response);
  };
};

const streamsOf = (page: Page) =>
  page.evaluate(() => Reflect.get(window, 'hansardStreams') as { opened: number; ended: number; text: string });

describe('the dashboard of a Security Admin', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;
  const refused: string[] = [];

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    const root = await stack.client();
    const { accountId } = await accountIn(stack, root, 'audrey');
    await root.accepted('appointAdministrator', {
      accountId: ['ID!', accountId],
      role: ['AdministratorRole!', 'SECURITY_ADMIN'],
    });
    const wim = await accountIn(stack, root, 'wim');
    const conferenceId = randomUUID();
    await wim.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Planning'],
    });
    const sessionId: [string, unknown] = ['ID!', (await wim.join(conferenceId))['sessionId']];
    const text: [string, unknown] = ['String!', 'Good morning'];
    await wim.accepted('postChatMessage', { sessionId, messageId: ['ID!', randomUUID()], text });
    opened = await chromium.open('about:blank', { locale: 'en-GB', reducedMotion: 'reduce' });
    await opened.context.addInitScript(watchStreams);
    await opened.context.exposeFunction('tellRefused', (answer: string) => void refused.push(answer));
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const main = () => opened.page.getByRole('main');
  const entry = (name: string) => opened.page.getByRole('navigation').getByRole('link', { name, exact: true });
  const greyed = () => opened.page.locator(':disabled, [aria-disabled="true"]').count();

  test('leads to it from the portal, and lists what this role may see', async () => {
    const { page } = opened;
    await signIn(page, stack.url, 'audrey', 'password of audrey');
    await page.getByRole('banner').getByRole('button', { name: 'audrey' }).click();
    await page.getByRole('menuitem', { name: 'Administration' }).click();
    await page.getByRole('heading', { name: 'Summary' }).waitFor();
    const entries = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    const reports = [
      'Events',
      'Configuration changes',
      'Calls',
      'Chat messages',
      'Endpoints',
      'History',
      'Server log',
      'Why allowed?',
    ];
    assert.deepEqual(entries, ['Summary', 'Access', ...reports]);
  });

  test('shows the figures of the server', async () => {
    const { page } = opened;
    await main().getByRole('heading', { name: 'Projections' }).waitFor();
    await eventually('figures', async () => (await streamsOf(page)).text.includes('cpuFraction'));
    assert.equal(await greyed(), 0);
  });

  test('shows the record, each event and what belongs to it', async () => {
    const { page } = opened;
    await entry('Events').click();
    const row = main().getByRole('row').filter({ hasText: 'Administrator appointed' }).first();
    await row.waitFor();
    await row.getByRole('button').click();
    await main().getByText('Data of the event').waitFor();
    assert.equal(await greyed(), 0);
    await main().getByRole('link', { name: 'Show in history' }).first().click();
    await page.waitForURL(/\/admin\/history\?/);
    await main().getByRole('heading', { name: 'Changed by this event' }).waitFor();
  });

  test('shows the history of a person, chosen by name', async () => {
    const { page } = opened;
    await entry('History').click();
    await main().getByRole('combobox', { name: 'Object', exact: true }).fill('audr');
    await page.getByRole('option').filter({ hasText: 'audrey' }).first().click();
    await main().getByRole('heading', { name: 'Changed by this event' }).waitFor();
  });

  test('shows from where the server may be administered, with nothing to change', async () => {
    await entry('Access').click();
    await main().getByText('192.168.0.0/16').waitFor();
    assert.equal(await main().getByRole('button').count(), 0);
    assert.equal(await main().getByRole('textbox').count(), 0);
    assert.equal(await main().getByRole('switch').count(), 0);
  });

  test('shows each change of the configuration, and takes none back', async () => {
    const { page } = opened;
    await entry('Configuration changes').click();
    const row = main().getByRole('row').filter({ hasText: 'Administrator: audrey' });
    await row.getByRole('button').click();
    await main().getByRole('button', { name: 'Only this object' }).waitFor();
    assert.equal(await main().getByRole('button', { name: 'Revert' }).count(), 0);
    await main().getByRole('button', { name: 'Only this object' }).click();
    await page.waitForURL(/object=/);
    await main().getByText('2 changes', { exact: true }).waitFor();
  });

  test('keeps her own preferences on the server', async () => {
    const { page } = opened;
    await page.getByRole('banner').getByRole('button', { name: 'audrey' }).click();
    await page.getByRole('menuitem', { name: 'Preferences' }).click();
    await main().getByRole('combobox', { name: 'Delimiter in CSV files' }).click();
    await page.getByRole('option', { name: 'Tab' }).click();
    await main().getByRole('button', { name: 'Save' }).click();
    await main().getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' });
    await page.reload();
    await eventually(
      'the choice',
      async () => (await main().getByRole('combobox', { name: 'Delimiter in CSV files' }).inputValue()) === 'Tab',
    );
  });

  /** Opens the page of an entry and waits for what tells that it is there. */
  const visit = async (name: string, there: () => Promise<unknown>): Promise<void> => {
    await entry(name).click();
    await main().getByRole('heading', { name, exact: true, level: 1 }).waitFor();
    await there();
    assert.equal(await main().getByRole('alert').count(), 0, name);
    for (const verb of ['Delete', 'Erase', 'Edit', 'Revert', 'Rebuild', 'Rebuild all', 'Sign now', 'New signing key']) {
      assert.equal(await main().getByRole('button', { name: verb, exact: true }).count(), 0, `${verb} on ${name}`);
    }
  };

  test('shows the calls, one of them with its connections and its timeline', async () => {
    const { page } = opened;
    await visit('Calls', () => main().getByRole('link', { name: 'Planning' }).waitFor());
    await main().getByRole('link', { name: 'Planning' }).click();
    await main().getByRole('heading', { name: 'Connections of this call' }).waitFor();
    await main().getByRole('list', { name: 'Timeline' }).getByText('wim joined').click();
    await page.waitForURL(/[?&]at=/);
    // Persons lead to their history, since there is no account to go to.
    const person = main().getByRole('link', { name: 'wim', exact: true }).first();
    assert.match((await person.getAttribute('href')) ?? '', /^\/admin\/history\?type=account/);
    await main().getByRole('link', { name: 'Details' }).first().click();
    await main().getByRole('heading', { name: 'Connection of wim' }).waitFor();
    assert.equal(await main().getByRole('alert').count(), 0);
    await main().getByRole('link', { name: 'Its call' }).click();
    await main().getByRole('link', { name: 'History of the conference' }).click();
    await main().getByRole('heading', { name: 'Changed by this event' }).waitFor();
  });

  test('shows the chat, and erases nothing of it', async () => {
    await visit('Chat messages', () => main().getByRole('row').filter({ hasText: 'Good morning' }).waitFor());
    await main().getByRole('row').filter({ hasText: 'Good morning' }).getByRole('button').click();
    await main().locator('dt').filter({ hasText: 'Sender' }).waitFor();
    assert.equal(await main().getByRole('button', { name: 'Erase this text…' }).count(), 0);
  });

  test('exports what it may read', async () => {
    const { page } = opened;
    await main().getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('button', { name: 'Download' }).click();
    await dialog.getByText('1 row was exported.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  test('shows the endpoints, the server log, and why something is allowed', async () => {
    const { page } = opened;
    await visit('Endpoints', () => main().getByRole('row').filter({ hasText: 'audrey' }).first().waitFor());
    await visit('Server log', () => main().getByRole('row').filter({ hasText: 'ready' }).first().waitFor());
    assert.equal(await main().getByRole('switch', { name: 'Detailed logging' }).count(), 0);
    await visit('Why allowed?', () => main().getByText('Choose a person and an action').waitFor());
    await main().getByRole('combobox', { name: 'Person', exact: true }).fill('audr');
    await page.getByRole('option').filter({ hasText: 'audrey' }).first().click();
    await main().getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'Read the report of events (readEvents)' }).click();
    await main().getByText('By the role as an administrator').waitFor();
  });

  test('shows the proof and the read models, with nothing to set going', async () => {
    const { page } = opened;
    await page
      .getByRole('banner')
      .getByRole('link', { name: /Verified to|Not signed yet/ })
      .click();
    await main().getByRole('heading', { name: 'Proof of the record' }).waitFor();
    assert.equal(await main().getByRole('button').count(), 0);
    await entry('Summary').click();
    await main().getByRole('link', { name: 'Read models' }).click();
    await main().getByRole('rowheader', { name: 'audit_trail' }).waitFor();
    assert.equal(await main().getByRole('button').count(), 0);
  });

  test('shows an earlier moment, as far as this role may see it', async () => {
    const { page } = opened;
    const root = await stack.client();
    const query = '{ events(first: 1) { edges { node { number } } } }';
    const { events } = await root.data<{ events: { edges: { node: { number: string } }[] } }>(query);
    const newest = events.edges[0]?.node.number ?? '';
    await page.getByRole('button', { name: 'Show an earlier moment' }).click();
    await page.getByLabel('or after the event').fill(newest);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await main().getByText('As of event').waitFor();
    await main().getByRole('row').filter({ hasText: 'Planning' }).getByRole('button').click();
    await main().getByText('Started by').waitFor();
    const entries = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    assert.deepEqual(entries, ['Access', 'Sessions', 'Why allowed?']);
    await entry('Access').click();
    await main().getByText('192.168.0.0/16').waitFor();
    await main().getByRole('button', { name: 'Back to the present' }).click();
    await main().getByText('As of event').waitFor({ state: 'detached' });
  });

  test('has no accounts and no conferences, not even under their addresses', async () => {
    const { page } = opened;
    for (const path of [
      '/admin/accounts',
      '/admin/conferences',
      '/admin/accounts?new=account',
      '/admin/administrators',
      '/admin/settings',
    ]) {
      await page.goto(stack.url + path);
      await main().getByText('There is no such page').waitFor();
      assert.equal(await page.getByRole('dialog').count(), 0);
      assert.equal(await main().getByRole('button').count(), 0);
    }
  });

  test('asks the server for nothing that it refuses, over one stream for all subscriptions', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/reports/events?types=SignedIn`);
    await main().getByRole('row').filter({ hasText: 'Signed in' }).first().waitFor();
    await eventually('pushes', async () => (await streamsOf(page)).text.includes('event: next'));
    const { opened: all, ended, text } = await streamsOf(page);
    assert.deepEqual([all, ended], [1, 0]);
    assert.doesNotMatch(text, /"errors"/);
    assert.deepEqual(refused, []);
    assert.deepEqual(opened.errors, []);
  });
});
