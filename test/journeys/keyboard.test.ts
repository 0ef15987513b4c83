// The whole way from the sign-in to the end of a meeting by keys alone: no pointer, no script that clicks.
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';
import { type Hands, openWithHands, signInByKeys } from './keyboard.ts';

describe('with a keyboard alone', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;
  let hands: Hands;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    ({ opened, hands } = await openWithHands(chromium, `${stack.url}/admin`));
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const button = (name: string | RegExp) => opened.page.getByRole('button', { name, exact: true });
  const dialog = () => opened.page.getByRole('dialog');
  const closed = () => dialog().waitFor({ state: 'detached' });

  test('an administrator signs in', async () => {
    const { page } = opened;
    await signInByKeys(page, hands);
  });

  test('the first stop leads past the navigation', async () => {
    const { page } = opened;
    await page.reload();
    await page.getByRole('heading', { name: 'Projections' }).waitFor();
    await hands.use(page.getByRole('link', { name: 'Skip to the content' }));
    await hands.press('Tab');
    assert.ok(await page.locator('main').evaluate((main) => main.contains(document.activeElement)));
  });

  test('a menu that comes late keeps the focus of what stood in its place', async () => {
    const { page } = opened;
    const menu = page.getByRole('banner').getByRole('button', { name: admin.login });
    const code = /\/AccountMenu-[^/]+\.js$/;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route(code, (route) => released.then(() => route.continue()));
    await page.reload();
    await menu.focus();
    release();
    await menu.and(page.locator('[aria-haspopup=menu]')).waitFor();
    await hands.hasFocus(menu);
    await page.unroute(code);
  });

  test('the menu takes the focus, gives it back, and leads to the preferences', async () => {
    const { page } = opened;
    const menu = page.getByRole('banner').getByRole('button', { name: admin.login });
    await hands.moveTo(menu, 'Shift+Tab');
    await hands.press('Enter');
    await page.getByRole('menu').waitFor();
    await hands.moveTo(page.getByRole('menuitem', { name: 'Sign out' }), 'ArrowDown');
    await hands.press('Escape');
    await hands.hasFocus(menu);
    await hands.press('Enter');
    await hands.moveTo(page.getByRole('menuitem', { name: 'Preferences' }), 'ArrowDown');
    await hands.press('Enter');
    await page.getByRole('heading', { name: 'Preferences', level: 1 }).waitFor();
  });

  test('she creates an account', async () => {
    const { page } = opened;
    await hands.use(page.getByRole('link', { name: 'Accounts' }));
    await hands.use(button('New account'));
    await hands.isTrappedIn(dialog());
    await hands.press('Escape');
    await closed();
    await hands.hasFocus(button('New account'));
    await hands.press('Enter');
    await hands.fill(dialog().getByLabel('Login'), 'bob');
    await hands.fill(dialog().getByLabel('Password', { exact: true }), 'the difference');
    await hands.fill(dialog().getByLabel('Display name'), 'Bob Babbage');
    await hands.use(dialog().getByRole('button', { name: 'Create account' }));
    await page.getByRole('dialog', { name: 'Account', exact: true }).getByText('Signed-in devices').waitFor();
    await hands.isTrappedIn(page.getByRole('dialog', { name: 'Account', exact: true }));
    await hands.press('Escape');
    await closed();
    await hands.use(page.getByRole('button', { name: 'Bob Babbage' }));
    await page.getByRole('dialog', { name: 'Account', exact: true }).getByText('Signed-in devices').waitFor();
  });

  test('a question above a dialog goes back to it, and that to where it was opened', async () => {
    const { page } = opened;
    await hands.use(button('Deactivate'));
    const question = page.getByRole('dialog', { name: 'bob' });
    await question.waitFor();
    await hands.isTrappedIn(question);
    await hands.press('Escape');
    await question.waitFor({ state: 'detached' });
    await hands.hasFocus(button('Deactivate'));
    await hands.press('Escape');
    await closed();
    await hands.hasFocus(page.getByRole('button', { name: 'Bob Babbage' }));
  });

  test('she creates a conference', async () => {
    const { page } = opened;
    await hands.use(page.getByRole('banner').getByRole('button', { name: admin.login }));
    await hands.moveTo(page.getByRole('menuitem', { name: 'To my conferences' }), 'ArrowDown');
    await hands.press('Enter');
    await page.waitForURL(/\/me$/);
    await hands.use(button('New virtual room'));
    await hands.fill(dialog().getByLabel('Title'), 'Analytical engine');
    await hands.moveTo(dialog().getByRole('switch'));
    await hands.press('Space', 'Space');
    await hands.use(dialog().getByRole('button', { name: 'Create' }));
    await closed();
    await hands.use(page.getByRole('link', { name: 'Analytical engine' }));
    // The list she comes from has a heading of that name, too.
    await page.waitForURL(/\/c\/[^/]+$/);
    await page.getByRole('heading', { level: 1, name: 'Analytical engine' }).waitFor();
  });

  test('she joins it', async () => {
    const { page } = opened;
    await hands.use(page.getByRole('link', { name: 'Join' }).or(button('Join')));
    await page.getByLabel('Your camera').waitFor();
    await hands.use(button('Join'));
    await button('Leave').waitFor();
  });

  test('she mutes herself and turns her camera off, by button and by key', async () => {
    const { page } = opened;
    const [microphone, camera] = [page.getByRole('button', { name: 'Microphone' }), button('Camera')];
    const pressed = (target: typeof microphone, wanted: boolean) =>
      eventually('the switch', async () => (await target.getAttribute('aria-pressed')) === String(wanted));
    await pressed(microphone, true);
    await hands.moveTo(microphone);
    await hands.press('Space');
    await pressed(microphone, false);
    await hands.press('m');
    await pressed(microphone, true);
    await hands.moveTo(camera);
    await hands.press('Enter');
    await pressed(camera, false);
    await hands.press('v');
    await pressed(camera, true);
  });

  test('she writes in the chat', async () => {
    const { page } = opened;
    await hands.press('c');
    await hands.fill(page.getByLabel('Write a message'), 'mvcp: shall we begin?');
    await hands.press('Enter');
    await page.getByRole('log').getByText('mvcp: shall we begin?').waitFor();
    await page.getByRole('button', { name: /^Chat/ }).and(page.locator('[aria-pressed=true]')).waitFor();
  });

  test('she thinks better of ending it for everybody', async () => {
    const { page } = opened;
    await hands.moveTo(page.getByRole('button', { name: /^People/ }), 'Shift+Tab');
    await hands.press('p');
    await hands.moveTo(button('End for all'), 'Shift+Tab');
    await hands.press('Enter');
    await hands.isTrappedIn(dialog());
    await hands.press('Escape');
    await closed();
    await hands.hasFocus(button('End for all'));
  });

  test('she leaves', async () => {
    const { page } = opened;
    await hands.use(button('Leave'));
    await page.getByRole('heading', { name: 'You left the meeting' }).waitFor();
    await hands.use(page.getByRole('button', { name: 'Rejoin' }));
    await button('Join').waitFor();
  });

  test('nothing went wrong in the page', () => assert.deepEqual(opened.errors, []));
});
