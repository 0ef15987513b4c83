// Whoever has shut herself out gets in again at the terminal of the server, while it runs.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { apiClient } from '../support/apiClient.ts';
import { admin, databaseUrl, type Stack, startStack } from '../support/stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const outside = '203.0.113.7';

describe('./hansard access', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      media: false,
      administrator: false,
      env: { HANSARD_TRUSTED_PROXIES: '127.0.0.1/32' },
    });
  });
  afterAll(() => stack.stop());

  const access = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const env = { ...process.env, HANSARD_DATA: stack.dataDir, DATABASE_URL: databaseUrl(stack.connection) };
    const run = promisify(execFile)(process.execPath, [main, 'access', ...args], { env, timeout: 30_000 });
    return run.then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        out: error.stdout,
        err: error.stderr,
      }),
    );
  };
  const from = (address: string) => apiClient(stack.url, '', { 'x-forwarded-for': address });
  const codeFrom = async (address: string) => {
    const client = from(address);
    await client.signIn(admin.login, admin.password);
    return (await client.query('{ accounts { totalCount } }')).errors?.[0]?.extensions?.code ?? null;
  };

  test('finds the address on the list that the server was set up from', async () => {
    const token = /setup\?token=([\w-]+)/.exec(stack.logs())?.[1] ?? '';
    const { setUpServer } = await from(outside).data<{ setUpServer: { viewer: { role: string } } }>(
      `mutation ($c: CommandInput!, $t: String!, $a: ID!, $l: String!, $p: String!) {
        setUpServer(command: $c, token: $t, accountId: $a, login: $l, password: $p) {
          ... on SignedIn { viewer { role } }
        }
      }`,
      { c: { commandId: randomUUID() }, t: token, a: randomUUID(), l: admin.login, p: admin.password },
    );
    assert.equal(setUpServer.viewer.role, 'ADMIN');
    assert.equal(await codeFrom(outside), null);
    assert.equal(await codeFrom('203.0.113.8'), 'ACCESS_ADDRESS_OUTSIDE');
    assert.match((await access()).out, /^Only from: 10\.0\.0\.0\/8, .*, 203\.0\.113\.7\/32\n$/);
  });

  test('lets an address in, at once', async () => {
    const { code, out } = await access('--allow', '203.0.113.8');
    assert.equal(code, 0);
    assert.match(out, /203\.0\.113\.8\/32/);
    assert.equal(await codeFrom('203.0.113.8'), null);
    assert.equal(await codeFrom('203.0.113.9'), 'ACCESS_ADDRESS_OUTSIDE');
    const { configurationChanges } = await stack
      .client()
      .then((client) =>
        client.data<{ configurationChanges: { edges: { node: { actorKind: string; reason: string } }[] } }>(
          '{ configurationChanges(first: 1) { edges { node { actorKind reason } } } }',
        ),
      );
    assert.deepEqual(configurationChanges.edges[0]?.node, {
      actorKind: 'system',
      reason: 'Asked for at the terminal of the server',
    });
  });

  test('lets everybody in, where that is asked for', async () => {
    assert.match((await access('--everywhere')).out, /^From every address\.\n$/);
    assert.equal(await codeFrom('198.51.100.1'), null);
  });

  test('refuses what is no address, with a sentence', async () => {
    const { code, err } = await access('--allow', '10.0.0.0/33');
    assert.equal(code, 2);
    assert.match(err, /^--allow takes an address or a subnet .*, not "10\.0\.0\.0\/33"\./);
  });
});
