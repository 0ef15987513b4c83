// The reports and a change taken back by keys alone: filter, open a row, think better of it, and be where one was.
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Hands, openWithHands, signInByKeys } from './keyboard.ts';

describe('the reports with a keyboard alone', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;
  let hands: Hands;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack({ media: false }), launchChromium()]);
    const root = await stack.client();
    for (const chatDays of [365, 400]) {
      await root.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays }] });
    }
    ({ opened, hands } = await openWithHands(chromium, `${stack.url}/admin`));
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const main = () => opened.page.getByRole('main');
  const dialog = () => opened.page.getByRole('dialog');
  const rows = () => main().getByRole('row').filter({ hasText: 'Settings: Retention' });
  const rowButton = (place: number) => rows().nth(place).getByRole('button').first();

  test('she signs in and goes to the configuration changes', async () => {
    const { page } = opened;
    await signInByKeys(page, hands);
    await hands.use(page.getByRole('link', { name: 'Configuration changes' }));
    await rows().nth(1).waitFor();
  });

  test('she filters, and the address says what she filtered by', async () => {
    const { page } = opened;
    await hands.fill(main().getByRole('textbox', { name: 'Search' }).or(main().getByRole('searchbox')), 'retention');
    await page.waitForURL(/q=retention/);
    await main().getByText('2 changes', { exact: true }).waitFor();
  });

  test('she goes from row to row with the arrow keys and opens one', async () => {
    await hands.moveTo(rowButton(0));
    await hands.press('ArrowDown');
    await hands.hasFocus(rowButton(1));
    await hands.press('ArrowUp');
    await hands.hasFocus(rowButton(0));
    await hands.press('Enter');
    await main().getByRole('button', { name: 'Revert' }).waitFor();
    await hands.hasFocus(rowButton(0));
  });

  test('she is asked before it is reverted, thinks better of it, and is where she was', async () => {
    const revert = main().getByRole('button', { name: 'Revert' });
    await hands.use(revert);
    await dialog().waitFor();
    await hands.isTrappedIn(dialog());
    await hands.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await hands.hasFocus(revert);
    await main().getByText('2 changes', { exact: true }).waitFor();
  });

  test('she reverts it with a reason, and it is a change of its own', async () => {
    await hands.press('Enter');
    await hands.fill(dialog().getByLabel('Reason'), 'Too long');
    await hands.use(dialog().getByRole('button', { name: 'Revert' }));
    await dialog().waitFor({ state: 'detached' });
    await main().getByText('3 changes', { exact: true }).waitFor();
  });

  test('she chooses a filter of the events from a list, and takes it away again', async () => {
    const { page } = opened;
    await hands.use(page.getByRole('link', { name: 'Events' }));
    await main().getByRole('row').filter({ hasText: 'Signed in' }).first().waitFor();
    await hands.moveTo(main().getByRole('combobox', { name: 'Severity' }));
    await hands.press('ArrowDown');
    await page.getByRole('option', { name: 'High' }).waitFor();
    await hands.press('ArrowDown', 'Enter', 'Escape');
    await page.waitForURL(/severity=/);
    await hands.use(main().getByRole('button', { name: 'Clear filters' }));
    await page.waitForURL(/events$/);
  });

  test('she asks for the same as it was at an earlier moment, and comes back', async () => {
    const { page } = opened;
    await hands.moveTo(page.getByRole('button', { name: 'Show an earlier moment' }), 'Shift+Tab');
    await hands.press('Enter');
    await hands.fill(page.getByLabel('or after the event'), '5');
    await hands.press('Enter');
    await page.getByText('As of event #5').waitFor();
    await hands.use(main().getByRole('button', { name: 'Back to the present' }));
    await page.getByText('As of event #5').waitFor({ state: 'detached' });
    assert.deepEqual(opened.errors, []);
  });
});
