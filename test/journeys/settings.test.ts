// An administrator sets the server up in the browser: who administers, from where, what she prefers; and takes changes
// back.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';

describe('the settings in the dashboard', () => {
  let stack: Stack;
  let chromium: Chromium;
  let root: ApiClient;
  let opened: OpenedPage;
  let page: Page;

  const dashboard = async (path: string): Promise<OpenedPage> => {
    const fresh = await chromium.open(stack.url + path, {
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    await fresh.page.getByLabel('Login').fill(admin.login);
    await fresh.page.getByLabel('Password', { exact: true }).fill(admin.password);
    await fresh.page.getByRole('button', { name: 'Sign in' }).click();
    return fresh;
  };

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    root = await stack.client();
    await accountIn(stack, root, 'anna');
    opened = await dashboard('/admin/settings');
    ({ page } = opened);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const main = () => page.getByRole('main');
  const dialog = () => page.getByRole('dialog');
  const goTo = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

  test('name the server, and can be reverted until they are saved', async () => {
    const form = page.getByRole('form', { name: 'Server' });
    const name = form.getByLabel('Name of the server');
    await name.fill('Nobody');
    await form.getByRole('button', { name: 'Revert' }).click();
    assert.equal(await name.inputValue(), '');
    await name.fill('Meetings of Acme');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('navigation').getByText('Meetings of Acme').waitFor();
    assert.equal(await form.getByRole('button', { name: 'Save' }).count(), 0);
  });

  test('say beside the field what is wrong with it', async () => {
    const form = page.getByRole('form', { name: 'Server' });
    await form.getByLabel('Announced address').fill('https://example.org');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Write a host name or an address').waitFor();
    await form.getByRole('button', { name: 'Revert' }).click();
  });

  test('place a legal hold and release it', async () => {
    await main().getByRole('button', { name: 'Place a hold' }).click();
    await dialog().getByLabel('Name').fill('Case 7');
    await dialog().getByLabel('Why it is to be kept').fill('Letter of 3 November');
    await dialog().getByRole('combobox', { name: 'Accounts' }).fill('ann');
    await page.getByRole('option').filter({ hasText: 'anna' }).click();
    await dialog().getByRole('button', { name: 'Leave out anna' }).waitFor();
    await dialog().getByRole('button', { name: 'Place a hold' }).click();
    await main().getByText('Letter of 3 November').waitFor();
    await main().getByRole('button', { name: 'Release Case 7' }).click();
    await dialog().getByRole('button', { name: 'Release' }).click();
    await main().getByText('Nothing is held.').waitFor();
  });

  test('warn whoever would shut herself out, and leave everything as it was', async () => {
    await goTo('Access');
    const list = main().getByRole('textbox', { name: 'Addresses' });
    await list.fill('10.0.0.0/8\nnonsense');
    await main().getByRole('button', { name: 'Save' }).click();
    await main().getByText('Line 2: Write an address or a subnet').waitFor();
    await list.fill('10.0.0.0/8');
    await main().getByRole('button', { name: 'Save' }).click();
    await dialog().getByText('127.0.0.1').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await main().getByRole('button', { name: 'Revert' }).click();
    assert.match(await list.inputValue(), /127\.0\.0\.0\/8/);
  });

  test('appoint an administrator, change the role and dismiss again', async () => {
    await goTo('Administrators');
    await main().getByRole('button', { name: 'Appoint' }).click();
    await dialog().getByRole('combobox', { name: 'Account' }).fill('anna');
    await page.getByRole('option').filter({ hasText: 'anna' }).click();
    await dialog().getByRole('button', { name: 'Appoint' }).click();
    const role = main().getByRole('combobox', { name: 'Role of anna' });
    await role.waitFor();
    assert.equal(await role.inputValue(), 'Security administrator');
    await role.click();
    await page.getByRole('option', { name: 'Administrator', exact: true }).click();
    await main().getByRole('button', { name: 'Save' }).click();
    await main().getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' });
    await main().getByRole('button', { name: 'Dismiss anna' }).click();
    await dialog().getByRole('button', { name: 'Dismiss' }).click();
    await role.waitFor({ state: 'detached' });
    // The last one stays, and is told why.
    await main().getByRole('button', { name: 'Dismiss admin' }).click();
    await dialog().getByRole('button', { name: 'Dismiss' }).click();
    await dialog().getByText('This is the last administrator').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  test('take a change back, with what was changed again since', async () => {
    const conferenceId: [string, string] = ['ID!', randomUUID()];
    const create = { kind: ['ConferenceKind!', 'VIRTUAL_ROOM'], title: ['String!', 'Board'] } as const;
    await root.accepted('createConference', {
      conferenceId,
      kind: [...create.kind],
      title: [...create.title],
    });
    const edit = (title: string, description: string) =>
      root.accepted('editConference', {
        conferenceId,
        title: ['String', title],
        description: ['String', description],
      });
    await edit('Council', 'Mondays');
    await edit('Elders', 'Mondays');
    await goTo('Configuration changes');
    await main().getByRole('row').filter({ hasText: 'Title, Description' }).first().getByRole('button').click();
    await main().getByText('Mondays').waitFor();
    assert.deepEqual(await violationsOn(page, 'a change'), []);
    await main().getByRole('button', { name: 'Revert' }).click();
    await dialog().getByRole('button', { name: 'Revert' }).click();
    await dialog().getByRole('checkbox', { name: 'Set back: Title' }).check();
    assert.deepEqual(await violationsOn(page, 'the conflicts'), []);
    await dialog().getByLabel('Reason').fill('A slip');
    await dialog().getByRole('button', { name: 'Revert' }).click();
    const undo = main().getByRole('row').filter({ hasText: 'Conference: Board' }).first();
    await undo.getByRole('button').click();
    await main()
      .getByText(/^Reverts #\d+: A slip$/)
      .waitFor();
    const { conference } = await root.data<{ conference: object }>(
      'query ($id: ID!) { conference(id: $id) { title description } }',
      { id: conferenceId[1] },
    );
    assert.deepEqual(conference, { title: 'Board', description: '' });
  });

  test('lead from a change to the object as it was then', async () => {
    await page.goto(`${stack.url}/admin/reports/changes?objects=SETTINGS`);
    await main().getByRole('row').filter({ hasText: 'Settings: Server' }).first().getByRole('button').click();
    await main().getByRole('link', { name: 'Show in history' }).click();
    await page.waitForURL(/history\?type=settings&id=general&revision=0/);
    await main().getByRole('heading', { name: 'Changed by this event' }).waitFor();
    await main().getByText('Meetings of Acme').first().waitFor();
  });

  test('keep filters of the report in the address', async () => {
    await page.goto(`${stack.url}/admin/reports/changes?objects=SETTINGS`);
    await main().getByRole('row').filter({ hasText: 'Settings: Server' }).first().waitFor();
    assert.equal(await main().getByRole('row').filter({ hasText: 'Conference:' }).count(), 0);
  });

  test('follow the administrator into another browser where they are preferences', async () => {
    await page.goto(`${stack.url}/admin/preferences`);
    const choose = async (label: string, option: string) => {
      await main().getByRole('combobox', { name: label, exact: true }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await main().getByRole('combobox', { name: 'Time zone' }).fill('Asia/Tokyo');
    await page.getByRole('option', { name: 'Asia/Tokyo' }).click();
    await choose('Language', 'Deutsch');
    await main().getByRole('button', { name: 'Save' }).click();
    await main()
      .getByRole('heading', { name: 'Konfigurationsänderungen' })
      .or(main().getByText('Zeitzone'))
      .first()
      .waitFor();

    const other = await dashboard('/admin/reports/changes');
    await other.page.getByRole('heading', { name: 'Konfigurationsänderungen' }).waitFor();
    const shown = other.page.getByRole('row').filter({ hasText: 'Persönliche Einstellungen' }).first();
    const hour = new Date().getUTCHours();
    await eventually('the time in Tokyo', async () => {
      const [, told = ''] = / (\d\d):/.exec(await shown.innerText()) ?? [];
      return [(hour + 9) % 24, (hour + 10) % 24].includes(Number(told));
    });
    assert.deepEqual(other.errors, []);
    assert.deepEqual(opened.errors, []);
  });
});
