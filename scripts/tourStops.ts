// The screens of a server outside the room, each with what tells that it is all there.
import type { Locator, Page } from 'playwright-core';

export type Credentials = { login: string; password: string };
/** What there is to look at. */
export type Made = {
  conferenceId: string;
  cid: string;
  accountId: string;
  auditorId: string;
  guest: Credentials;
  auditor: Credentials;
};
export type Stop = { name: string; path: string; ready: (page: Page) => Promise<unknown> };

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).first().waitFor();
const row = (text: string) => (page: Page) => page.getByRole('row').filter({ hasText: text }).first().waitFor();
const said = (text: string) => (page: Page) => page.getByText(text).first().waitFor();
const labelled = (label: string) => (page: Page) => page.getByLabel(label).first().waitFor();
const button = (scope: Page | Locator, name: string) => scope.getByRole('button', { name, exact: true });

/** A dialog that a button of the page opens. */
const dialogOf = (name: string, within: (page: Page) => Promise<unknown> = () => Promise.resolve()) => {
  return async (page: Page): Promise<void> => {
    await within(page);
    await button(page, name).first().click();
    await page.getByRole('dialog').last().waitFor();
  };
};

/** A row with its details below. */
const opened = (text: string, detail: string) => async (page: Page) => {
  await row(text)(page);
  await page.getByRole('row').filter({ hasText: text }).first().getByRole('button').first().click();
  await said(detail)(page);
};

const link = (name: string | RegExp, then: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await page.getByRole('main').getByRole('link', { name }).first().click();
  await then(page);
};

/** Its graphs show what came since it was opened. */
const drawn = async (page: Page) => {
  await heading('Projections')(page);
  await page.waitForTimeout(6_000);
};
const modelled = (page: Page) => page.getByRole('rowheader').first().waitFor();

/** Of somebody who is not signed in. */
export const anonymous: Stop[] = [
  { name: 'portal-welcome', path: '/', ready: (page) => page.getByLabel('Password', { exact: true }).waitFor() },
  { name: 'portal-sign-in', path: '/sign-in', ready: (page) => page.getByLabel('Password', { exact: true }).waitFor() },
  { name: 'portal-set-up', path: '/setup?token=spent', ready: said('already has an administrator') },
  { name: 'admin-sign-in', path: '/admin', ready: (page) => page.getByLabel('Password', { exact: true }).waitFor() },
];

export const portal = ({ conferenceId, cid }: Made): Stop[] => [
  { name: 'portal-home', path: '/', ready: heading('Join a conference') },
  {
    name: 'portal-my-conferences',
    path: '/me',
    ready: (page) => page.getByRole('link', { name: 'Weekly planning' }).first().waitFor(),
  },
  { name: 'portal-new-room', path: '/me?new=room', ready: labelled('Title') },
  { name: 'portal-edit-conference', path: `/me?conference=${conferenceId}`, ready: labelled('Title') },
  { name: 'portal-profile', path: '/me/profile', ready: heading('Signed-in devices') },
  { name: 'portal-conference', path: `/c/${cid}`, ready: heading('Weekly planning') },
  { name: 'portal-conference-unknown', path: '/c/nowhere', ready: said('There is no conference') },
];

/** People, conferences, and what the server is told to do. */
export const admin = ({ conferenceId, accountId, auditorId }: Made): Stop[] => [
  { name: 'admin-summary', path: '/admin', ready: drawn },
  { name: 'admin-accounts', path: '/admin/accounts', ready: row('bob') },
  { name: 'admin-accounts-none', path: '/admin/accounts?q=nobody-is-called-so', ready: said('Nothing found') },
  { name: 'admin-accounts-deleted', path: '/admin/accounts?deleted=yes', ready: row('carl') },
  { name: 'admin-account-new', path: '/admin/accounts?new=account', ready: labelled('SIP number') },
  { name: 'admin-account', path: `/admin/accounts?account=${accountId}`, ready: heading('Signed-in devices') },
  {
    name: 'admin-account-erase',
    path: `/admin/accounts?account=${auditorId}`,
    ready: async (page) => {
      await dialogOf('Erase this person…')(page);
      await said('Chat messages written')(page);
    },
  },
  {
    name: 'admin-account-erase-held',
    path: `/admin/accounts?account=${accountId}`,
    ready: async (page) => {
      await dialogOf('Erase this person…')(page);
      await said('Legal hold: Dispute')(page);
    },
  },
  { name: 'admin-conferences', path: '/admin/conferences', ready: row('Weekly planning') },
  {
    name: 'admin-conference',
    path: `/admin/conferences?conference=${conferenceId}`,
    ready: heading('Latest sessions'),
  },
  { name: 'admin-administrators', path: '/admin/administrators', ready: row('Audrey Tor') },
  { name: 'admin-administrators-appoint', path: '/admin/administrators', ready: dialogOf('Appoint') },
  {
    name: 'admin-settings',
    path: '/admin/settings',
    ready: async (page) => {
      await page.getByRole('form', { name: 'Witnesses' }).waitFor();
      await said('Dispute with a supplier')(page);
    },
  },
  { name: 'admin-settings-legal-hold', path: '/admin/settings', ready: dialogOf('Place a hold') },
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
  { name: 'admin-proof', path: '/admin/proof', ready: heading('Public keys') },
  { name: 'admin-read-models', path: '/admin/read-models', ready: modelled },
  { name: 'admin-server-log', path: '/admin/server-log?q=ready', ready: row('ready') },
  { name: 'admin-parked', path: '/admin/parked', ready: said('No event is parked') },
  { name: 'admin-nowhere', path: '/admin/nowhere', ready: said('There is no such page') },
];

const weekly = (then: (page: Page) => Promise<unknown>) => link('Weekly planning', then);

/** What is on the record. */
export const reports: Stop[] = [
  { name: 'admin-events', path: '/admin/reports/events', ready: row('Signed in') },
  {
    name: 'admin-events-filtered',
    path: '/admin/reports/events?severity=HIGH,MEDIUM&from=now-24h',
    ready: row('Account created'),
  },
  {
    name: 'admin-event',
    path: '/admin/reports/events?types=ParticipantRemoved',
    ready: opened('Person removed', 'Data of the event'),
  },
  { name: 'admin-events-export', path: '/admin/reports/events', ready: dialogOf('Export', row('Signed in')) },
  {
    name: 'admin-events-delete',
    path: '/admin/reports/events?from=now-1h',
    ready: dialogOf('Delete', row('Signed in')),
  },
  { name: 'admin-changes', path: '/admin/reports/changes', ready: row('Administrator: Audrey Tor') },
  { name: 'admin-change', path: '/admin/reports/changes', ready: opened('Retention', 'Chat messages, days') },
  {
    name: 'admin-change-revert',
    path: '/admin/reports/changes',
    ready: dialogOf('Revert', opened('Retention', 'Chat messages, days')),
  },
  { name: 'admin-calls', path: '/admin/reports/calls', ready: row('Weekly planning') },
  {
    name: 'admin-call',
    path: '/admin/reports/calls',
    ready: weekly(async (page) => {
      await heading('Connections of this call')(page);
      await page.getByRole('list', { name: 'Timeline' }).getByRole('listitem').first().waitFor();
    }),
  },
  {
    name: 'admin-call-earlier',
    path: '/admin/reports/calls?state=over&sort=start',
    ready: weekly(async (page) => {
      await heading('Connections of this call')(page);
      await page.getByRole('list', { name: 'Timeline' }).getByText('was muted').first().click();
      await page.waitForURL(/[?&]at=/);
    }),
  },
  {
    name: 'admin-connection',
    path: '/admin/reports/calls?state=over',
    ready: weekly(link('Details', heading('Quality'))),
  },
  { name: 'admin-chat', path: '/admin/reports/chat', ready: row('Shall we begin?') },
  {
    name: 'admin-chat-erase',
    path: '/admin/reports/chat',
    ready: dialogOf('Erase this text…', opened('Shall we begin?', 'Erase this text')),
  },
  { name: 'admin-endpoints', path: '/admin/reports/endpoints', ready: row('Chrome') },
  { name: 'admin-endpoint', path: '/admin/reports/endpoints', ready: opened('Chrome', 'User agent') },
];

/** What became of one thing, and why somebody may do something. */
export const explanations = ({ conferenceId, accountId }: Made): Stop[] => [
  { name: 'admin-history-none', path: '/admin/history', ready: said('Whose history?') },
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
  {
    name: 'admin-history-conference',
    path: `/admin/history?type=conference&id=${conferenceId}`,
    ready: heading('Changed by this event'),
  },
  { name: 'admin-why-choose', path: '/admin/why', ready: said('Choose a person and an action') },
  { name: 'admin-why', path: `/admin/why?person=${accountId}&action=endSession`, ready: said('Not allowed') },
];

const picking = async (page: Page) => {
  await button(page, 'Show an earlier moment').click();
  await page.getByRole('form', { name: 'Show an earlier moment' }).waitFor();
};

/** The dashboard as of an event. `number`: one after which everything that was made is there. */
export const past = ({ conferenceId, accountId, auditorId }: Made, number: string): Stop[] => [
  { name: 'admin-past-pick', path: '/admin', ready: picking },
  { name: 'admin-past-accounts', path: `/admin/accounts?asof=${number}`, ready: row('bob') },
  { name: 'admin-past-account', path: `/admin/accounts?asof=${number}&account=${accountId}`, ready: said(accountId) },
  { name: 'admin-past-conferences-none', path: '/admin/conferences?asof=1', ready: said('There were none then') },
  {
    name: 'admin-past-conference',
    path: `/admin/conferences?asof=${number}&conference=${conferenceId}`,
    ready: said(conferenceId),
  },
  { name: 'admin-past-sessions', path: `/admin/sessions?asof=${number}`, ready: row('Weekly planning') },
  { name: 'admin-past-administrators', path: `/admin/administrators?asof=${number}`, ready: said('Audrey Tor') },
  { name: 'admin-past-settings', path: `/admin/settings?asof=${number}`, ready: heading('Retention') },
  { name: 'admin-past-access', path: `/admin/settings/access?asof=${number}`, ready: said('192.168.0.0/16') },
  {
    name: 'admin-past-why',
    path: `/admin/why?person=${auditorId}&action=readEvents&asof=${number}`,
    ready: heading('Answer'),
  },
  { name: 'admin-past-only-present', path: `/admin?asof=${number}`, ready: said('This page shows only the present') },
];

/** The dashboard of a Security Admin. */
export const securityAdmin = ({ accountId }: Made): Stop[] => [
  { name: 'security-admin-summary', path: '/admin', ready: heading('Projections') },
  { name: 'security-admin-events', path: '/admin/reports/events', ready: row('Signed in') },
  {
    name: 'security-admin-history',
    path: `/admin/history?type=account&id=${accountId}`,
    ready: heading('Changed by this event'),
  },
  { name: 'security-admin-access', path: '/admin/settings/access', ready: said('192.168.0.0/16') },
  { name: 'security-admin-changes', path: '/admin/reports/changes', ready: row('Administrator: Audrey Tor') },
  { name: 'security-admin-proof', path: '/admin/proof', ready: heading('Public keys') },
  { name: 'security-admin-read-models', path: '/admin/read-models', ready: modelled },
  { name: 'security-admin-no-accounts', path: '/admin/accounts', ready: said('There is no such page') },
];
