// A walk through every screen of a running server, for whoever looks at each: the camera, or the judge of access.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Look, meet, quarrel } from './tourMeeting.ts';
import {
  admin,
  anonymous,
  explanations,
  type Made,
  past,
  portal,
  reports,
  type Stop,
  securityAdmin,
} from './tourStops.ts';

export type Guide = { browser: Browser; url: string; login: string; password: string };
type Scheme = 'light' | 'dark';

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
  await ready(page).catch((error: unknown) => {
    throw new Error(`${name} did not come`, { cause: error });
  });
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

type Ask = (name: string, args: string, rest?: object) => Promise<void>;

const commandsOf =
  (context: BrowserContext, url: string): Ask =>
  async (name, args, rest = {}) => {
    const data = await ask(
      context,
      url,
      `mutation($command: CommandInput!) { ${name}(command: $command, ${args}) { __typename ... on Refusal { code message } } }`,
      { command: { commandId: randomUUID(), ...rest } },
    );
    if (JSON.stringify(data).includes('"Refusal"')) throw new Error(`${name} was refused: ${JSON.stringify(data)}`);
  };

const signIn = (context: BrowserContext, url: string, login: string, password: string): Promise<void> =>
  commandsOf(context, url)('signIn', `login: ${JSON.stringify(login)}, password: ${JSON.stringify(password)}`);

/** Waits for what was made, since pages read a little later than commands are answered. */
const cidOf = async (context: BrowserContext, url: string, conferenceId: string): Promise<string> => {
  for (;;) {
    const read = 'query($id: ID!) { conference(id: $id) { cid } }';
    const { conference } = (await ask(context, url, read, { id: conferenceId })) as {
      conference: { cid: string } | null;
    };
    if (conference) return conference.cid;
  }
};

/** A conference, somebody to meet there and settings to look at, made by commands like everything else. */
const furnish = async (context: BrowserContext, url: string, witness: string): Promise<Made> => {
  const [conferenceId, accountId, auditorId, goneId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const password = 'correct horse battery';
  const login = (name: string, id: string) => `${name}-${id.slice(0, 6)}`;
  const [guest, auditor] = [login('bob', accountId), login('audrey', auditorId)];
  const command = commandsOf(context, url);
  const account = (id: string, name: string, profile: string) =>
    command('createAccount', `accountId: "${id}", login: "${name}", password: "${password}", profile: { ${profile} }`);
  await account(auditorId, auditor, 'displayName: "Audrey Tor"');
  await command('appointAdministrator', `accountId: "${auditorId}", role: SECURITY_ADMIN`);
  await account(
    accountId,
    guest,
    'displayName: "Bob Builder", firstName: "Bob", company: "Example Ltd", email: "bob@example.test"',
  );
  await account(goneId, login('carl', goneId), 'displayName: "Carl Gone"');
  await command('deleteAccount', `accountId: "${goneId}"`, { reason: 'Left the company' });
  const described = 'description: "Every Monday: what is done, what is next.", joinWithoutInvitation: true';
  await command(
    'createConference',
    `conferenceId: "${conferenceId}", kind: VIRTUAL_ROOM, title: "Weekly planning", ${described}`,
  );
  await command('editRetentionSettings', 'values: { eventDays: 3650, chatDays: 365 }');
  await command('editWitnessSettings', `values: { targets: [{ kind: DIRECTORY, address: "${witness}" }] }`);
  const why = 'name: "Dispute with a supplier", reason: "Asked for by counsel on 3 May"';
  await command(
    'placeLegalHold',
    `holdId: "${randomUUID()}", ${why}, accountIds: ["${accountId}"], conferenceIds: ["${conferenceId}"]`,
  );
  const cid = await cidOf(context, url, conferenceId);
  return {
    ...{ conferenceId, cid, accountId, auditorId },
    guest: { login: guest, password },
    auditor: { login: auditor, password },
  };
};

/** The number of the newest event. */
const newest = async (context: BrowserContext, url: string): Promise<string> => {
  const read = '{ events(first: 1) { edges { node { number } } } }';
  const { events } = (await ask(context, url, read, {})) as { events: { edges: { node: { number: string } }[] } };
  return events.edges[0]?.node.number ?? '1';
};

const walk = async (guide: Guide, made: Made, then: string, scheme: Scheme, see: Look): Promise<void> => {
  const { browser, url, login, password } = guide;
  const context = await open(browser, scheme);
  const page = await context.newPage();
  for (const stop of anonymous) await visit(page, url, stop, see);
  await signIn(context, url, login, password);
  const stops = [...portal(made), ...admin(made), ...reports, ...explanations(made), ...past(made, then)];
  for (const stop of stops) await visit(page, url, stop, see);
  await context.close();
  const audit = await open(browser, scheme);
  await signIn(audit, url, made.auditor.login, made.auditor.password);
  const desk = await audit.newPage();
  for (const stop of securityAdmin(made)) await visit(desk, url, stop, see);
  await audit.close();
};

/** Looks at every screen, outside the room once in light and once in dark. Needs an administrator's credentials. */
export const tour = async (
  guide: Guide,
  look: (page: Page, name: string, scheme: Scheme) => Promise<void>,
): Promise<void> => {
  const { browser, url, login, password } = guide;
  const witness = await mkdtemp(join(tmpdir(), 'witness-'));
  const [hosts, guests] = await Promise.all([open(browser, 'dark'), open(browser, 'dark')]);
  await signIn(hosts, url, login, password);
  const made = await furnish(hosts, url, witness);
  await signIn(guests, url, made.guest.login, made.guest.password);
  const [host, guest] = await Promise.all([hosts.newPage(), guests.newPage()]);
  const inRoom: Look = (page, name) => look(page, name, 'dark');
  await quarrel(host, guest, url, made.cid, inRoom);
  const during = async (): Promise<void> => {
    const then = await newest(hosts, url);
    for (const scheme of ['light', 'dark'] as const) {
      await walk(guide, made, then, scheme, (page, name) => look(page, name, scheme));
    }
  };
  await meet(host, guest, url, made.cid, during, inRoom);
  await Promise.all([hosts.close(), guests.close()]);
  await rm(witness, { recursive: true });
};
