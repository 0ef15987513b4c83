// What axe can find of WCAG 2.2 A and AA on a page as it stands.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Waits until everything that moves to an end has come to it, then answers what is found. */
const look = async (page: Page) => {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  return (await new AxeBuilder({ page }).withTags(rules).analyze()).violations;
};

/** One line for each thing found on a page as it stands. */
export const violationsOn = async (page: Page, name: string): Promise<string[]> => {
  // What changes by itself meanwhile may be seen half of before and half of after; what is wrong still is so then.
  const violations = (await look(page)).length > 0 ? await look(page) : [];
  return violations.map(
    ({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
};
