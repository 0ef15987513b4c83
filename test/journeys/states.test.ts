// What the tour of screens does not come by: setting up, refusals, opened menus and dialogs, a server that is away, and
// the ends of a visit; free of what axe can find, in both languages and both schemes, and said in the reader's words.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { type Chromium, launchChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';
import { sayIn } from './texts.ts';

/** Each page of the dashboard by its address, with the heading that it has. */
const pages = [
  ['', 'admin.summary'],
  ['accounts', 'admin.accounts'],
  ['accounts?deleted=yes', 'admin.accounts'],
  ['conferences', 'admin.conferences'],
  ['administrators', 'admin.administrators'],
  ['settings', 'admin.settings'],
  ['settings/access', 'admin.access'],
  ['preferences', 'preferences.title'],
  ['reports/events', 'admin.events'],
  ['reports/changes', 'admin.changes'],
  ['reports/calls', 'admin.calls'],
  ['reports/chat', 'admin.chat'],
  ['reports/endpoints', 'admin.endpoints'],
  ['history', 'admin.history'],
  ['server-log', 'serverLog.title'],
  ['why', 'why.title'],
  ['parked', 'admin.parked'],
  ['proof', 'admin.proof'],
  ['read-models', 'admin.readModels'],
  ['accounts?asof=8', 'admin.accounts'],
  ['conferences?asof=8', 'admin.conferences'],
  ['sessions?asof=8', 'past.sessions'],
  ['administrators?asof=8', 'admin.administrators'],
  ['settings?asof=8', 'admin.settings'],
  ['settings/access?asof=8', 'admin.access'],
] as const;
/** A telephone, and a window of 1280 pixels at 200 %. */
const narrow = [390, 640];

const ada = { login: 'ada', password: 'notes on the engine' };

describe.each([
  ['en', 'en-GB'],
  ['de', 'de-DE'],
] as const)('what is rare, in %s', (language, locale) => {
  const say = sayIn(language);
  const found: string[] = [];
  let stack: Stack;
  let chromium: Chromium;
  let api: ApiClient;
  let office: Page;
  let bobs: Page;
  let cid: string;

  const open = async (): Promise<Page> => {
    const { page } = await chromium.open('about:blank', {
      locale,
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 900 },
    });
    return page;
  };
  // The room is always dark.
  type Schemes = readonly ('light' | 'dark')[];
  const judge = async (page: Page, name: string, schemes: Schemes = ['light', 'dark']): Promise<void> => {
    const inRoom = page.url().endsWith('/room');
    for (const colorScheme of inRoom ? (['dark'] as const) : schemes) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await violationsOn(page, `${name}-${language}-${colorScheme}`)));
    }
  };
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const signIn = async (page: Page, login: string, password: string): Promise<void> => {
    await page.getByLabel(say('signIn.login')).fill(login);
    await page.getByLabel(say('signIn.password'), { exact: true }).fill(password);
    await button(page, say('signIn.submit')).last().click();
  };
  const join = async (page: Page): Promise<void> => {
    await page.goto(`${stack.url}/c/${cid}/room`);
    await button(page, say('conference.join')).click();
    await button(page, say('room.leave')).waitFor();
    await page.getByText(say('room.connecting')).waitFor({ state: 'detached' });
  };

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack({ administrator: false }), launchChromium()]);
    [office, bobs] = [await open(), await open()];
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  test('setting up, and what is wrong with a form', async () => {
    await office.goto(stack.url);
    await office.getByText(say('home.notSetUp.title')).waitFor();
    await judge(office, 'not-set-up');
    await office.goto(`${stack.url}/setup`);
    await office.getByText(say('setUp.noToken')).waitFor();
    await judge(office, 'set-up-without-token');
    const [path = ''] = /\/setup\?token=[\w-]+/.exec(stack.logs()) ?? [];
    await office.goto(stack.url + path);
    await button(office, say('setUp.submit')).click();
    await office.getByText(say('field.required')).first().waitFor();
    await office.getByLabel(say('account.login')).fill('no spaces');
    await office.getByLabel(say('account.password'), { exact: true }).fill('short');
    await button(office, say('setUp.submit')).click();
    await office.getByText(say('problem.LOGIN_FORM')).waitFor();
    await office.getByText(say('problem.TOO_SHORT', { limit: 8 })).waitFor();
    await judge(office, 'set-up-refused');
    await office.getByLabel(say('account.login')).fill(ada.login);
    await office.getByLabel(say('account.password'), { exact: true }).fill(ada.password);
    await button(office, say('setUp.submit')).click();
    await office.waitForURL(/\/me$/);
    await judge(office, 'no-conferences');
    api = await stack.client(ada.login, ada.password);
    await accountIn(stack, api, 'bob');
  });

  test('a wrong password, and a time to wait that gets shorter', async () => {
    const page = await open();
    await page.goto(`${stack.url}/admin`);
    await signIn(page, 'nobody', 'wrong password');
    await page.getByText(say('refusal.SIGN_IN_FAILED')).waitFor();
    await judge(page, 'wrong-password');
    const guess = `mutation ($c: CommandInput!) {
      signIn(command: $c, login: "nobody", password: "wrong") { ... on Refusal { code } } }`;
    for (let turn = 0; turn < 10; turn += 1) {
      await apiClient(stack.url).data(guess, { c: { commandId: crypto.randomUUID() } });
    }
    await signIn(page, 'nobody', 'wrong password');
    await page.getByText(say('refusal.SIGN_IN_TOO_MANY_ATTEMPTS')).waitFor();
    const left = page.getByRole('timer');
    const [sentence = '', after = ''] = say('wait.left', { time: '|' }).split('|');
    const first = await left.innerText();
    assert.ok(first.startsWith(sentence) && first.endsWith(after) && /\b15 min/i.test(first), first);
    await judge(page, 'locked');
    await page.clock.install();
    await signIn(page, 'nobody', 'wrong password');
    await page.getByText(say('refusal.SIGN_IN_TOO_MANY_ATTEMPTS')).waitFor();
    await left.waitFor();
    await page.clock.fastForward('05:00');
    await eventually('the time to get shorter', async () => /\b(10|9) min/i.test(await left.innerText()));
    await page.clock.fastForward('10:01');
    await page.getByText(say('wait.over')).waitFor();
    await page.context().close();
  });

  test('menus, dialogs and refused forms of the dashboard', async () => {
    await office.goto(`${stack.url}/admin/accounts`);
    await office.getByRole('banner').getByRole('button', { name: ada.login }).click();
    await office.getByRole('menuitem').first().waitFor();
    await judge(office, 'menu');
    await office.getByRole('menuitem', { name: say('preferences.title') }).click();
    await office.getByLabel(say('preferences.language')).first().click();
    await office.getByRole('option', { name: 'Deutsch' }).waitFor();
    await judge(office, 'preferences');
    await office.keyboard.press('Escape');
    await office.goto(`${stack.url}/admin/accounts?new=account`);
    const dialog = office.getByRole('dialog');
    await dialog.getByLabel(say('account.login')).fill('bob');
    await dialog.getByLabel(say('account.password'), { exact: true }).fill('long enough');
    await dialog.getByLabel(say('account.email')).fill('nobody');
    await button(office, say('admin.accounts.create.submit')).click();
    await dialog.getByText(say('problem.EMAIL_FORM')).waitFor();
    await judge(office, 'account-refused');
    await dialog.getByLabel(say('account.email')).fill('');
    await button(office, say('admin.accounts.create.submit')).click();
    await dialog.getByText(say('refusal.ACCOUNT_LOGIN_TAKEN')).first().waitFor();
    await judge(office, 'login-taken');
    await office.goto(`${stack.url}/admin/accounts`);
    await office.getByRole('row').getByRole('button', { name: 'bob' }).click();
    await button(office, say('admin.account.delete')).click();
    await office.getByLabel(say('confirm.type', { word: 'bob' })).waitFor();
    await judge(office, 'delete-account');
  });

  test('every page of the dashboard with little on it, also where there is little room', {
    timeout: 240_000,
  }, async () => {
    // The tour has been to most of them in both schemes; here one for each language is enough.
    const colorScheme = language === 'en' ? 'light' : 'dark';
    await office.emulateMedia({ colorScheme });
    for (const [path, title] of pages) {
      await office.goto(`${stack.url}/admin/${path}`);
      await office.getByRole('heading', { name: say(title), exact: true, level: 1 }).waitFor();
      await office.getByRole('main').getByText(say('state.loading')).first().waitFor({ state: 'detached' });
      await judge(office, `page-${path}`, [colorScheme]);
      for (const width of narrow) {
        await office.setViewportSize({ width, height: 800 });
        // Graphs are drawn anew a moment after the window has another size.
        await eventually(`/admin/${path} to fit into ${width} pixels`, () =>
          office.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        );
      }
      await office.setViewportSize({ width: 1280, height: 900 });
    }
  });

  test('the questions of pages that were added lately', async () => {
    const dialog = office.getByRole('dialog');
    const asks = async (path: string, opener: string, name: string) => {
      await office.goto(`${stack.url}/admin/${path}`);
      await button(office, opener).first().click();
      await dialog.waitFor();
      await judge(office, name);
      await office.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    };
    await asks('settings', say('settings.holds.place'), 'place-hold');
    await asks('administrators', say('admin.administrators.appoint'), 'appoint');
    await asks('reports/events', say('admin.export'), 'export');
    await asks('reports/events', say('admin.delete.rows'), 'delete-rows');
    await asks('proof', say('admin.proof.rotate'), 'rotate-key');
    await asks('read-models', say('admin.readModels.all'), 'rebuild-all');
    await office.goto(`${stack.url}/admin/reports/changes`);
    await office.getByRole('row').nth(1).getByRole('button').click();
    await button(office, say('admin.event.onlyObject')).waitFor();
    await judge(office, 'change');
    await button(office, say('past.pick')).click();
    await office.getByRole('form', { name: say('past.pick') }).waitFor();
    await button(office, say('past.pick.go')).click();
    await office.getByText(say('past.pick.missing')).waitFor();
    await judge(office, 'moment-missing');
  });

  test('the room before it begins, its menus and questions', async () => {
    await office.goto(`${stack.url}/me?new=room`);
    const dialog = office.getByRole('dialog');
    await dialog.getByLabel(say('conference.title')).fill('Engine');
    await dialog.getByLabel(say('conference.cid')).fill('ab');
    await button(office, say('conference.create')).click();
    await dialog.getByText(say('problem.CID_FORM')).waitFor();
    await judge(office, 'conference-refused');
    await dialog.getByLabel(say('conference.cid')).fill('engine');
    await button(office, say('conference.create')).click();
    await office.getByRole('link', { name: 'Engine' }).waitFor();
    cid = 'engine';
    await bobs.goto(`${stack.url}/c/${cid}/room`);
    await bobs.locator('input[type=password]').waitFor();
    await judge(bobs, 'sign-in-to-join');
    await bobs.goto(`${stack.url}/sign-in`);
    await signIn(bobs, 'bob', 'password of bob');
    await bobs.waitForURL(/\/me$/);
    await bobs.goto(`${stack.url}/c/${cid}/room`);
    await button(bobs, say('conference.join')).click();
    await bobs.getByText(say('refusal.SESSION_NOT_STARTED')).waitFor();
    await judge(bobs, 'not-started');
    await join(office);
    await join(bobs);
    await office.keyboard.press('p');
    await office.getByRole('button', { name: say('moderation.actions', { name: 'bob' }) }).click();
    await office.getByRole('menuitem').first().waitFor();
    await judge(office, 'person-menu');
    await office.getByRole('menuitem', { name: say('moderation.mute.MICROPHONE'), exact: true }).click();
    await bobs.getByText(say('room.forcedOff.microphone')).waitFor();
    await judge(bobs, 'muted');
    await button(office, say('moderation.end')).click();
    await dialog.getByText(say('moderation.end.text')).waitFor();
    await judge(office, 'end-for-all');
    await office.keyboard.press('Escape');
    await office.getByRole('button', { name: say('moderation.actions', { name: 'bob' }) }).click();
    await office.getByRole('menuitem', { name: say('moderation.remove.ask') }).click();
    await dialog.getByText(say('moderation.remove.text')).waitFor();
    await judge(office, 'remove');
  });

  test('the ends of a visit', async () => {
    const dialog = office.getByRole('dialog');
    await dialog.getByRole('button', { name: say('moderation.remove'), exact: true }).click();
    await bobs.getByRole('heading', { name: say('room.over.removed') }).waitFor();
    await judge(bobs, 'removed');
    await join(bobs);
    const again = await open();
    await again.context().addCookies(await bobs.context().cookies());
    await join(again);
    await bobs.getByRole('heading', { name: say('room.over.replaced') }).waitFor();
    await judge(bobs, 'replaced');
    const { accounts } = await api.data<{ accounts: { edges: { node: { id: string } }[] } }>(
      '{ accounts(search: "bob") { edges { node { id } } } }',
    );
    await api.accepted('disconnectDevices', { accountId: ['ID!', accounts.edges[0]?.node.id] });
    await again.getByRole('heading', { name: say('room.over.disconnected') }).waitFor();
    await judge(again, 'disconnected');
  });

  test('a server that is away', async () => {
    const dashboard = await office.context().newPage();
    await dashboard.goto(`${stack.url}/admin`);
    await dashboard.getByRole('heading', { name: say('admin.summary.projections') }).waitFor();
    await stack.kill('api,projections,jobs', 'SIGKILL');
    await dashboard.getByText(say('admin.server.unreachable')).waitFor();
    await dashboard.getByRole('link', { name: say('admin.events') }).click();
    await dashboard.getByText(say('state.unreachable')).first().waitFor();
    await judge(dashboard, 'server-away');
    await office
      .getByText(say('room.reconnecting'))
      .or(office.getByText(say('room.recordBroken')))
      .waitFor();
    await judge(office, 'room-server-away');
  });

  test('can be used by everybody', () => assert.deepEqual(found, []));
});
