// What forms and filters say in German about input that is too long, missing or of the wrong kind: nothing in English.
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { inputProblems } from '../../src/domain/inputProblems.ts';
import { refusals } from '../../src/domain/refusals.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';
import { sayIn } from './texts.ts';

const say = sayIn('de');
/** Sentences of the server, up to a number that is put in; and words by which GraphQL's own are known. */
const english = [
  ...[...Object.values(inputProblems), ...Object.values(refusals)].map((text) => text.split('{')[0] ?? text),
  'got invalid value',
  'cannot represent',
  'Variable "',
];

describe('forms in German', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;
  let page: Page;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    opened = await chromium.open(`${stack.url}/admin`, { locale: 'de-DE', reducedMotion: 'reduce' });
    ({ page } = opened);
    page.setDefaultTimeout(10_000);
    await page.getByLabel(say('signIn.login')).fill(admin.login);
    await page.getByLabel(say('signIn.password'), { exact: true }).fill(admin.password);
    await button(page.locator('body'), say('signIn.submit')).click();
    await page.getByRole('heading', { name: say('admin.summary'), level: 1 }).waitFor();
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const button = (inside: Locator, name: string) => inside.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const main = () => page.getByRole('main');
  /** All of these are said, and nothing in English. */
  const reads = async (inside: Locator, ...texts: string[]): Promise<void> => {
    for (const text of texts) await inside.getByText(text).first().waitFor();
    const shown = await page.locator('body').innerText();
    for (const text of english) assert.ok(!shown.includes(text), text);
    assert.deepEqual(await violationsOn(page, page.url()), []);
  };

  test('of an account name each field and what is wrong with it', async () => {
    await page.goto(`${stack.url}/admin/accounts?new=account`);
    await button(dialog(), say('admin.accounts.create.submit')).click();
    await reads(dialog(), say('field.required'));
    const field = (name: string) => dialog().getByLabel(name, { exact: true });
    await field(say('account.login')).fill('kein login');
    await field(say('account.password')).fill('kurz');
    await field(say('account.displayName')).fill('x'.repeat(101));
    await field(say('account.email')).fill('niemand');
    await field(say('account.sipNumber')).fill('?');
    await button(dialog(), say('admin.accounts.create.submit')).click();
    await reads(
      dialog(),
      say('problem.LOGIN_FORM'),
      say('problem.TOO_SHORT', { limit: 8 }),
      say('problem.TOO_LONG', { limit: 100 }),
      say('problem.EMAIL_FORM'),
      say('problem.SIP_FORM'),
    );
  });

  test('of a conference, too', async () => {
    await page.goto(`${stack.url}/admin/conferences?new=room`);
    const field = (name: string) => dialog().getByLabel(name, { exact: true });
    await field(say('conference.title')).fill('x'.repeat(201));
    await field(say('conference.description')).fill('y'.repeat(4_001));
    await field(say('conference.cid')).fill('ab');
    await button(dialog(), say('conference.create')).click();
    await reads(
      dialog(),
      say('problem.TOO_LONG', { limit: 200 }),
      say('problem.TOO_LONG', { limit: 4_000 }),
      say('problem.CID_FORM'),
    );
  });

  test('of numbers that are none beside their field', async () => {
    await page.goto(`${stack.url}/admin/settings`);
    for (const days of ['99999999999', '-3']) {
      await main().getByLabel(say('settings.retention.eventDays')).fill(days);
      await button(main(), say('action.save')).last().click();
      await reads(main(), say('problem.INVALID'));
    }
  });

  test('of filters say what is wrong, and not that they are forbidden', async () => {
    await page.goto(`${stack.url}/admin/reports/events?q=${'x'.repeat(201)}`);
    await reads(main(), say('state.invalid'), say('problem.TOO_LONG', { limit: 200 }));
    await page.goto(`${stack.url}/admin/reports/calls?from=2026-05-02T00:00&to=2026-05-01T00:00`);
    await reads(main(), say('state.invalid'), say('problem.PERIOD_REVERSED'));
    await page.goto(`${stack.url}/admin/reports/chat?q=${'a '.repeat(11)}`);
    await reads(main(), say('problem.TOO_MANY_WORDS'));
  });

  test('of moments, too', async () => {
    await page.goto(`${stack.url}/admin`);
    await page.getByRole('button', { name: say('past.pick') }).click();
    const picker = page.getByRole('form', { name: say('past.pick') });
    for (const number of ['nichts', '999999999999999999']) {
      await picker.getByLabel(say('past.pick.event')).fill(number);
      await button(picker, say('past.pick.go')).click();
      await picker.getByRole('alert').waitFor();
      await reads(picker);
    }
    // The browser tells of the answers that refused a query.
    assert.deepEqual(
      opened.errors.filter((error) => !error.includes('400')),
      [],
    );
  });
});
