// A pair of hands that has a keyboard only, and looks at every stop whether the focus can be seen.
import assert from 'node:assert/strict';
import type { ElementHandle, Locator, Page } from 'playwright-core';
import type { Chromium, OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { admin } from '../support/stack.ts';

const stopsMax = 60;

/** What is focused now, as a short text for messages. */
const named = (element: ElementHandle<Element>): Promise<string> =>
  element.evaluate((at) => `${at.tagName} "${(at.getAttribute('aria-label') ?? at.textContent).slice(0, 40)}"`);

/**
 * Everything by which a focus is shown: outlines, borders, shadows and places of the element, what stands beside it (a
 * switch is drawn beside its input) and what encloses it (a field with pills has its border three boxes above). Read
 * once their transitions have ended; null where the element is gone by then.
 */
const looksOf = (element: ElementHandle<Element>): Promise<string | null> =>
  element.evaluate(async (at) => {
    const above: Element[] = [];
    for (let box = at.parentElement; box && above.length < 3; box = box.parentElement) above.push(box);
    const around = [at, ...above, ...(at.parentElement?.children ?? [])];
    const moving = around.flatMap((each) => each.getAnimations());
    await Promise.all(moving.map(({ finished }) => finished.catch(() => undefined)));
    if (!at.isConnected) return null;
    const { top, left } = at.getBoundingClientRect();
    const looks = around.map((each) => {
      const { outlineStyle, outlineWidth, outlineColor, borderColor, boxShadow } = getComputedStyle(each);
      return [outlineStyle === 'none' ? '' : outlineWidth + outlineColor, borderColor, boxShadow];
    });
    return JSON.stringify([looks, getComputedStyle(at).position === 'absolute' ? [top, left] : null]);
  });

/** Inside the window, and not below something else (WCAG 2.2, 2.4.11); or gone, since something took its place. */
const isUncovered = (element: ElementHandle<Element>): Promise<boolean> =>
  element.evaluate((at) => {
    if (!at.isConnected) return true;
    const { left, top, width, height } = at.getBoundingClientRect();
    const there = document.elementFromPoint(left + width / 2, top + height / 2);
    // A switch is drawn beside its input, and over it.
    const own = at instanceof HTMLInputElement ? (at.parentElement ?? at) : at;
    return there !== null && (own.contains(there) || there.contains(own));
  });

/** Null where the page itself has the focus. */
const focused = async (page: Page): Promise<ElementHandle<Element> | null> => {
  const handle = await page.evaluateHandle(() =>
    document.activeElement === document.body ? null : document.activeElement,
  );
  return handle.asElement();
};

const has = (element: ElementHandle<Element>): Promise<boolean> =>
  element.evaluate((at) => at === document.activeElement);

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluateAll((all) => all.some((each) => each === document.activeElement));

export type Hands = {
  /** Goes on with `key` until `target` has the focus, which must be visible there and everywhere on the way. */
  moveTo: (target: Locator, key?: 'Tab' | 'Shift+Tab' | 'ArrowDown') => Promise<void>;
  press: (...keys: string[]) => Promise<void>;
  type: (text: string) => Promise<void>;
  /** Moves to the button or link and presses Enter. */
  use: (target: Locator) => Promise<void>;
  /** Moves to the field and writes into it. */
  fill: (target: Locator, text: string) => Promise<void>;
  hasFocus: (target: Locator) => Promise<void>;
  /** Goes round once and more: the focus stays inside. */
  isTrappedIn: (dialog: Locator) => Promise<void>;
};

export const handsOn = (page: Page): Hands => {
  const { keyboard } = page;

  /** One step, after which nothing of how the last stop showed its focus may be left. */
  const step = async (key: string): Promise<void> => {
    const at = await focused(page);
    const looks = at && (await looksOf(at));
    // What comes late may have taken its place meanwhile, and the focus with it.
    const before = at && (await has(at)) ? looks : null;
    if (at) assert.ok(await isUncovered(at), `${await named(at)} has the focus and cannot be seen`);
    await keyboard.press(key);
    if (!at || before === null) return;
    const stayed = await at.evaluate((element) => element === document.activeElement || !element.isConnected);
    if (!stayed) assert.notEqual(await looksOf(at), before, `${await named(at)} does not show that it has the focus`);
  };

  const here = async (): Promise<string> => {
    const at = await focused(page);
    return at ? named(at) : 'the page';
  };

  const moveTo: Hands['moveTo'] = async (target, key = 'Tab') => {
    await target.first().waitFor({ state: 'attached' });
    for (let stop = 0; !(await isFocused(target)); stop += 1) {
      assert.ok(stop < stopsMax, `${String(target)} cannot be reached with ${key}`);
      await step(key);
    }
    // There and back again shows whether the last stop shows its focus as well.
    const [away, back] = key === 'ArrowDown' ? ['ArrowUp', 'ArrowDown'] : ['Shift+Tab', 'Tab'];
    await step(away);
    const meanwhile = await here();
    if (!(await isFocused(target))) await keyboard.press(back);
    if (await isFocused(target)) return;
    assert.fail(`${String(target)} lost the focus: ${away} led to ${meanwhile}, ${back} to ${await here()}`);
  };

  return {
    moveTo,
    press: async (...keys) => {
      for (const key of keys) await keyboard.press(key);
    },
    type: (text) => keyboard.type(text),
    use: async (target) => {
      await moveTo(target);
      await keyboard.press('Enter');
    },
    fill: async (target, text) => {
      await moveTo(target);
      await keyboard.press('ControlOrMeta+a');
      await keyboard.type(text);
    },
    hasFocus: (target) =>
      eventually(`the focus on ${String(target)}`, () => isFocused(target), 5_000).then(() => undefined),
    isTrappedIn: async (dialog) => {
      const inside = () => dialog.evaluate((element) => element.contains(document.activeElement));
      await eventually('the focus in the dialog', inside, 5_000);
      const count = await dialog.locator('a, button, input, textarea, select, [tabindex]').count();
      for (let stop = 0; stop < count + 2; stop += 1) {
        await step(stop % 2 === 0 || stop > 4 ? 'Tab' : 'Shift+Tab');
        assert.ok(await inside(), 'Tab leads out of the dialog');
      }
    },
  };
};

/** A page of its own, whose motions are off, and hands on it. */
export const openWithHands = async ({ open }: Chromium, url: string): Promise<{ opened: OpenedPage; hands: Hands }> => {
  const opened = await open(url, { locale: 'en-GB', reducedMotion: 'reduce' });
  opened.page.setDefaultTimeout(10_000);
  return { opened, hands: handsOn(opened.page) };
};

/** Signs the first administrator in where the dashboard asks for it. */
export const signInByKeys = async (page: Page, hands: Hands): Promise<void> => {
  await page.getByLabel('Login').waitFor();
  await hands.fill(page.getByLabel('Login'), admin.login);
  await hands.fill(page.getByLabel('Password', { exact: true }), admin.password);
  await hands.press('Enter');
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
};
