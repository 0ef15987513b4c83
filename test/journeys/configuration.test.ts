// A server moves: its configuration is saved in the browser and restored on a fresh server, where people sign in with
// the passwords they had and find their conferences.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium } from '../support/chromium.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';

const passphrase = 'a long enough passphrase';

describe('the configuration moves to another server', () => {
  let first: Stack;
  let second: Stack;
  let chromium: Chromium;
  let saved: string;

  const open = async (url: string, login = admin.login, password = admin.password): Promise<Page> => {
    const { page } = await chromium.open(url, { locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return page;
  };
  const panelOf = (page: Page) => page.locator('section').filter({ hasText: 'Configuration as a file' });

  beforeAll(async () => {
    [first, second, chromium] = await Promise.all([startStack(), startStack(), launchChromium()]);
    const root = await first.client();
    const anna = await accountIn(first, root, 'anna');
    await accountIn(first, root, 'ben');
    await root.accepted('editGeneralSettings', {
      values: ['GeneralSettingsInput!', { serverName: 'Meetings of Acme' }],
    });
    await anna.accepted('createConference', {
      conferenceId: ['ID!', randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Weekly of Anna'],
      cid: ['String', 'weekly'],
    });
    saved = join(second.dataDir, 'saved.hansard');
  });
  afterAll(async () => {
    await chromium.close();
    await Promise.all([first.stop(), second.stop()]);
  });

  test('is saved under a passphrase that was typed twice', async () => {
    const page = await open(`${first.url}/admin/settings`);
    await panelOf(page).getByRole('button', { name: 'Save to a file' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Passphrase', { exact: true }).fill('short');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Use a passphrase of 12 characters').waitFor();
    await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('These are not the same').waitFor();
    await dialog.getByLabel('The same again').fill(passphrase);
    assert.deepEqual(await violationsOn(page, 'saving the configuration'), []);
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const download = await downloading;
    assert.match(download.suggestedFilename(), /^hansard-settings-\d{4}-\d\d-\d\d\.hansard$/);
    await writeFile(saved, await readFile(await download.path()));
    await page.getByText('A reserve copy stays on the server').waitFor();
  });

  test('is looked at and then restored on a fresh server', async () => {
    const page = await open(`${second.url}/admin/settings`);
    const dialog = page.getByRole('dialog');
    await panelOf(page).locator('input[type=file]').setInputFiles(saved);
    await dialog.getByLabel('Passphrase').fill('another long passphrase');
    await dialog.getByRole('button', { name: 'Look what it would do' }).click();
    await dialog.getByText('The passphrase is not the one').waitFor();
    await dialog.getByLabel('Passphrase').fill(passphrase);
    await dialog.getByRole('button', { name: 'Look what it would do' }).click();
    await dialog.getByText('Accounts: 3; conferences: 1').waitFor();
    await dialog.getByRole('button', { name: 'To be created (3)' }).click();
    await dialog.getByText('Weekly of Anna').waitFor();
    assert.deepEqual(await violationsOn(page, 'what a restore would do'), []);
    await dialog.getByRole('button', { name: 'To be changed (1)' }).click();
    await dialog.getByText('Meetings of Acme').waitFor();
    await dialog.getByRole('button', { name: 'Conflicts (1)' }).click();
    await dialog.getByText('Another account here has this login').waitFor();
    await dialog.getByLabel('Reason').fill('A new machine');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await dialog.getByRole('button', { name: 'Created (3)' }).waitFor();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('navigation').getByText('Meetings of Acme').waitFor();
  });

  test('refuses another file with a word to it', async () => {
    const page = await open(`${second.url}/admin/settings`);
    const dialog = page.getByRole('dialog');
    const wrong = { name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from('{}') };
    await panelOf(page).locator('input[type=file]').setInputFiles(wrong);
    await dialog.getByRole('button', { name: 'Look what it would do' }).click();
    await dialog.getByText('This is no file of settings').waitFor();
  });

  test('lets people in with the passwords they had, to the conferences they had', async () => {
    const page = await open(`${second.url}/`, 'anna', 'password of anna');
    await page.goto(`${second.url}/c/weekly`);
    await page.getByRole('heading', { name: 'Weekly of Anna' }).waitFor();
  });
});
