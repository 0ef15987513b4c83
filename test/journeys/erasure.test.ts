// An administrator erases a person: told what goes, asked twice; and the record still verifies.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Chromium, launchChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, admin, databaseUrl, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';
import { join as enter, signIn } from './meetingPages.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('erasing', () => {
  let stack: Stack;
  let chromium: Chromium;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-erase-'));
    [stack, chromium] = await Promise.all([startStack({ env: { HANSARD_CHECKPOINT_SECONDS: '1' } }), launchChromium()]);
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const hansard = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, HANSARD_DATA: stack.dataDir, DATABASE_URL: databaseUrl(stack.connection) };
    return (await promisify(execFile)(process.execPath, [main, ...args], { env, timeout: 60_000 })).stdout;
  };

  /** Pages that tell of her, each in a tab of its own, and none that reads itself again for another reason. */
  const openPages = async (accountId: string): Promise<[string, Page][]> => {
    const root = await stack.client();
    // In a browser of their own: it keeps no more than six connections to a server.
    const { page, context } = await chromium.open('about:blank', { locale: 'en-GB' });
    await signIn(page, stack.url, admin.login, admin.password);
    await page.waitForURL(/\/me/);
    await page.close();
    type Calls = { calls: { edges: { node: { id: string; legs: { id: string; person: { id: string } }[] } }[] } };
    const { calls } = await root.data<Calls>('{ calls { edges { node { id legs { id person { id } } } } } }');
    const call = calls.edges[0]?.node;
    const leg = call?.legs.find(({ person }) => person.id === accountId);
    const { events } = await root.data<{ events: { edges: { node: { number: string } }[] } }>(
      '{ events(first: 1) { edges { node { number } } } }',
    );
    const places = {
      'the page of a connection': `reports/connection?id=${leg?.id}`,
      'the page of a call': `reports/call?id=${call?.id}`,
      'the history of the session': `history?type=session&id=${call?.id}`,
      'the history of the account': `history?type=account&id=${accountId}`,
      'the accounts as of then': `accounts?asof=${events.edges[0]?.node.number}`,
    };
    const opened: [string, Page][] = [];
    for (const [what, place] of Object.entries(places)) {
      const tab = await context.newPage();
      await tab.goto(`${stack.url}/admin/${place}`);
      await tab
        .getByRole('main')
        .getByText(/\bvera\b/)
        .first()
        .waitFor();
      opened.push([what, tab]);
    }
    return opened;
  };

  test('a person, and one text of another, on the screens and for good', async () => {
    const root = await stack.client();
    const [vera, wim] = [await accountIn(stack, root, 'vera'), await accountIn(stack, root, 'wim')];
    const conferenceId = randomUUID();
    await wim.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Planning'],
      cid: ['String', 'planning'],
    });
    for (const who of [wim, vera]) {
      const sessionId: [string, unknown] = ['ID!', (await who.join(conferenceId))['sessionId']];
      const text: [string, unknown] = ['String!', who === vera ? 'From Vera' : 'From Wim'];
      await who.accepted('postChatMessage', { sessionId, messageId: ['ID!', randomUUID()], text });
    }

    const room = await chromium.open('about:blank', { locale: 'en-GB' });
    await signIn(room.page, stack.url, 'wim', 'password of wim');
    await enter(room.page, stack.url, 'planning');
    await room.page.getByRole('button', { name: /^Chat/ }).click();
    const chat = room.page.getByRole('log');
    await chat.getByText('From Wim').waitFor();
    const { page, errors } = await chromium.open(`${stack.url}/admin/reports/chat`);
    await page.getByLabel('Login').fill(admin.login);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('row', { name: /From Wim/ }).click();
    await page.getByRole('button', { name: 'Erase this text…' }).click();
    const dialog = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Erase', exact: true }) });
    const erase = dialog.getByRole('button', { name: 'Erase', exact: true });
    assert.ok(await erase.isDisabled(), 'not without a reason');
    await dialog.getByLabel('Reason').fill('Libel');
    await erase.click();
    await page
      .getByRole('row', { name: /wim.*Erased/ })
      .first()
      .waitFor();
    await chat.getByText('This message was erased.').waitFor();
    assert.equal(await chat.getByText('From Wim').count(), 0);
    const desk = await page.context().newPage();
    await desk.goto(`${stack.url}/admin/reports/chat`);
    await desk.getByRole('row', { name: /From Vera/ }).waitFor();
    const reading = await openPages(vera.accountId);

    await page.goto(`${stack.url}/admin/accounts?account=${vera.accountId}`);
    await page.getByRole('button', { name: 'Erase this person…' }).click();
    await dialog.getByText('Chat messages written').waitFor();
    assert.match(await dialog.innerText(), /Chat messages written\s+1\s+Sessions with the name\s+1/);
    assert.deepEqual(await violationsOn(page, 'the question'), []);
    await dialog.getByLabel('Reason').fill('Article 17 request');
    assert.ok(await erase.isDisabled(), 'not before her login is typed');
    await dialog.getByLabel(/Type .*vera/).fill('vera');
    await erase.click();
    const drawer = page.getByRole('dialog', { name: 'Account' });
    await drawer.getByText('Erased', { exact: true }).waitFor();
    const tag = `erased-${vera.accountId.slice(-6)}`;
    await chat.getByText(tag).waitFor();
    assert.equal(await chat.getByText('From Vera').count(), 0);
    await desk.getByRole('row', { name: new RegExp(`${tag}.*Erased`) }).waitFor();
    assert.equal(await desk.getByText('From Vera').count(), 0);
    for (const [what, tab] of reading) {
      await eventually(`${what} to forget her`, async () => {
        const text = await tab.getByRole('main').innerText();
        return text.includes(tag) && !/\bvera\b/i.test(text);
      });
    }
    await page.goto(`${stack.url}/admin/accounts?deleted=yes`);
    await page.getByRole('row', { name: new RegExp(`${tag}.*Erased`) }).waitFor();
    await page.goto(`${stack.url}/admin/reports/chat`);
    await page.getByRole('row', { name: new RegExp(`${tag}.*Erased`) }).waitFor();
    assert.deepEqual([...errors, ...room.errors], []);
  });

  test('leaves a record that verifies, with only its public key', async () => {
    const key = await eventually('a checkpoint', async () => {
      const told = await hansard('export-log', join(directory, randomUUID())).catch(() => '');
      return /--key '(.+)'/.exec(told)?.[1];
    });
    const target = join(directory, 'exported');
    assert.match(await hansard('export-log', target), /events are in/);
    assert.match(await hansard('verify', target, '--key', key), /^Verified to #\d+/);
  });
});
