// Every screen, in light and dark, is free of what axe can find of WCAG 2.2 A and AA.
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { tour } from '../../scripts/tour.ts';
import { type Chromium, launchChromium } from '../support/chromium.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';

describe('every screen', () => {
  let stack: Stack;
  let chromium: Chromium;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  test('can be used by everybody', { timeout: 900_000 }, async () => {
    const found: string[] = [];
    await tour({ browser: chromium.browser, url: stack.url, ...admin }, async (page, name, scheme) => {
      found.push(...(await violationsOn(page, `${name}-${scheme}`)));
    });
    assert.deepEqual(found, []);
  });
});
