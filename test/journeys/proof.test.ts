// What an auditor sees of the proof: that the record is as it was signed, or that somebody changed it.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium } from '../support/chromium.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';

describe('the badge', () => {
  let stack: Stack;
  let chromium: Chromium;

  beforeAll(async () => {
    const env = { HANSARD_CHECKPOINT_SECONDS: '1', HANSARD_VERIFY_HOURS: '0.0003' };
    [stack, chromium] = await Promise.all([startStack({ env }), launchChromium()]);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const signedIn = async (login: string, password: string) => {
    const opened = await chromium.open(`${stack.url}/admin`);
    const { page } = opened;
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return opened;
  };

  test('leads an administrator to the checkpoint, and to a new key', async () => {
    const { page, errors } = await signedIn(admin.login, admin.password);
    await page.getByRole('link', { name: /^Verified to #\d+, \d\d:\d\d$/ }).click();
    await page.getByRole('heading', { name: 'Proof of the record' }).waitFor();
    await page.getByText('Unaltered').waitFor();
    await page
      .getByText(/up to #\d+/)
      .nth(1)
      .waitFor();
    await page.getByText(/^hansard\/[0-9a-f-]{36}\n\d+\n/).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
      [],
    );
    await page.getByRole('button', { name: 'Sign now' }).click();
    await page.getByRole('button', { name: 'New signing key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'New signing key' }).click();
    await page.getByText('vouched for by the key before').waitFor();
    await page.getByText(/^Before, since 20/).waitFor();
    assert.deepEqual(errors, []);
  });

  test('tells a security administrator that the record was altered, and offers nothing to do to it', async () => {
    const root = await stack.client();
    const auditor = await accountIn(stack, root, 'auditor');
    await root.accepted('appointAdministrator', {
      accountId: ['ID!', auditor.accountId],
      role: ['AdministratorRole!', 'SECURITY_ADMIN'],
    });
    await runSql(
      stack.connection,
      `alter table log.events disable trigger append_only;
       update log.events set metadata = metadata || ' ' where position = 4;
       alter table log.events enable trigger append_only`,
    );
    const { page, errors } = await signedIn('auditor', 'password of auditor');
    await page.getByRole('link', { name: 'The record was altered' }).click();
    await page.getByText('What is stored is not what was signed').waitFor();
    await page.getByText(/Event 3 is not stored as it was/).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Sign now' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'New signing key' }).count(), 0);
    assert.deepEqual(errors, []);
  });
});
