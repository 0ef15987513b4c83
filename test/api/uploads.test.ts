// Bodies on their way: an upload that keeps moving may take long, and nobody else may.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiParts } from '../../src/api/context.ts';
import { type ApiOptions, type ApiServer, startApi } from '../../src/api/server.ts';
import type { Caller } from '../../src/commands/access.ts';
import { createAccount } from '../../src/commands/identity.ts';
import { endSignInOf, signInWithPassword } from '../../src/commands/signIn.ts';
import { configurationFilesIn } from '../../src/operations/settingsBackups.ts';
import { type MemoryServer, memoryServer, passphrase } from '../support/configurations.ts';
import { eventually } from '../support/eventually.ts';

const bodyTimes = { wholeMs: 1_000, idleMs: 1_000, uploadMs: 60_000 };
const stepMs = 200;
const people = 50;
const here = '127.0.0.1';

type Answer = { status: number; text: string; tookMs: number; arrivals: number[] };

describe('an upload', () => {
  let first: MemoryServer;
  let server: MemoryServer;
  let dataDir: string;
  let api: ApiServer;
  let file: Buffer;
  const logged: string[] = [];

  beforeAll(async () => {
    [first, server] = [await memoryServer(), await memoryServer(here)];
    for (let n = 0; n < people; n += 1) {
      const [accountId, login] = [randomUUID(), `person-${n}`];
      const asked = { accountId, login, password: `password of ${login}`, profile: { displayName: login } };
      await createAccount(first.needs, first.call(), asked);
    }
    file = await first.save();
    dataDir = await mkdtemp(join(tmpdir(), 'hansard-uploads-'));
    const { needs } = server;
    // Each command takes so long that a restore takes longer than any body may.
    const execute: typeof needs.executor.execute = async (...asked) => {
      await wait(stepMs);
      return needs.executor.execute(...asked);
    };
    const parts = {
      needs: { ...needs, executor: { ...needs.executor, execute } },
      configurationFiles: configurationFilesIn(dataDir, () => new Date(), randomUUID),
    } as unknown as ApiParts;
    const options: Partial<ApiOptions> = {
      listen: { host: here, port: 0, reusePort: false },
      tls: null,
      trustedProxies: [],
      webRoot: dataDir,
      newId: randomUUID,
      bodyTimes,
      log: (message, fields) => void logged.push(`${message} ${JSON.stringify(fields)}`),
      detail: () => undefined,
      witness: null,
    };
    api = await startApi(parts, options as ApiOptions);
  });
  afterAll(async () => {
    await api.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const signedIn = async (login: string) => {
    const { caller, ...call } = server.call();
    const nobody: Caller = { ...caller, actor: { kind: 'anonymous', id: 'anonymous' }, role: null };
    const asked = { login, password: `password of ${login}` };
    const { token, signInId } = await signInWithPassword(server.needs, { ...call, caller: nobody }, asked);
    return { cookie: `hansard_session=${token}`, signInId };
  };
  const begun = (path: string, cookie: string, bytes: number): { asking: ClientRequest; answer: Promise<Answer> } => {
    const headers = { 'x-hansard': '1', cookie, 'content-length': bytes, 'content-type': 'application/json' };
    const sentMs = performance.now();
    const asking = request({ host: here, port: api.port, path, method: 'POST', agent: false, headers });
    const answer = new Promise<Answer>((resolve, reject) => {
      asking.once('error', reject);
      asking.once('response', (response: IncomingMessage) => {
        const told: Answer = { status: response.statusCode ?? 0, text: '', tookMs: 0, arrivals: [] };
        response.on('data', (chunk: Buffer) => {
          told.text += chunk.toString();
          told.arrivals.push(performance.now());
        });
        response.once('close', () => resolve({ ...told, tookMs: performance.now() - sentMs }));
      });
    });
    answer.catch(() => undefined);
    asking.flushHeaders();
    return { asking, answer };
  };
  const bodyOf = (more: object = {}) =>
    Buffer.concat([
      Buffer.from(`${JSON.stringify({ command: { commandId: randomUUID(), ...more }, passphrase })}\n`),
      file,
    ]);
  /** Sends a body in so many pieces. */
  const drip = async (asking: ClientRequest, body: Buffer, pieces: number): Promise<void> => {
    const bytes = Math.ceil(body.length / pieces);
    for (let from = 0; from < body.length; from += bytes) {
      asking.write(body.subarray(from, from + bytes));
      await wait(100);
    }
    asking.end();
  };
  const staged = async () => (await readdir(join(dataDir, 'settings-backups'))).filter((name) => name.startsWith('.'));
  const restoresBegun = async () =>
    (await server.events()).filter(({ type }) => type === 'ConfigurationRestoreBegun').length;

  test('may take longer than any other body, and what it begins longer still', async () => {
    const { cookie } = await signedIn('root');
    const body = bodyOf();
    const { asking, answer } = begun('/configuration/restore', cookie, body.length);
    const begunMs = performance.now();
    await drip(asking, body, 25);
    const arrivedMs = performance.now();
    assert.ok(arrivedMs - begunMs > 2 * bodyTimes.wholeMs);
    const { status, text, arrivals } = await answer;
    assert.equal(status, 200, text);
    assert.match(text, new RegExp(`"is":"end","counts":\\{"created":${people},`));
    const [heardMs = 0, endedMs = 0] = [arrivals[0], arrivals.at(-1)];
    assert.ok(endedMs - arrivedMs > 2 * bodyTimes.wholeMs, `${endedMs - arrivedMs} ms`);
    assert.ok(endedMs - heardMs > bodyTimes.wholeMs, 'what was done is told while it goes on');
  });

  test('that stalls is hung up on, and leaves nothing behind', async () => {
    const { cookie } = await signedIn('root');
    const body = bodyOf();
    const { asking, answer } = begun('/configuration/restore', cookie, body.length);
    asking.write(body.subarray(0, 2_000));
    const { status, tookMs } = await answer;
    assert.equal(status, 408);
    assert.ok(tookMs >= bodyTimes.idleMs - 20, `${tookMs} ms`);
    await eventually('the upload to be removed', async () => (await staged()).length === 0);
    assert.deepEqual(logged, []);
  });

  test('of whoever may not restore is refused before any of it is there, also while the places are taken', async () => {
    const stranger = { accountId: randomUUID(), login: 'stranger', password: 'password of stranger' };
    await createAccount(server.needs, server.call(), { ...stranger, profile: { displayName: 'S' } });
    const { cookie } = await signedIn('root');
    const taken = Array.from({ length: 4 }, () => begun('/configuration/restore', cookie, 9_000));
    for (const { asking } of taken) asking.write(bodyOf().subarray(0, 2_000));
    await eventually('all uploads to begin', async () => (await staged()).length === taken.length);
    const statuses = [];
    for (const by of ['', (await signedIn('stranger')).cookie, cookie]) {
      statuses.push((await begun('/configuration/restore', by, 200_000_000).answer).status);
    }
    assert.deepEqual(statuses, [401, 403, 503]);
    for (const { asking, answer } of taken) {
      asking.destroy();
      await answer.catch(() => undefined);
    }
    await eventually('the uploads to be removed', async () => (await staged()).length === 0);
  });

  test('that is slow keeps nobody else from saving or restoring', async () => {
    const { cookie } = await signedIn('root');
    const slow = [1, 2, 3].map(() => begun('/configuration/restore', cookie, 9_000));
    for (const { asking } of slow) asking.write(bodyOf().subarray(0, 2_000));
    await eventually('the uploads to begin', async () => (await staged()).length === slow.length);
    const body = bodyOf({ dryRun: true });
    const { asking, answer } = begun('/configuration/restore', cookie, body.length);
    asking.end(body);
    const { status, text } = await answer;
    assert.equal(status, 200, text);
    assert.match(text, /"is":"end"/);
    const saved = begun('/configuration/save', cookie, 0);
    saved.asking.end();
    assert.equal((await saved.answer).status, 400, 'it has a place, and hears what it lacks');
    for (const each of slow) {
      each.asking.destroy();
      await each.answer.catch(() => undefined);
    }
    await eventually('the uploads to be removed', async () => (await staged()).length === 0);
  });

  test('restores nothing for whoever has signed out meanwhile', async () => {
    const { cookie, signInId } = await signedIn('root');
    const before = await restoresBegun();
    const body = bodyOf();
    const { asking, answer } = begun('/configuration/restore', cookie, body.length);
    asking.write(body.subarray(0, 2_000));
    await eventually('the upload to begin', async () => (await staged()).length === 1);
    await endSignInOf(server.needs, server.call(), { signInId });
    asking.end(body.subarray(2_000));
    assert.equal((await answer).status, 401);
    assert.equal(await restoresBegun(), before);
    assert.deepEqual(await staged(), []);
  });

  test('is the only body that may take so long', async () => {
    const { cookie } = await signedIn('root');
    for (const path of ['/graphql', '/graphql/shared', '/configuration/save']) {
      const { asking, answer } = begun(path, cookie, 200);
      const sending = drip(asking, Buffer.alloc(200, ' '), 40).then(() => 'all of it');
      const answered = answer.then(({ status }) => status);
      assert.equal(await Promise.race([answered, sending]), 408, path);
    }
  });
});
