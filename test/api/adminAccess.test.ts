// From where the server may be administered: the list, the switch, and what is said to whoever stands outside.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { accountIn, admin, type Stack, startStack } from '../support/stack.ts';

const outside = '203.0.113.7';
const defaults = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '::1/128'];

describe('administration by address', () => {
  let stack: Stack;
  let root: ApiClient;

  beforeAll(async () => {
    // What a proxy on this machine says is believed, so that a test can come from anywhere.
    stack = await startStack({ media: false, env: { HANSARD_TRUSTED_PROXIES: '127.0.0.1/32' } });
    root = await stack.client();
  });
  afterAll(() => stack.stop());

  const from = async (address: string): Promise<ApiClient> => {
    const client = apiClient(stack.url, '', { 'x-forwarded-for': address });
    await client.signIn(admin.login, admin.password);
    return client;
  };
  const edit = (client: ApiClient, values: object, more = {}) =>
    client.command('editAccessSettings', { values: ['AccessSettingsInput!', values], ...more });
  const codeOf = async (client: ApiClient, query: string) =>
    (await client.query(query)).errors?.[0]?.extensions?.code ?? null;
  const dashboard = async (address: string) =>
    (await fetch(`${stack.url}/admin/reports/events`, { headers: { 'x-forwarded-for': address } })).status;

  test('begins with the list of the guide, the localhost switch off', async () => {
    const { accessSettings } = await root.data<{ accessSettings: object }>(
      '{ accessSettings { limited subnets localhostWithoutSignIn yourAddress revision } }',
    );
    const values = { limited: true, subnets: defaults, localhostWithoutSignIn: false };
    assert.deepEqual(accessSettings, { ...values, yourAddress: '127.0.0.1', revision: -1 });
  });

  test('makes a person of an administrator who comes from elsewhere', async () => {
    const client = await from(outside);
    const { serverInfo, viewer } = await client.data<{
      serverInfo: { administration: boolean; roleHere: string | null };
      viewer: { role: string | null; account: { id: string } };
    }>('{ serverInfo { administration roleHere } viewer { role account { id } } }');
    assert.deepEqual(serverInfo, { administration: false, roleHere: null });
    assert.equal(viewer.role, null);
    for (const query of [
      '{ accounts { totalCount } }',
      '{ events { totalCount } }',
      '{ accessSettings { limited } }',
    ]) {
      assert.equal(await codeOf(client, query), 'ACCESS_ADDRESS_OUTSIDE', query);
    }
    const refused = await edit(client, { limited: false });
    assert.equal(refused.code, 'ACCESS_ADDRESS_OUTSIDE');
    assert.equal((refused['details'] as { address: string }).address, outside);
    // Her own things are hers from anywhere.
    await client.accepted('editAccount', {
      accountId: ['ID!', viewer.account.id],
      profile: ['ProfileInput!', { company: 'Acme' }],
    });
  });

  test('refuses a conference of others by the address too, and strangers as before', async () => {
    const owner = await accountIn(stack, root, 'olga');
    const conferenceId = randomUUID();
    const id: [string, string] = ['ID!', conferenceId];
    await owner.accepted('createConference', {
      conferenceId: id,
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Board'],
    });
    const rename = { conferenceId: id, title: ['String', 'Mine'] as [string, string] };
    const client = await from(outside);
    assert.equal((await client.command('editConference', rename)).code, 'ACCESS_ADDRESS_OUTSIDE');
    const stranger = await accountIn(stack, root, 'serge');
    assert.equal((await stranger.command('editConference', rename)).code, 'CONFERENCE_NOT_MODERATOR');
    assert.equal(await codeOf(stranger, '{ accounts { totalCount } }'), 'ACCESS_DENIED');
    assert.equal((await root.command('editConference', rename)).__typename, 'Accepted');
  });

  test('keeps the dashboard itself from outside, in every spelling of the address', async () => {
    for (const address of [outside, `::ffff:${outside}`, '2001:db8::1']) {
      assert.equal(await dashboard(address), 403, address);
    }
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::1'])
      assert.notEqual(await dashboard(address), 403, address);
  });

  test('lets nobody shut herself out untold', async () => {
    const values = { subnets: ['192.0.2.0/24'] };
    const refused = await edit(root, values);
    assert.equal(refused.code, 'SETTINGS_LOCKS_YOU_OUT');
    assert.equal((refused['details'] as { address: string }).address, '127.0.0.1');
    assert.equal((await edit(root, values, { confirmLockout: ['Boolean', true] })).__typename, 'Accepted');
    assert.equal(await codeOf(root, '{ accounts { totalCount } }'), 'ACCESS_ADDRESS_OUTSIDE');
    // Whoever is on the new list can undo it, and is warned in turn: the defaults do not hold her.
    const client = await from('192.0.2.9');
    const section: [string, string] = ['SettingsSection!', 'ACCESS'];
    assert.equal((await client.command('resetSettings', { section })).code, 'SETTINGS_LOCKS_YOU_OUT');
    await client.accepted('resetSettings', { section, confirmLockout: ['Boolean', true] });
    assert.equal(await codeOf(root, '{ accounts { totalCount } }'), null);
  });

  test('ends what is followed from an address that is taken off the list', async () => {
    await edit(root, { subnets: [...defaults, outside] });
    const client = await from(outside);
    let pushed = 0;
    const { ended } = client.subscribe('subscription { events(after: "0") { type } }', {}, () => (pushed += 1));
    await eventually('a first push', () => pushed > 0);
    const before = performance.now();
    await edit(root, { subnets: defaults });
    await ended;
    assert.ok(performance.now() - before < 2_000, `${performance.now() - before} ms`);
  });

  test('counts for nothing while it is switched off', async () => {
    await edit(root, { limited: false });
    const client = await from(outside);
    assert.equal(await codeOf(client, '{ accounts { totalCount } }'), null);
    assert.notEqual(await dashboard(outside), 403);
    assert.equal((await edit(client, { limited: true })).code, 'SETTINGS_LOCKS_YOU_OUT');
    await edit(root, { limited: true });
  });

  /** Without signing in, under a name of the server and with headers of one's own choice. */
  const locally = (headers: Record<string, string>): Promise<string> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ query: '{ serverInfo { roleHere } accounts { totalCount } }' });
      const asking = request(
        `${stack.url}/graphql`,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-hansard': '1',
            'content-length': Buffer.byteLength(body),
            ...headers,
          },
        },
        (answer) => {
          answer.toArray().then((chunks) => resolve(Buffer.concat(chunks as Buffer[]).toString()), reject);
        },
      );
      asking.once('error', reject);
      asking.end(body);
    });

  test('knows the server itself without a sign-in only where that is switched on, and by the socket alone', async () => {
    assert.match(await locally({}), /ACCESS_SIGN_IN_REQUIRED/);
    await edit(root, { localhostWithoutSignIn: true });
    assert.match(await locally({}), /"roleHere":"ADMIN".*totalCount/);
    assert.match(await locally({ host: 'localhost:8080' }), /totalCount/);
    const forged: Record<string, string>[] = [
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-forwarded-for': outside },
      { forwarded: 'for=127.0.0.1' },
      { 'x-real-ip': '127.0.0.1' },
      { via: '1.1 proxy' },
      { host: 'meet.example.org' },
      { host: 'localhost.example.org' },
    ];
    for (const headers of forged) assert.match(await locally(headers), /ACCESS_/, JSON.stringify(headers));
  });

  test('records what is done at the server itself, and lets nobody own a thing there', async () => {
    const client = apiClient(stack.url);
    await client.accepted('editGeneralSettings', { values: ['GeneralSettingsInput!', { serverName: 'Meet' }] });
    const create = await client.command('createConference', {
      conferenceId: ['ID!', randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'X'],
    });
    assert.equal(create.code, 'ACCESS_SIGN_IN_REQUIRED');
    await eventually('the event', async () => {
      const { events } = await root.data<{ events: { edges: { node: { actorKind: string; actorId: string } }[] } }>(
        '{ events(filter: { types: ["GeneralSettingsEdited"] }) { edges { node { actorKind actorId } } } }',
      );
      const [edge] = events.edges;
      return edge?.node.actorKind === 'anonymous' && edge.node.actorId === 'localhost';
    });
    await edit(root, { localhostWithoutSignIn: false });
    assert.match(await locally({}), /ACCESS_SIGN_IN_REQUIRED/);
  });
});
