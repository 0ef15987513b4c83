// What the journeys do and look at in the pages of a meeting.
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';

export type MediaFigures = { frames: number; energy: number };

/**
 * Keeps the connections a page makes, so that their statistics can be read from outside. Runs before the page's code.
 */
export const watchConnections = (): void => {
  const connections: RTCPeerConnection[] = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  Object.assign(window, { hansardConnections: connections });
};

/** Frames decoded and audio energy received so far, over all connections. */
export const receivedBy = (page: Page): Promise<MediaFigures> =>
  page.evaluate(async () => {
    const figures = { frames: 0, energy: 0 };
    const connections = (Reflect.get(window, 'hansardConnections') ?? []) as RTCPeerConnection[];
    for (const connection of connections) {
      for (const row of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (row['type'] !== 'inbound-rtp') continue;
        figures.frames += Number(row['framesDecoded'] ?? 0);
        figures.energy += Number(row['totalAudioEnergy'] ?? 0);
      }
    }
    return figures;
  });

/**
 * Waits until something received has grown by `by`, and answers how long that took in milliseconds. A page that
 * connects anew counts from the start again; growth is then measured from there.
 */
export const grows = async (page: Page, what: keyof MediaFigures, by = 0, timeoutMs = 15_000): Promise<number> => {
  const begun = performance.now();
  let least = (await receivedBy(page))[what];
  await eventually(
    `${what} to grow`,
    async () => {
      const now = (await receivedBy(page))[what];
      least = Math.min(least, now);
      return now > least + by;
    },
    timeoutMs,
  );
  return performance.now() - begun;
};

/** Audio goes on arriving as silence after a mute, or not at all; either way its energy stands still. */
export const fallsSilent = (page: Page): Promise<unknown> =>
  eventually(
    'silence',
    async () => {
      const { energy } = await receivedBy(page);
      await page.waitForTimeout(700);
      return (await receivedBy(page)).energy === energy;
    },
    15_000,
  );

export const signIn = async (page: Page, url: string, login: string, password: string): Promise<void> => {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/me$/);
};

export const leaveButton = (page: Page) => page.getByRole('button', { name: 'Leave', exact: true });

/** From the pre-join page into the meeting. */
export const join = async (page: Page, url: string, cid: string): Promise<void> => {
  await page.goto(`${url}/c/${cid}/room`);
  await page.getByRole('button', { name: 'Join' }).click();
  await leaveButton(page).waitFor();
};
