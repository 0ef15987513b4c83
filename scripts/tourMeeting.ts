// The meeting that the tour of screens looks at, from the preview to its end.
import type { BrowserContext, Page } from 'playwright-core';

export type Look = (page: Page, name: string) => Promise<void>;
/** Somebody's browser, signed in. */
export type Guest = { context: BrowserContext };

const roomOf = (url: string, cid: string) => `${url}/c/${cid}/room`;

const join = async (page: Page, url: string, cid: string): Promise<void> => {
  await page.goto(roomOf(url, cid));
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'Leave' }).waitFor();
};

const inside = (page: Page, people: number) =>
  page.waitForFunction((wanted) => {
    const videos = [...document.querySelectorAll('video')];
    return videos.length === wanted && videos.every(({ videoWidth }) => videoWidth > 0);
  }, people);

const write = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel('Write a message').fill(text);
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText(text).waitFor();
};

const actOn = async (host: Page, action: string): Promise<void> => {
  await host.getByRole('button', { name: 'Actions for Bob Builder' }).click();
  await host.getByRole('menuitem', { name: action, exact: true }).click();
};

const end = async (host: Page): Promise<void> => {
  await host.getByRole('button', { name: 'End for all' }).click();
  await host.getByRole('dialog').getByRole('button', { name: 'End for all' }).click();
  await host.getByRole('heading', { name: 'The meeting is over' }).waitFor();
};

/** A first run of the conference, which ends with a removal. Leaves something to read in every report. */
export const quarrel = async (host: Page, guest: Page, url: string, cid: string, look: Look): Promise<void> => {
  await host.goto(roomOf(url, cid));
  await host.getByLabel('Your camera').waitFor();
  await look(host, 'room-preview');
  await guest.goto(roomOf(url, cid));
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.getByText('has not started').or(guest.getByRole('alert')).first().waitFor();
  await look(guest, 'room-not-started');
  await join(host, url, cid);
  await host.getByText('Nobody else is here yet.').waitFor();
  await host.getByText('Connecting…').waitFor({ state: 'detached' });
  await look(host, 'room-alone');
  await join(guest, url, cid);
  await inside(host, 2);
  await host.keyboard.press('c');
  await write(host, 'Good morning! Shall we begin?');
  await guest.keyboard.press('c');
  await write(guest, 'Yes. The numbers of last week: https://example.test/numbers');
  await host.getByRole('button', { name: /^People/ }).click();
  await actOn(host, 'Mute');
  await guest.getByText('A moderator muted you.').waitFor();
  await look(guest, 'room-muted');
  await actOn(host, 'Remove…');
  const question = host.getByRole('dialog');
  await question.getByLabel('Do not allow to rejoin').waitFor();
  await look(host, 'room-remove');
  await question.getByLabel('Do not allow to rejoin').click();
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await guest.getByRole('heading', { name: 'You were removed' }).waitFor();
  await look(guest, 'room-removed');
  await end(host);
};

/** Two people meet while `during` looks at everything else; then the room itself is looked at, to its end. */
export const meet = async (
  host: Page,
  guest: Page,
  url: string,
  cid: string,
  during: () => Promise<void>,
  look: Look,
): Promise<void> => {
  await join(host, url, cid);
  await join(guest, url, cid);
  await inside(host, 2);
  await look(host, 'room-meeting');
  // Two cameras take the machine; nobody looks at them meanwhile.
  const cameras = () => Promise.all([host.keyboard.press('v'), guest.keyboard.press('v')]);
  await cameras();
  await during();
  await cameras();
  await inside(host, 2);
  await host.keyboard.press('p');
  await host.getByRole('button', { name: 'Actions for Bob Builder' }).waitFor();
  await look(host, 'room-people');
  await host.keyboard.press('c');
  await write(host, 'Shall we begin?');
  await look(host, 'room-chat');
  await guest.getByRole('button', { name: 'Leave' }).click();
  await guest.getByRole('heading', { name: 'You left the meeting' }).waitFor();
  await look(guest, 'room-left');
  await host.getByRole('button', { name: /^People/ }).click();
  await end(host);
  await look(host, 'room-ended');
};
