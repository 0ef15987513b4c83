// What an administrator sees and does when something of the server itself wants attention.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';

describe('the dashboard', () => {
  let stack: Stack;
  let chromium: Chromium;
  let root: ApiClient;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    root = await stack.client();
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const signedIn = async (url: string) => {
    const opened = await chromium.open(url);
    const { page } = opened;
    await page.getByLabel('Login').fill(admin.login);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return opened;
  };

  /** Makes the processes fail at one event, and takes the cause away again. */
  const parkOne = async (): Promise<string> => {
    const { accountId } = await accountIn(stack, root, 'anna');
    await runSql(stack.connection, 'alter table read.participant rename to participant_away');
    await root.accepted('disconnectDevices', { accountId: ['ID!', accountId] });
    await eventually('an event to be parked', async () => {
      const { parkedEvents } = await root.data<{ parkedEvents: { totalCount: number } }>(
        '{ parkedEvents { totalCount } }',
      );
      return parkedEvents.totalCount === 1;
    });
    await runSql(stack.connection, 'alter table read.participant_away rename to participant');
    return accountId;
  };

  test('leads from the Summary to a parked event, and has it tried again', async () => {
    const accountId = await parkOne();
    const { page, errors } = await signedIn(`${stack.url}/admin`);
    const format = page.getByRole('row').filter({ hasText: 'Format level of the log' });
    await format.getByText('OK').waitFor();
    const services = page.getByRole('row').filter({ hasText: 'Processes' });
    await services.getByText('Degraded').waitFor();
    await services.getByRole('link', { name: 'Show' }).click();

    await page.getByRole('button', { name: /Devices/ }).click();
    await page.getByText(`account-${accountId}`).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
      [],
    );
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No event is parked').waitFor();

    await page.goto(`${stack.url}/admin/history?type=account&id=${accountId}`);
    await page.getByText('Devices disconnected').first().waitFor();
    assert.deepEqual(errors, []);
  });

  test('tells the status of an account in its history', async () => {
    const { viewer } = await root.data<{ viewer: { account: { id: string } } }>('{ viewer { account { id } } }');
    const { page, errors } = await signedIn(`${stack.url}/admin/history?type=account&id=${viewer.account.id}`);
    await page.getByText('Status: Online').first().waitFor();
    assert.deepEqual(errors, []);
  });
});
