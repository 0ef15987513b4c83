// The same pages before an Admin, before a Security Admin and at the server itself without a sign-in: each finds just
// the buttons that may be used, and the server takes them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { journalDirectory, journalOf } from '../../src/operations/journal.ts';
import { readModelNames } from '../../src/projections/allProjections.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { signIn } from './meetingPages.ts';

const viewers = ['admin', 'audrey', 'nobody'] as const;
type Viewer = (typeof viewers)[number];

describe('what the dashboard offers', () => {
  let stack: Stack;
  let chromium: Chromium;
  const pages = {} as Record<Viewer, OpenedPage>;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    const root = await stack.client();
    const { accountId } = await accountIn(stack, root, 'audrey');
    const role: [string, string] = ['AdministratorRole!', 'SECURITY_ADMIN'];
    await root.accepted('appointAdministrator', { accountId: ['ID!', accountId], role });
    await root.accepted('editAccessSettings', { values: ['AccessSettingsInput!', { localhostWithoutSignIn: true }] });
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
    for (const viewer of viewers) {
      pages[viewer] = await chromium.open('about:blank', { locale: 'en-GB', reducedMotion: 'reduce' });
      const { page } = pages[viewer];
      page.setDefaultTimeout(15_000);
      if (viewer === 'nobody') continue;
      await signIn(page, stack.url, viewer, viewer === 'admin' ? admin.password : 'password of audrey');
      await page.waitForURL(/\/me/);
    }
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  /** Buttons and switches of the page itself by name, but for those that open a row or sort by a column. */
  const offeredOn = async (page: Page): Promise<string[]> => {
    const main = page.getByRole('main');
    const names: string[] = [];
    for (const control of await main.getByRole('button').or(main.getByRole('switch')).all()) {
      const inTable = await control.evaluate(
        (each) =>
          each.closest('[role="columnheader"]') !== null ||
          (each.hasAttribute('aria-expanded') && each.closest('[role="row"]') !== null),
      );
      if (!inTable) names.push(/"(.*?)"/.exec(await control.ariaSnapshot())?.[1] ?? 'without a name');
    }
    return names;
  };

  /** `all`: what every administrator finds there; `more`: what only an Admin does, signed in or at the server itself. */
  type Place = { path: string; open?: string; there: string | RegExp; all?: string[]; more?: string[] };
  const places: Record<string, Place> = {
    'the summary': { path: '', there: 'Projections', all: ['Live'] },
    'the events': {
      path: 'reports/events?types=AccountCreated',
      open: 'wim',
      there: 'Data of the event',
      all: ['Export', 'Clear filters', 'Only this object', 'Only this person'],
      more: ['Delete'],
    },
    'the changes': {
      path: 'reports/changes?objects=SETTINGS',
      open: 'Settings: Access',
      there: 'Only this object',
      all: ['Clear filters', 'Only this object', 'Only this person'],
      more: ['Revert'],
    },
    'the calls': { path: 'reports/calls', open: 'Planning', there: 'Session ID', all: ['Export'], more: ['Delete'] },
    'the chat': {
      path: 'reports/chat',
      open: 'Good morning',
      there: /^Sender$/,
      all: ['Export'],
      more: ['Delete', 'Erase this text…'],
    },
    'the endpoints': { path: 'reports/endpoints', open: 'wim', there: 'First seen', more: ['Delete'] },
    'the access': {
      path: 'settings/access',
      there: /192\.168\.0\.0\/16|Elsewhere the dashboard is closed/,
      more: ['Only from the addresses listed', 'Without signing in at the server itself', 'Back to the defaults'],
    },
    'the proof': { path: 'proof', there: 'Proof of the record', more: ['Sign now', 'New signing key'] },
    'the read models': {
      path: 'read-models',
      there: 'audit_trail',
      more: ['Rebuild all', ...readModelNames.map((name) => `Rebuild ${name}`)],
    },
    'the server log': { path: 'server-log', there: 'ready', all: ['Follow'], more: ['Detailed logging'] },
    'the question why': { path: 'why', there: 'Choose a person and an action' },
    'the accounts': {
      path: 'accounts',
      there: /There is no such page|New account/,
      more: ['Deleted accounts', 'New account'],
    },
  };

  test.each(Object.entries(places))('on the page of %s', async (_, { path, open, there, all = [], more = [] }) => {
    for (const viewer of viewers) {
      const { page } = pages[viewer];
      const main = page.getByRole('main');
      await page.goto(`${stack.url}/admin/${path}`);
      if (open) await main.getByRole('row').filter({ hasText: open }).first().getByRole('button').first().click();
      await main.getByText(there).first().waitFor();
      const expected = viewer === 'audrey' ? all : [...all, ...more];
      const offered = await offeredOn(page);
      // Switches bear an explanation behind their name.
      const named = offered.map(
        (name) => expected.find((each) => name === each || name.startsWith(`${each} `)) ?? name,
      );
      assert.deepEqual(named.toSorted(), expected.toSorted(), viewer);
      assert.equal(await main.getByRole('alert').count(), 0, viewer);
    }
  });

  test('is what the server takes, also from whoever sits at it without a sign-in', async () => {
    const { page } = pages.nobody;
    const main = page.getByRole('main');
    await page.goto(`${stack.url}/admin/reports/chat`);
    await main.getByRole('row').filter({ hasText: 'Good morning' }).getByRole('button').first().click();
    await main.getByRole('button', { name: 'Erase this text…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Libel');
    await dialog.getByRole('button', { name: 'Erase', exact: true }).click();
    await main.getByRole('row').filter({ hasText: 'Erased' }).first().waitFor();
    await page.goto(`${stack.url}/admin/server-log`);
    const detailed = main.getByRole('switch', { name: 'Detailed logging' });
    await detailed.click({ force: true });
    await eventually('detailed logging', () => detailed.isChecked());
    await page.goto(`${stack.url}/admin/reports/events?types=DiagnosticSettingsEdited,ContentErased`);
    await main.getByRole('row').filter({ hasText: 'Somebody at the server itself' }).nth(1).waitFor();
    for (const viewer of viewers) assert.deepEqual(pages[viewer].errors, [], viewer);
  });

  test('is the server log from where it was read to what is written now', async () => {
    const { page } = pages.admin;
    await page.goto(`${stack.url}/admin/server-log?q=meanwhile`);
    await page.getByText('No lines').first().waitFor();
    // Written a minute ago, which is more than following by itself goes back.
    const meanwhile = {
      level: 30,
      time: Date.now() - 60_000,
      node: 'x',
      roles: 'api',
      run: 'r',
      seq: 1,
      msg: 'meanwhile',
    };
    const { write } = journalOf(journalDirectory(stack.dataDir), 'x~api');
    write(`${JSON.stringify(meanwhile)}\n`);
    await page.getByRole('switch', { name: 'Follow' }).click({ force: true });
    await page.getByRole('row').filter({ hasText: 'meanwhile' }).waitFor();
    write(`${JSON.stringify({ ...meanwhile, time: Date.now(), seq: 2 })}\n`);
    await page.getByRole('row').filter({ hasText: 'meanwhile' }).nth(1).waitFor();
  });
});
