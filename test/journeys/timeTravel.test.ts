// An auditor finds who removed whom, opens that moment and sees the room before it; an administrator looks at accounts,
// conferences, administrators and settings as they were, and finds nothing to change there.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';
import { signIn } from './meetingPages.ts';

describe('the dashboard as of an earlier moment', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;

  beforeAll(async () => {
    [stack, chromium] = await Promise.all([startStack(), launchChromium()]);
    const root = await stack.client();
    const audrey = await accountIn(stack, root, 'audrey');
    await root.accepted('appointAdministrator', {
      accountId: ['ID!', audrey.accountId],
      role: ['AdministratorRole!', 'SECURITY_ADMIN'],
    });
    const [anna, boris] = [await accountIn(stack, root, 'anna'), await accountIn(stack, root, 'boris')];
    const conferenceId = randomUUID();
    await anna.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Stand-up'],
      joinWithoutInvitation: ['Boolean', true],
    });
    const { sessionId } = await anna.join(conferenceId);
    await boris.join(conferenceId);
    const whom = {
      sessionId: ['ID!', sessionId] as [string, unknown],
      participantId: ['ID!', boris.accountId] as [string, unknown],
    };
    await anna.accepted('muteParticipant', { ...whom, source: ['MediaSource!', 'MICROPHONE'] });
    await anna.accepted('removeParticipant', { ...whom, mayRejoin: ['Boolean!', false] });
    await anna.accepted('endSession', { sessionId: whom.sessionId });
    await root.accepted('editAccount', {
      accountId: ['ID!', boris.accountId],
      profile: ['ProfileInput!', { displayName: 'Boris the Later' }],
    });
    await anna.accepted('editConference', { conferenceId: ['ID!', conferenceId], title: ['String', 'Renamed'] });
    await root.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays: 77 }] });
    await root.accepted('dismissAdministrator', { accountId: ['ID!', audrey.accountId] });
    await root.accepted('appointAdministrator', {
      accountId: ['ID!', audrey.accountId],
      role: ['AdministratorRole!', 'SECURITY_ADMIN'],
    });
    opened = await chromium.open('about:blank', { locale: 'en-GB', reducedMotion: 'reduce' });
    await signIn(opened.page, stack.url, 'audrey', 'password of audrey');
    await opened.page.waitForURL(/\/me/);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
  });

  const main = () => opened.page.getByRole('main');
  const entries = () => opened.page.getByRole('navigation').getByRole('link').allInnerTexts();
  const sound = async () => assert.deepEqual(await violationsOn(opened.page, opened.page.url()), []);
  const people = (label: string) => opened.page.getByRole('list', { name: label }).getByRole('listitem');
  const removals = async (): Promise<string[]> => {
    const text = '{ events(filter: { types: ["ParticipantRemoved"] }) { edges { node { objectId } } } }';
    type Answer = { events: { edges: { node: { objectId: string } }[] } };
    const { events } = await (await stack.client()).data<Answer>(text);
    return events.edges.map(({ node }) => node.objectId);
  };
  const asOf = () => Number(new URL(opened.page.url()).searchParams.get('asof'));

  test('shows an auditor the room before somebody was removed', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/reports/events?types=ParticipantRemoved`);
    const row = main().getByRole('row').filter({ hasText: 'Stand-up' }).first();
    await row.getByRole('button').click();
    await main().getByText('anna').first().waitFor();
    await main().getByRole('link', { name: 'Open this moment' }).click();
    await page.waitForURL(/\/admin\/sessions\?session=.*asof=/);
    const removed = asOf();
    await people('People who left').filter({ hasText: 'boris' }).waitFor();
    await main().getByRole('button', { name: 'One event earlier' }).click();
    await people('People in the meeting').filter({ hasText: 'boris' }).waitFor();
    assert.equal(asOf(), removed - 1);
    assert.deepEqual(await people('People in the meeting').getByRole('img').count(), 1, 'he was muted');
    await page
      .getByRole('status')
      .filter({ hasText: `As of event #${removed - 1}` })
      .waitFor();
    assert.deepEqual(await entries(), ['Access', 'Sessions', 'Why allowed?']);
    await sound();
    assert.equal(await page.getByRole('button', { name: /Mute|Remove|Actions/ }).count(), 0);
  });

  test('has the timeline of a call, gone through by keys, with the room at each of its moments', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/reports/calls`);
    await main().getByRole('link', { name: 'Stand-up' }).first().click();
    const timeline = main().getByRole('list', { name: 'Timeline' });
    await timeline.getByText('was removed').waitFor();
    await sound();
    const told = await timeline.getByRole('listitem').allInnerTexts();
    assert.match(told.join('\n'), /The session began[^]*joined[^]*was muted \(by anna\)[^]*was removed \(by anna\)/);
    await timeline.getByRole('button', { name: /was removed/ }).click();
    await page.waitForURL(/[?&]at=\d+/);
    await people('People who left').filter({ hasText: 'boris' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await people('People in the meeting').filter({ hasText: 'boris' }).waitFor();
    await eventually('boris muted', async () => (await people('People in the meeting').getByRole('img').count()) === 1);
    await page.keyboard.press('Home');
    await eventually('an empty room', async () => (await people('People in the meeting').count()) === 0);
    await sound();
  });

  test('says why somebody may do something, with the event that gave the right', async () => {
    const { page } = opened;
    await page.getByRole('navigation').getByRole('link', { name: 'Why allowed?' }).click();
    await main().getByText('Choose a person and an action').waitFor();
    await sound();
    await main().getByRole('combobox', { name: 'Person' }).fill('anna');
    await page.getByRole('option').filter({ hasText: 'anna' }).click();
    await main().getByRole('combobox', { name: 'Action' }).fill('removeP');
    await page.getByRole('option', { name: 'removeParticipant' }).click();
    await main().getByText('Not allowed').waitFor();
    const [removal] = await removals();
    await main()
      .getByLabel('ID of the account, conference or session')
      .fill(removal ?? '');
    await page.keyboard.press('Enter');
    await main().getByText('Owns or moderates it', { exact: true }).waitFor();
    await main().getByText('Conference created').waitFor();
    await sound();
    await main().getByRole('link', { name: 'Open this moment' }).click();
    await page.waitForURL(/asof=/);
  });

  test('finds a moment by its time, says what is no moment, and leads back', async () => {
    const { page } = opened;
    await page.goto(`${stack.url}/admin/history`);
    await page.getByRole('banner').getByRole('button', { name: 'Show an earlier moment' }).click();
    const picker = main().getByRole('form', { name: 'Show an earlier moment' });
    await picker.getByRole('button', { name: 'Show' }).click();
    await picker.getByRole('alert').filter({ hasText: 'Choose a moment' }).waitFor();
    await picker.getByLabel('or after the event').fill('99999999');
    await picker.getByRole('button', { name: 'Show' }).click();
    await picker.getByRole('alert').filter({ hasText: 'has not come yet' }).waitFor();
    await sound();
    await picker.getByLabel('or after the event').fill('');
    await picker.getByLabel(/^Moment/).fill('2001-01-01T00:00');
    await picker.getByRole('button', { name: 'Show' }).click();
    await picker.getByRole('alert').filter({ hasText: 'Nothing was on the record then' }).waitFor();
    await picker.getByLabel('or after the event').fill('#4');
    await picker.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/\/admin\/sessions\?asof=4$/);
    await main().getByText('There were none then').waitFor();
    await sound();
    await main().getByRole('button', { name: 'Back to the present' }).click();
    await main().getByRole('row').filter({ hasText: 'Stand-up' }).waitFor();
    assert.doesNotMatch(page.url(), /asof/);
    await page.goto(`${stack.url}/admin/reports/events?asof=4`);
    await main().getByText('This page shows only the present').waitFor();
    await sound();
  });

  test('shows an administrator everything else as it was, with nothing to change', async () => {
    const { page } = opened;
    await opened.context.clearCookies();
    await signIn(page, stack.url, admin.login, admin.password);
    await page.goto(`${stack.url}/admin/reports/events?types=ParticipantRemoved`);
    await main().getByRole('row').filter({ hasText: 'Stand-up' }).getByRole('button').click();
    await main().getByText('Data of the event').waitFor();
    await main().getByRole('link', { name: 'Open this moment' }).click();
    await page.waitForURL(/asof=/);
    const entry = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.getByRole('button', { name: 'Close' }).click();
    await entry('Accounts');
    await main().getByRole('row').filter({ hasText: 'boris' }).getByRole('button').click();
    await main().getByRole('region', { name: 'Account' }).getByText('boris').first().waitFor();
    assert.equal(await page.getByText('Boris the Later').count(), 0);
    await sound();
    await page.getByRole('button', { name: 'Close' }).click();
    await entry('Conferences');
    await main().getByRole('row').filter({ hasText: 'Stand-up' }).getByRole('button').click();
    await people('People who left').filter({ hasText: 'boris' }).waitFor();
    await sound();
    await page.getByRole('button', { name: 'Close' }).click();
    await entry('Administrators');
    await main().getByRole('row').filter({ hasText: 'audrey' }).filter({ hasText: 'Security Admin' }).waitFor();
    await sound();
    await entry('Settings');
    await main().getByText('Retention', { exact: true }).waitFor();
    assert.equal(await main().getByText('77').count(), 0);
    assert.equal(await main().getByRole('textbox').count(), 0);
    await sound();
    await entry('Access');
    await main().getByText('192.168.0.0/16').waitFor();
    assert.equal(await main().getByRole('switch').count(), 0);
    await sound();
    const buttons = await main().getByRole('button').allInnerTexts();
    assert.deepEqual(buttons, ['One event earlier', 'One event later', 'Back to the present']);
    await main().getByRole('button', { name: 'Back to the present' }).click();
    await eventually('the switches', async () => (await main().getByRole('switch').count()) > 0);
  });
});
