// Two real browsers in one meeting of a harness, whose connections a test may look into.
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import type { MediaPlane } from '../../src/media/plane.ts';
import { bundled, servePage } from '../support/bundle.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import type { Harness } from './harness.ts';

type Stream = { participantId: string | null; source: string; framesCoded: number | null };

const frames = async (page: Page): Promise<number> => {
  const { streams } = await page.evaluate<{ streams: Stream[] }>('test.stats()');
  return streams.find(({ participantId, source }) => participantId !== null && source === 'camera')?.framesCoded ?? 0;
};

/**
 * Lets two people meet with microphone and camera, waits until each sees the other, and calls `look` with their pages.
 * `script` runs in each page before anything else. Closes everything afterwards.
 */
export const meetInBrowsers = async (
  harness: Harness,
  plane: MediaPlane,
  script: string,
  look: (pages: readonly Page[]) => Promise<void>,
): Promise<void> => {
  const site = await servePage(await bundled('web/test/meetingPage.ts'));
  const chromium = await launchChromium();
  try {
    const sessionId = harness.script.start();
    const enter = async (): Promise<Page> => {
      const { page, context } = await chromium.open('about:blank');
      await context.exposeFunction('askToJoin', () => {
        const { ticket } = harness.script.join(sessionId, randomUUID());
        return { ticket, url: `ws://127.0.0.1:${plane.port}/signalling` };
      });
      await context.addInitScript(script);
      await page.goto(site.url);
      await page.evaluate('Promise.allSettled([test.meeting.setMicrophone(true), test.meeting.setCamera(true)])');
      return page;
    };
    const pages = [await enter(), await enter()];
    await Promise.all(pages.map((page) => eventually('pictures', async () => (await frames(page)) > 10, 30_000)));
    await look(pages);
  } finally {
    await chromium.close();
    await site.close();
  }
};
