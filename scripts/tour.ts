// A walk through every screen of a running server, for whoever looks at each: the camera, or the judge of access.
import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';

export type Guide = { browser: Browser; url: string; login: string; password: string };
type Scheme = 'light' | 'dark';
type Look = (page: Page, name: string) => Promise<void>;
type Credentials = { login: string; password: string };
type Made = { conferenceId: string; cid: string; accountId: string; guest: Credentials; auditor: Credentials };
type Stop = { name: string; path: string; ready: (page: Page) => Promise<unknown> };

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).first().waitFor();
const row = (text: string) => (page: Page) => page.getByRole('row').filter({ hasText: text }).first().waitFor();

const portal = ({ conferenceId, cid }: Made): Stop[] => [
  { name: 'portal-home', path: '/', ready: heading('Join a conference') },
  {
    name: 'portal-my-conferences',
    path: '/me',
    ready: (page) => page.getByRole('link', { name: 'Weekly planning' }).first().waitFor(),
  },
  { name: 'portal-new-room', path: '/me?new=room', ready: (page) => page.getByLabel('Title').waitFor() },
  {
    name: 'portal-edit-conference',
    path: `/me?conference=${conferenceId}`,
    ready: (page) => page.getByLabel('Title').waitFor(),
  },
  { name: 'portal-profile', path: '/me/profile', ready: heading('Signed-in devices') },
  { name: 'portal-conference', path: `/c/${cid}`, ready: heading('Weekly planning') },
  {
    name: 'portal-conference-unknown',
    path: '/c/nowhere',
    ready: (page) => page.getByText('There is no conference').waitFor(),
  },
];

const admin = ({ conferenceId, accountId }: Made): Stop[] => [
  { name: 'admin-summary', path: '/admin', ready: heading('Projections') },
  { name: 'admin-accounts', path: '/admin/accounts', ready: row('bob') },
  {
    name: 'admin-accounts-none',
    path: '/admin/accounts?q=nobody-is-called-so',
    ready: (page) => page.getByText('Nothing found').waitFor(),
  },
  {
    name: 'admin-account-new',
    path: '/admin/accounts?new=account',
    ready: (page) => page.getByLabel('SIP number').waitFor(),
  },
  { name: 'admin-account', path: `/admin/accounts?account=${accountId}`, ready: heading('Signed-in devices') },
  { name: 'admin-conferences', path: '/admin/conferences', ready: row('Weekly planning') },
  {
    name: 'admin-conference',
    path: `/admin/conferences?conference=${conferenceId}`,
    ready: heading('Latest sessions'),
  },
  { name: 'admin-past', path: '/admin/accounts?asof=40', ready: heading('Accounts') },
  { name: 'admin-administrators', path: '/admin/administrators', ready: heading('Administrators') },
  {
    name: 'admin-settings',
    path: '/admin/settings',
    ready: (page) => page.getByRole('form', { name: 'Witnesses' }).waitFor(),
  },
  {
    name: 'admin-access',
    path: '/admin/settings/access',
    ready: (page) => page.getByRole('textbox', { name: 'Addresses' }).waitFor(),
  },
  {
    name: 'admin-preferences',
    path: '/admin/preferences',
    ready: (page) => page.getByRole('combobox', { name: 'Delimiter in CSV files' }).waitFor(),
  },
];

const reports = ({ accountId }: Made): Stop[] => [
  { name: 'admin-changes', path: '/admin/reports/changes', ready: row('Administrator: Audrey Tor') },
  { name: 'admin-proof', path: '/admin/proof', ready: heading('Public keys') },
  { name: 'admin-events', path: '/admin/reports/events', ready: row('Signed in') },
  {
    name: 'admin-events-filtered',
    path: '/admin/reports/events?severity=HIGH,MEDIUM&from=now-24h',
    ready: row('Account created'),
  },
  { name: 'admin-calls', path: '/admin/reports/calls', ready: row('Weekly planning') },
  {
    name: 'admin-call',
    path: '/admin/reports/calls',
    ready: async (page) => {
      await page.getByRole('link', { name: 'Weekly planning' }).first().click();
      await heading('Connections of this call')(page);
    },
  },
  {
    name: 'admin-connection',
    path: '/admin/reports/calls',
    ready: async (page) => {
      await page.getByRole('link', { name: 'Weekly planning' }).first().click();
      await page.getByRole('link', { name: 'Details' }).first().click();
      await heading('Quality')(page);
    },
  },
  { name: 'admin-chat', path: '/admin/reports/chat', ready: heading('Chat messages') },
  { name: 'admin-endpoints', path: '/admin/reports/endpoints', ready: row('Chrome') },
  { name: 'admin-server-log', path: '/admin/server-log', ready: row('ready') },
  {
    name: 'admin-history',
    path: `/admin/history?type=account&id=${accountId}`,
    ready: heading('Changed by this event'),
  },
  {
    name: 'admin-history-past',
    path: `/admin/history?type=account&id=${accountId}&revision=0`,
    ready: heading('Changed by this event'),
  },
];

const securityAdmin = ({ accountId }: Made): Stop[] => [
  { name: 'security-admin-summary', path: '/admin', ready: heading('Projections') },
  { name: 'security-admin-events', path: '/admin/reports/events', ready: row('Signed in') },
  {
    name: 'security-admin-history',
    path: `/admin/history?type=account&id=${accountId}`,
    ready: heading('Changed by this event'),
  },
  {
    name: 'security-admin-access',
    path: '/admin/settings/access',
    ready: (page) => page.getByText('192.168.0.0/16').waitFor(),
  },
  { name: 'security-admin-changes', path: '/admin/reports/changes', ready: row('Administrator: Audrey Tor') },
  {
    name: 'security-admin-no-accounts',
    path: '/admin/accounts',
    ready: (page) => page.getByText('There is no such page').waitFor(),
  },
];

const anonymous: Stop[] = [
  { name: 'portal-welcome', path: '/', ready: (page) => page.getByLabel('Password', { exact: true }).waitFor() },
  { name: 'portal-sign-in', path: '/sign-in', ready: (page) => page.getByLabel('Password', { exact: true }).waitFor() },
  { name: 'admin-sign-in', path: '/admin', ready: (page) => page.getByLabel('Password', { exact: true }).waitFor() },
];

const open = (browser: Browser, scheme: Scheme): Promise<BrowserContext> =>
  browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: scheme,
    reducedMotion: 'reduce',
    permissions: ['camera', 'microphone'],
  });

const visit = async (page: Page, url: string, { name, path, ready }: Stop, look: Look): Promise<void> => {
  await page.goto(url + path);
  await ready(page);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await look(page, name);
};

const ask = async (
  context: BrowserContext,
  url: string,
  query: string,
  variables: object,
): Promise<Record<string, unknown>> => {
  const answer = await context.request.post(`${url}/graphql`, {
    headers: { 'x-hansard': '1' },
    data: { query, variables },
  });
  const { data, errors } = (await answer.json()) as { data?: Record<string, unknown>; errors?: unknown };
  if (!data || errors) throw new Error(`The server refused: ${JSON.stringify(errors)}`);
  return data;
};

const command = async (
  context: BrowserContext,
  url: string,
  name: string,
  args: string,
  rest: object = {},
): Promise<void> => {
  const data = await ask(
    context,
    url,
    `mutation($command: CommandInput!) { ${name}(command: $command, ${args}) { __typename ... on Refusal { code message } } }`,
    { command: { commandId: randomUUID(), ...rest } },
  );
  if (JSON.stringify(data).includes('"Refusal"')) throw new Error(`${name} was refused: ${JSON.stringify(data)}`);
};

const signIn = (context: BrowserContext, url: string, login: string, password: string): Promise<void> =>
  command(context, url, 'signIn', `login: ${JSON.stringify(login)}, password: ${JSON.stringify(password)}`);

/** A conference and somebody to meet there, made by commands like everything else. */
const furnish = async (context: BrowserContext, url: string): Promise<Made> => {
  const [conferenceId, accountId] = [randomUUID(), randomUUID()];
  const guest = { login: `bob-${accountId.slice(0, 6)}`, password: 'correct horse battery' };
  const profile = '{ displayName: "Bob Builder", firstName: "Bob", company: "Example Ltd", email: "bob@example.test" }';
  const auditorId = randomUUID();
  const auditor = { login: `audrey-${auditorId.slice(0, 6)}`, password: 'correct horse battery' };
  const named = `login: "${auditor.login}", password: "${auditor.password}"`;
  await command(
    context,
    url,
    'createAccount',
    `accountId: "${auditorId}", ${named}, profile: { displayName: "Audrey Tor" }`,
  );
  await command(context, url, 'appointAdministrator', `accountId: "${auditorId}", role: SECURITY_ADMIN`);
  const identity = `accountId: "${accountId}", login: "${guest.login}", password: "${guest.password}"`;
  await command(context, url, 'createAccount', `${identity}, profile: ${profile}`);
  const described = 'description: "Every Monday: what is done, what is next.", joinWithoutInvitation: true';
  const conference = `conferenceId: "${conferenceId}", kind: VIRTUAL_ROOM, title: "Weekly planning", ${described}`;
  await command(context, url, 'createConference', conference);
  const read = 'query($id: ID!) { conference(id: $id) { cid } }';
  for (;;) {
    const { conference: found } = (await ask(context, url, read, { id: conferenceId })) as {
      conference: { cid: string } | null;
    };
    if (found) return { conferenceId, accountId, guest, auditor, cid: found.cid };
  }
};

const join = async (page: Page, url: string, cid: string): Promise<void> => {
  await page.goto(`${url}/c/${cid}/room`);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'Leave' }).waitFor();
};

const inside = (page: Page, people: number) =>
  page.waitForFunction((wanted) => {
    const videos = [...document.querySelectorAll('video')];
    return videos.length === wanted && videos.every(({ videoWidth }) => videoWidth > 0);
  }, people);

/** Two people meet while `during` looks at everything else; then the room itself is looked at, to its end. */
const meet = async (
  { browser, url, login, password }: Guide,
  made: Made,
  during: () => Promise<void>,
  look: Look,
): Promise<void> => {
  const [hosts, guests] = await Promise.all([open(browser, 'dark'), open(browser, 'dark')]);
  await signIn(hosts, url, login, password);
  await signIn(guests, url, made.guest.login, made.guest.password);
  const [host, guest] = await Promise.all([hosts.newPage(), guests.newPage()]);
  await host.goto(`${url}/c/${made.cid}/room`);
  await host.getByLabel('Your camera').waitFor();
  await look(host, 'room-preview');
  await join(host, url, made.cid);
  await join(guest, url, made.cid);
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
  await host.getByLabel('Write a message').fill('Shall we begin?');
  await host.keyboard.press('Enter');
  await host.getByRole('log').getByText('Shall we begin?').waitFor();
  await look(host, 'room-chat');
  await guest.getByRole('button', { name: 'Leave' }).click();
  await guest.getByRole('heading', { name: 'You left the meeting' }).waitFor();
  await look(guest, 'room-left');
  await host.getByRole('button', { name: /^People/ }).click();
  await host.getByRole('button', { name: 'End for all' }).click();
  await host.getByRole('dialog').getByRole('button', { name: 'End for all' }).click();
  await host.getByRole('heading', { name: 'The meeting is over' }).waitFor();
  await look(host, 'room-ended');
  await Promise.all([hosts.close(), guests.close()]);
};

/** Looks at every screen, outside the room once in light and once in dark. Needs an administrator's credentials. */
export const tour = async (
  guide: Guide,
  look: (page: Page, name: string, scheme: Scheme) => Promise<void>,
): Promise<void> => {
  const { browser, url, login, password } = guide;
  const office = await open(browser, 'light');
  await signIn(office, url, login, password);
  const made = await furnish(office, url);
  const walk = async (scheme: Scheme): Promise<void> => {
    const context = await open(browser, scheme);
    const page = await context.newPage();
    const see: Look = (seen, name) => look(seen, name, scheme);
    for (const stop of anonymous) await visit(page, url, stop, see);
    await signIn(context, url, login, password);
    for (const stop of [...portal(made), ...admin(made), ...reports(made)]) await visit(page, url, stop, see);
    await context.close();
    const audit = await open(browser, scheme);
    await signIn(audit, url, made.auditor.login, made.auditor.password);
    const desk = await audit.newPage();
    for (const stop of securityAdmin(made)) await visit(desk, url, stop, see);
    await audit.close();
  };
  const during = async (): Promise<void> => {
    await walk('light');
    await walk('dark');
  };
  await meet(guide, made, during, (page, name) => look(page, name, 'dark'));
  await office.close();
};
