// Two API processes behind a real nginx with the configuration we ship.
import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../support/cuttableProxy.ts';
import { eventually } from '../support/eventually.ts';
import { startNginx, type TestNginx } from '../support/nginx.ts';
import { runSql } from '../support/postgres.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';
import { codesIn, guesses } from './guesses.ts';

const signIn = `mutation ($c: CommandInput!, $l: String!, $p: String!) {
  signIn(command: $c, login: $l, password: $p) { __typename ... on Refusal { code } }
}`;
const figures = { query: 'subscription { summary { accounts } }' };

describe('behind a reverse proxy', () => {
  let stack: Stack;
  let second: ChildProcess;
  let nginx: TestNginx;
  let logs = '';

  beforeAll(async () => {
    stack = await startStack({ env: { HANSARD_TRUSTED_PROXIES: '127.0.0.1/32' } });
    const port = await freePort();
    const { user, host, database } = stack.connection;
    second = spawn(
      process.execPath,
      [fileURLToPath(new URL('../../src/main.ts', import.meta.url)), 'serve', '--roles', 'api'],
      {
        env: {
          ...process.env,
          HANSARD_DATA: stack.dataDir,
          DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
          HANSARD_NODE: 'node-2',
          HANSARD_PORT: String(port),
          HANSARD_TRUSTED_PROXIES: '127.0.0.1/32',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [second.stdout, second.stderr])
      stream?.on('data', (chunk: Buffer) => (logs += chunk.toString()));
    await eventually(
      'the second API process',
      () => fetch(`http://127.0.0.1:${port}/livez`).catch(() => null),
      30_000,
    ).catch((error: unknown) => {
      throw new Error(logs, { cause: error });
    });
    nginx = await startNginx([Number(new URL(stack.url).port), port]);
  });
  afterAll(async () => {
    await nginx.stop();
    second.kill('SIGTERM');
    await eventually('its end', () => second.exitCode !== null || second.signalCode !== null, 20_000);
    await stack.stop();
  });

  type Asked = { from?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal };
  /** Through the proxy, from an address of this machine; answers as soon as the headers are there. */
  const ask = async (
    path: string,
    { from = '127.0.0.7', headers = {}, body, signal }: Asked,
  ): Promise<IncomingMessage> => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const asking = request({
      host: '127.0.0.1',
      port: nginx.port,
      path,
      ca: nginx.ca,
      localAddress: from,
      agent: false,
      method: text ? 'POST' : 'GET',
      headers: {
        host: `localhost:${nginx.port}`,
        ...(text
          ? { 'content-type': 'application/json', 'x-hansard': '1', 'content-length': Buffer.byteLength(text) }
          : {}),
        ...headers,
      },
      ...(signal && { signal }),
    });
    asking.end(text);
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    return answer;
  };
  const textOf = async (answer: IncomingMessage): Promise<string> => Buffer.concat(await answer.toArray()).toString();
  const signInFrom = async (from: string, headers: Record<string, string> = {}) => {
    const variables = { c: { commandId: randomUUID() }, l: admin.login, p: admin.password };
    const answer = await ask('/graphql', { from, headers, body: { query: signIn, variables } });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    return { cookie, said: await textOf(answer), pair: cookie.split(';')[0] ?? '' };
  };
  const graphql = async <Data>(cookie: string, query: string): Promise<Data> => {
    const answer = await ask('/graphql', { headers: { cookie }, body: { query } });
    return (JSON.parse(await textOf(answer)) as { data: Data }).data;
  };

  test('what is recorded is where the client is, whatever the client says', async () => {
    const lie = { 'x-forwarded-for': '198.51.100.66', 'x-real-ip': '198.51.100.66', forwarded: 'for=198.51.100.66' };
    const { cookie, pair } = await signInFrom('127.0.0.9', lie);
    assert.match(cookie, /; Secure$/);
    const seen = await eventually('the sign-in on the record', async () => {
      const { viewer } = await graphql<{ viewer: { account: { devices: { ip: string; current: boolean }[] } } }>(
        pair,
        '{ viewer { account { devices { ip current } } } }',
      );
      return viewer.account.devices.find(({ current }) => current);
    });
    assert.equal(seen.ip, '127.0.0.9');
    const { events } = await graphql<{ events: { edges: { node: { ip: string } }[] } }>(
      pair,
      '{ events(first: 50) { edges { node { ip } } } }',
    );
    const addresses = events.edges.map(({ node }) => node.ip);
    assert.ok(addresses.includes('127.0.0.9') && !addresses.includes('198.51.100.66'));
  });

  test('whoever asks without the proxy is not believed to be one', async () => {
    const { host, port } = new URL(stack.url);
    const asking = requestPlain({
      host: '127.0.0.1',
      port,
      path: '/graphql',
      localAddress: '127.0.0.8',
      method: 'POST',
      headers: {
        host,
        'content-type': 'application/json',
        'x-hansard': '1',
        'x-forwarded-for': '198.51.100.66',
        'x-forwarded-proto': 'https',
      },
    });
    const variables = { c: { commandId: randomUUID() }, l: admin.login, p: admin.password };
    asking.end(JSON.stringify({ query: signIn, variables }));
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    assert.match(cookie, /SameSite=Lax$/);
    const { viewer } = await eventually('the device', async () => {
      const seen = await graphql<{ viewer: { account: { devices: { ip: string; current: boolean }[] } } }>(
        cookie.split(';')[0] ?? '',
        '{ viewer { account { devices { ip current } } } }',
      );
      return seen.viewer.account.devices.some(({ current }) => current) && seen;
    });
    assert.equal(viewer.account.devices.find(({ current }) => current)?.ip, '127.0.0.8');
  });

  test('failed sign-ins count for the address of the client, and a lie about it buys no more of them', async () => {
    const guess = async (from: string) => {
      const headers = { 'x-forwarded-for': `203.0.113.${Math.floor(Math.random() * 250)}` };
      return codesIn(await textOf(await ask('/graphql', { from, headers, body: guesses(15) })));
    };
    assert.deepEqual(new Set(await guess('127.0.0.20')), new Set(['SIGN_IN_FAILED']));
    // Seventy more would take their time.
    const more = `update vault.attempts set count = 85 where key like 'address:%' and count = 15 returning key`;
    assert.equal((await runSql(stack.connection, more)).length, 1);
    const codes = [...(await guess('127.0.0.20')), ...(await guess('127.0.0.20'))];
    assert.equal(codes.filter((code) => code === 'SIGN_IN_FAILED').length, 15);
    assert.equal(codes.filter((code) => code === 'SIGN_IN_TOO_MANY_ATTEMPTS').length, 15);
    assert.match((await signInFrom('127.0.0.20')).said, /TOO_MANY/);
    assert.match((await signInFrom('127.0.0.21')).said, /SignedIn/);
  });

  test('a stream stays open, comes as it is written, and takes changes wherever the proxy sends things', async () => {
    const tabs = await Promise.all(Array.from({ length: 6 }, (_, n) => signInFrom(`127.0.0.${30 + n}`)));
    for (const { pair } of tabs) {
      const closing = new AbortController();
      const headers = { cookie: pair };
      const body = { start: [{ id: 'a', ...figures }] };
      const stream = await ask('/graphql/shared', { headers, body, signal: closing.signal });
      stream.on('error', () => undefined); // Cut off below.
      let said = '';
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const name = await eventually('its name', () => /"stream":"([\w-]+)"/.exec(said)?.[1]);
      await eventually('figures', () => said.includes('"id":"a"'));
      for (const id of ['b', 'c', 'd']) {
        const more = await ask('/graphql/shared', { headers, body: { stream: name, start: [{ id, ...figures }] } });
        assert.equal(more.statusCode, 202);
        await textOf(more);
        await eventually(`figures of ${id}`, () => said.includes(`"id":"${id}"`));
      }
      closing.abort();
    }
  });

  test('a subscription of its own comes as it is written', async () => {
    const { pair } = await signInFrom('127.0.0.40');
    const closing = new AbortController();
    const headers = { cookie: pair, accept: 'text/event-stream' };
    const stream = await ask('/graphql/stream', { headers, body: figures, signal: closing.signal });
    stream.on('error', () => undefined); // Cut off below.
    let said = '';
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await eventually('figures', () => /event: next\ndata: .*"accounts":1/.test(said));
    closing.abort();
  });

  test('a WebSocket opens for pages of this origin, and only for them', async () => {
    const client = await stack.client();
    const conferenceId = randomUUID();
    await client.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Room'],
    });
    const { ticket } = await client.join(conferenceId);
    const url = `wss://localhost:${nginx.port}/signalling`;
    const foreign = new WebSocket(url, { ca: nginx.ca, origin: 'https://evil.example.org' });
    const [refused] = (await once(foreign, 'error')) as [Error];
    assert.match(refused.message, /403/);
    // Named by the client as the host it wants, which the proxy replaces.
    const headers = { 'x-forwarded-host': 'evil.example.org' };
    const lying = new WebSocket(url, { ca: nginx.ca, origin: 'https://evil.example.org', headers });
    assert.match(((await once(lying, 'error')) as [Error])[0].message, /403/);
    const socket = new WebSocket(url, { ca: nginx.ca, origin: `https://localhost:${nginx.port}` });
    await once(socket, 'open');
    socket.send(JSON.stringify({ id: 1, method: 'hello', data: { ticket } }));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    assert.match(answer.toString(), /"ok":true.*"routerRtpCapabilities"/);
    socket.close();
  });

  test('a long file of the configuration passes as it comes, of whoever may send one', async () => {
    const { pair } = await signInFrom('127.0.0.7');
    const restoring = (cookie: string) =>
      request({
        host: '127.0.0.1',
        port: nginx.port,
        path: '/configuration/restore',
        ca: nginx.ca,
        agent: false,
        method: 'POST',
        headers: { host: `localhost:${nginx.port}`, 'x-hansard': '1', 'content-length': 3_000_000, cookie },
      });
    const anonymous = restoring('');
    anonymous.flushHeaders();
    const [refused] = (await once(anonymous, 'response')) as [IncomingMessage];
    assert.equal(refused.statusCode, 401); // None of it was sent.
    anonymous.destroy();
    const known = restoring(pair);
    known.end(`${JSON.stringify({ command: { commandId: randomUUID() }, passphrase: '' })}\n`.padEnd(3_000_000, 'x'));
    const [answer] = (await once(known, 'response')) as [IncomingMessage];
    assert.match(await textOf(answer), /"code":"SETTINGS_FILE_UNUSABLE"/);
    assert.equal(answer.statusCode, 400);
  });

  test('plain HTTP leads to HTTPS, and what is for the inside stays there', async () => {
    const plain = await fetch(`http://127.0.0.1:${nginx.plainPort}/portal`, { redirect: 'manual' });
    assert.deepEqual([plain.status, plain.headers.get('location')], [301, 'https://127.0.0.1/portal']);
    for (const path of ['/metrics', '/readyz']) assert.equal((await ask(path, {})).statusCode, 404, path);
    const page = await ask('/portal', {});
    assert.equal(page.statusCode, 200);
    assert.match(page.headers['strict-transport-security'] ?? '', /max-age/);
  });

  test('one of two API processes can go', async () => {
    const gone = once(second, 'exit');
    second.kill('SIGKILL');
    await gone;
    for (let round = 0; round < 6; round += 1) {
      const { said } = await signInFrom('127.0.0.50');
      assert.match(said, /SignedIn/);
    }
  });
});
