// The dashboard of a Security Admin, clicked through: what this role may see is there, what it may not does not exist,
// and nothing is asked of the server that it would refuse.
import assert from 'node:assert/strict';
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
    await page.goto(`${stack.url}/admin/reports/events`);
    await main().getByRole('row').filter({ hasText: 'Signed in' }).first().waitFor();
    await eventually('pushes', async () => (await streamsOf(page)).text.includes('event: next'));
    const { opened: all, ended, text } = await streamsOf(page);
    assert.deepEqual([all, ended], [1, 0]);
    assert.doesNotMatch(text, /"errors"/);
    assert.deepEqual(refused, []);
    assert.deepEqual(opened.errors, []);
  });
});
