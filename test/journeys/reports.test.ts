// The reports, clicked through by an administrator: found, followed from one to the other, exported, deleted.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';
import { signIn } from './meetingPages.ts';

describe('the reports', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    const anna = await accountIn(stack, await stack.client(), 'anna');
    const conferenceId = randomUUID();
    await anna.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Stand-up'],
    });
    const sessionId: [string, unknown] = ['ID!', (await anna.join(conferenceId))['sessionId']];
    await anna.accepted('postChatMessage', {
      sessionId,
      messageId: ['ID!', randomUUID()],
      text: ['String!', 'Is everybody here?'],
    });
    await anna.accepted('endSession', { sessionId });
    opened = await chromium.open('about:blank', { locale: 'en-GB', reducedMotion: 'reduce' });
    await signIn(opened.page, stack.url, admin.login, admin.password);
    await opened.page.waitForURL(/\/me/);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const main = () => opened.page.getByRole('main');
  const row = (text: string) => main().getByRole('row').filter({ hasText: text }).first();
  const sound = async () => assert.deepEqual(await violationsOn(opened.page, opened.page.url()), []);

  test('lead from a call to its connections, its chat and back', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/reports/calls`);
    await row('Stand-up').waitFor();
    await sound();
    await row('Stand-up').getByRole('link', { name: 'Stand-up' }).click();
    await main().getByRole('heading', { name: 'Connections of this call' }).waitFor();
    await sound();
    await main().getByRole('link', { name: 'Details' }).click();
    await main().getByText('127.0.0.1').waitFor();
    await sound();
    await main().getByRole('link', { name: 'Its call' }).click();
    await main().getByRole('link', { name: 'Chat messages' }).click();
    await row('Is everybody here?').waitFor();
    await sound();
    assert.match(page.url(), /\/reports\/chat\?session=/);
  });

  test('are sorted and filtered by the address', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/reports/events?types=ConferenceCreated,SessionStarted&sort=type`);
    await row('Session started').waitFor();
    await main().getByRole('columnheader', { name: 'Event' }).getByRole('button').click();
    await page.waitForURL(/sort=-type/);
    await row('Session started').waitFor();
    await sound();
    await main().getByLabel('Search', { exact: true }).fill('stand-up nothing');
    await main().getByText('No events match').waitFor();
    await page.waitForURL(/q=stand-up/);
  });

  test('are exported as a file', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/reports/events?types=ConferenceCreated`);
    await row('Conference created').waitFor();
    await main().getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog');
    await sound();
    const saved = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Download' }).click();
    const file = await saved;
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    assert.match(file.suggestedFilename(), /^events-.*\.csv$/);
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? '', /ConferenceCreated;low;user;conference;.*Stand-up/);
    await dialog.getByText('1 row was exported.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  test('lose the selected rows once that is typed, and say so', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/reports/calls`);
    await row('Stand-up').waitFor();
    await main().getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 row is deleted.').waitFor();
    await dialog.getByText('1 chat message goes with it.').waitFor();
    await sound();
    assert.ok(await dialog.getByRole('button', { name: 'Delete' }).isDisabled());
    await dialog.getByLabel('Type').fill('delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await main().getByText('No calls', { exact: true }).waitFor();
    await page.goto(`${stack.url}/admin/reports/events?objects=reportDeletion`);
    await row('Rows of a report deleted').waitFor();
    assert.deepEqual(opened.errors, []);
  });
});
