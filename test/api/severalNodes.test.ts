import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { RawClient } from '../media/rawClient.ts';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { codesIn, guesses } from './guesses.ts';

/** Five times what is promised: less than a second. */
const soonMs = 5_000;
const viewerQuery = '{ viewer { signInId } }';
const updates = 'subscription { conferencesChanged }';
const wrongsMax = 10;

type Notice = { name: string; position: string };

describe('several nodes on one database', () => {
  let stack: Stack;
  let root: ApiClient;
  /** Conferences whose people have left: their sessions end by themselves, a minute later. */
  const emptied: string[] = [];

  beforeAll(async () => {
    stack = await startStack({
      nodes: {
        one: 'api,projections',
        two: 'api',
        three: 'projections',
        four: 'jobs',
        five: 'jobs',
        media: 'media',
      },
    });
    root = await stack.client();
    const port = Number(new URL(stack.url).port);
    for (const title of ['first', 'second', 'third']) {
      const conferenceId = randomUUID();
      await root.accepted('createConference', {
        conferenceId: ['ID!', conferenceId],
        kind: ['ConferenceKind!', 'AD_HOC'],
        title: ['String!', title],
      });
      const { ticket, sessionId } = await root.join(conferenceId);
      const client = await RawClient.open(port);
      await client.request('hello', { ticket: String(ticket) });
      await client.request('leave', {});
      emptied.push(String(sessionId));
    }
  }, 120_000);
  afterAll(() => stack.stop());

  const elsewhere = (client: ApiClient) => apiClient(stack.urlOf('two'), client.cookie());
  const signedIn = async (client: ApiClient) =>
    (await client.data<{ viewer: object | null }>(viewerQuery)).viewer !== null;
  /** Subscribes; the answer tells whether the server has ended it. */
  const endOf = (client: ApiClient): (() => boolean) => {
    let over = false;
    const { ended } = client.subscribe(updates, {}, () => undefined);
    void ended.then(() => {
      over = true;
    });
    return () => over;
  };
  const eventsOf = (where: string) =>
    runSql(
      stack.connection,
      `select stream, type, convert_from(data, 'UTF8')::jsonb as data
       from log.events where ${where}`,
    );

  test('take a sign-in from each other, and a sign-out', async () => {
    const one = await accountIn(stack, root, 'roams');
    const two = elsewhere(one);
    assert.ok(await signedIn(two));
    const over = endOf(two);
    await one.accepted('signOut', {});
    await eventually('the subscription to end', over, soonMs);
    assert.equal(await signedIn(two), false);
  });

  test('end what somebody does at another node once her devices are disconnected', async () => {
    const one = await accountIn(stack, root, 'thrown-out');
    const two = elsewhere(one);
    const over = endOf(two);
    assert.ok(await signedIn(two));
    await root.accepted('disconnectDevices', { accountId: ['ID!', one.accountId] });
    await eventually('the subscription to end', over, soonMs);
    assert.equal(await signedIn(two), false);
    // Two processes react to the same event; its consequence stands on the record once.
    const ended = await eventsOf(
      `type = 'SignedOut'
       and convert_from(metadata, 'UTF8')::jsonb ->> 'causationId' is not null`,
    );
    assert.equal(new Set(ended.map(({ stream }) => stream)).size, ended.length);
    assert.ok(ended.length > 0);
  });

  test('count failed sign-ins together', async () => {
    await accountIn(stack, root, 'guessed');
    const outcomes: string[] = [];
    for (let guess = 0; guess <= wrongsMax; guess += 1) {
      const outcome = await stack.client('guessed', `wrong ${guess}`, guess % 2 === 0 ? 'one' : 'two').catch(String);
      outcomes.push(/SIGN_IN_\w+/.exec(String(outcome))?.[0] ?? String(outcome));
    }
    assert.deepEqual(outcomes, [...Array<string>(wrongsMax).fill('SIGN_IN_FAILED'), 'SIGN_IN_TOO_MANY_ATTEMPTS']);
  });

  test('count failed sign-ins from one address together, whoever they were for', async () => {
    const guess = async (node: string, count: number): Promise<string[]> => {
      const headers = { 'content-type': 'application/json', 'x-hansard': '1' };
      const options = { method: 'POST', headers, localAddress: '127.0.0.60', agent: false } as const;
      const asking = request(`${stack.urlOf(node)}/graphql`, options);
      asking.end(JSON.stringify(guesses(count)));
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      return codesIn(Buffer.concat(await answer.toArray()).toString());
    };
    const failed = (count: number) => Array<string>(count).fill('SIGN_IN_FAILED');
    assert.deepEqual(await guess('one', 13), failed(13));
    assert.deepEqual(await guess('two', 14), failed(14));
    // One count of both; a hundred guesses would take their time.
    const more = `update vault.attempts set count = 90 where key like 'address:%' and count = 27 returning key`;
    assert.equal((await runSql(stack.connection, more)).length, 1);
    assert.deepEqual(await guess('two', 4), failed(4));
    assert.deepEqual(await guess('one', 6), failed(6));
    for (const node of ['one', 'two'])
      assert.deepEqual(await guess(node, 2), Array<string>(2).fill('SIGN_IN_TOO_MANY_ATTEMPTS'), node);
    // Others are not held up by it.
    await stack.client();
  });

  test('show changes that were made at another node', async () => {
    const conferenceId = randomUUID();
    await root.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'AD_HOC'],
      title: ['String!', 'Before'],
    });
    const there = elsewhere(root);
    const known = 'query ($id: ID!) { conference(id: $id) { title } }';
    await eventually(
      'it to be known there',
      async () => (await there.data(known, { id: conferenceId }))['conference'] !== null,
      30_000,
    );
    const titles: unknown[] = [];
    const following = there.subscribe(
      'subscription ($id: ID!) { conference(id: $id) { title } }',
      { id: conferenceId },
      ({ conference }) => titles.push((conference as { title: string } | null)?.title),
    );
    await eventually('the present state', () => titles.includes('Before'), 30_000);
    await root.accepted('editConference', { conferenceId: ['ID!', conferenceId], title: ['String', 'After'] });
    await eventually('the change', () => titles.includes('After'), soonMs);
    following.stop();
  });

  test('know who is online at another node, and put it on the record once', { timeout: 120_000 }, async () => {
    const one = await accountIn(stack, root, 'present');
    const { accountId } = one;
    const statusAt = async (client: ApiClient) => {
      const { account } = await client.data<{ account: { status: string } }>(
        'query ($id: ID!) { account(id: $id) { status } }',
        { id: accountId },
      );
      return account.status;
    };
    // Somebody who is nobody is told nothing, and in nobody's way.
    await apiClient(stack.url)
      .subscribe(updates, {}, () => undefined)
      .ended.catch(() => undefined);
    const following = one.subscribe(updates, {}, () => undefined);
    const two = elsewhere(root);
    await eventually(
      'her to be seen at both',
      async () => (await statusAt(two)) === 'ONLINE' && (await statusAt(root)) === 'ONLINE',
    ).catch(async (error: unknown) => {
      const nodes = await runSql(stack.connection, 'select name, beat, presence from nodes.node order by name');
      const said = { here: await statusAt(root), there: await statusAt(two), nodes, logs: stack.logs().slice(-4_000) };
      throw new Error(JSON.stringify(said), { cause: error });
    });
    const settled = () => eventsOf(`stream = 'accountStatus-${accountId}' order by revision`);
    await eventually('her status on the record', async () => (await settled()).length > 0, 40_000);
    // The other process has had the ten seconds after which it would record it too.
    const beats = async () => {
      const [two] = await runSql(stack.connection, `select beat from nodes.node where name = 'two'`);
      return Number(two?.['beat']);
    };
    const before = await beats();
    await eventually('a dozen more looks', async () => (await beats()) > before + 12, 40_000);
    const [only, ...others] = await settled();
    assert.deepEqual((only?.['data'] as { status: number } | undefined)?.status, 1);
    assert.deepEqual(others, []);
    following.stop();
  });

  test('move each projection on one at a time, and take over from one that dies', { timeout: 120_000 }, async () => {
    const notices: Notice[] = [];
    const listener = new pg.Client(stack.connection);
    await listener.connect();
    listener.on('notification', ({ payload }) => notices.push(JSON.parse(payload ?? '') as Notice));
    await listener.query('listen hansard_read');
    const two = elsewhere(root);
    const work = async (turns: number) => {
      for (let turn = 0; turn < turns; turn += 1) {
        const args: Record<string, [string, unknown]> = {
          conferenceId: ['ID!', randomUUID()],
          kind: ['ConferenceKind!', 'AD_HOC'],
          title: ['String!', `Title ${turn}`],
        };
        await (turn % 2 === 0 ? root : two).accepted('createConference', args);
      }
    };
    const whole = async () => {
      const halted = 'select name, "haltReason" from read.checkpoint where "haltedAt" is not null';
      assert.deepEqual(await runSql(stack.connection, halted), []);
      const [row] = await runSql(
        stack.connection,
        'select (select count(*) from log.events) = (select count(*) from read.event) whole',
      );
      return row?.['whole'] === true;
    };
    await work(40);
    await eventually('the read models', whole, 30_000);
    const moves = notices.filter(({ name, position }, index) => {
      const before = notices.slice(0, index).findLast((notice) => notice.name === name);
      assert.ok((before?.position ?? '') <= position, `${name} went back to ${position}`);
      return before?.position === position;
    });
    // Whoever begins to follow says where it stands, with a first batch without events; nobody does anything twice.
    assert.ok(moves.length <= 12, JSON.stringify(moves));
    await listener.end();

    for (const dead of ['three', 'one']) {
      await stack.kill(dead, 'SIGKILL');
      const conferenceId = randomUUID();
      const position = await two.accepted('createConference', {
        conferenceId: ['ID!', conferenceId],
        kind: ['ConferenceKind!', 'AD_HOC'],
        title: ['String!', `While ${dead} is dead`],
      });
      await eventually(
        'the other one to go on',
        async () => {
          const [row] = await runSql(
            stack.connection,
            `select min(position) as position from read.checkpoint
           where name <> 'processes'`,
          );
          return String(row?.['position']) >= position;
        },
        30_000,
      );
      await stack.start(dead);
    }
  });

  test('end a session that nobody is in once, also where one job worker dies', { timeout: 150_000 }, async () => {
    await stack.kill('four', 'SIGKILL');
    const list = emptied.map((id) => `'session-${id}'`).join(', ');
    const ends = () => eventsOf(`type = 'SessionEnded' and stream in (${list})`);
    await eventually('the sessions to end', async () => (await ends()).length === emptied.length, 120_000);
    await stack.start('four');
    await eventually(
      'the conferences to be free again',
      async () => {
        const finished = await eventsOf(`type = 'ConferenceRunFinished'`);
        return emptied.every(
          (id) => finished.filter(({ data }) => (data as { sessionId: string }).sessionId === id).length === 1,
        );
      },
      30_000,
    );
    assert.equal((await ends()).length, emptied.length);
  });
});
