import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { BadConfig, readConfig } from '../../src/config.ts';
import { pushToWitnesses } from '../../src/operations/witnessPusher.ts';
import { type WitnessTarget, witnessTarget } from '../../src/operations/witnessTargets.ts';
import { signCheckpoint } from '../../src/proof/checkpoint.ts';
import { leafHash } from '../../src/proof/merkle.ts';
import { signerOf } from '../../src/proof/note.ts';
import { type Subnet, subnetOf } from '../../src/subnets.ts';
import { eventually } from '../support/eventually.ts';

const origin = 'hansard/01920000-0000-7000-8000-000000000001';
const signer = signerOf(origin, Buffer.alloc(32, 1));
const noteOf = (size: number, root = 'root'): string =>
  signCheckpoint({ origin, size, root: leafHash(Buffer.from(`${root} ${size}`)) }, [signer]);
const sentOf = (size: number, root?: string) => ({ id: `event-${size}`, origin, size, note: noteOf(size, root) });
const thisMachine = [subnetOf('127.0.0.0/8'), subnetOf('::1')].filter((each): each is Subnet => each !== null);

describe('a witness', () => {
  let directory: string;
  let asked: { headers: IncomingMessage['headers']; method: string; body: string }[];
  let respond: (response: ServerResponse) => void;
  let url: string;
  let close: () => void;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-witness-'));
    asked = [];
    respond = (response) => response.end();
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ headers: request.headers, method: request.method ?? '', body });
        respond(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://localhost:${(server.address() as AddressInfo).port}/keep`;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  afterEach(async () => {
    close();
    await rm(directory, { recursive: true, force: true });
  });

  test('that is a directory keeps each checkpoint, and another history is not written over one', async () => {
    const { send } = witnessTarget(directory, []);
    await send(sentOf(9));
    await send(sentOf(12));
    await send(sentOf(9));
    const names = (await readdir(directory)).toSorted();
    assert.deepEqual(
      names,
      [9, 12].map((size) => `${origin.replace('/', '-')}-${String(size).padStart(16, '0')}.checkpoint`),
    );
    assert.equal(await readFile(join(directory, names[0] ?? ''), 'utf8'), noteOf(9));
    await assert.rejects(send(sentOf(9, 'another')), /another history was signed/);
    assert.equal(await readFile(join(directory, names[0] ?? ''), 'utf8'), noteOf(9));
  });

  test('that is a directory has to be there', async () => {
    await assert.rejects(witnessTarget(join(directory, 'not', 'mounted'), []).send(sentOf(9)), /ENOENT/);
    assert.deepEqual(await readdir(directory), []);
  });

  test('that is a URL gets the checkpoint', async () => {
    await witnessTarget(url, thisMachine).send(sentOf(9));
    const [{ headers, method, body }] = asked as [(typeof asked)[number]];
    assert.deepEqual([method, body], ['POST', noteOf(9)]);
    assert.deepEqual([headers['webhook-id'], headers['content-type']], ['event-9', 'text/plain; charset=utf-8']);
  });

  test('on a network of its own is asked only where that is allowed', async () => {
    const port = new URL(url).port;
    for (const host of [
      'localhost',
      '127.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '169.254.169.254',
      '10.0.0.1',
    ])
      await assert.rejects(witnessTarget(`http://${host}:${port}/`, []).send(sentOf(9)), /no public address/, host);
    assert.deepEqual(asked, []);
    await witnessTarget(`http://127.0.0.1:${port}/`, thisMachine).send(sentOf(9));
    assert.equal(asked.length, 1);
  });

  test('that answers with anything but yes did not keep it', async () => {
    const { send } = witnessTarget(url, thisMachine);
    for (const status of [302, 404, 500]) {
      respond = (response) => response.writeHead(status, { location: `${url}/elsewhere` }).end();
      await assert.rejects(send(sentOf(9)), new RegExp(`it answers ${status}`));
    }
    assert.equal(asked.length, 3, 'a redirect was followed');
    respond = (response) => response.destroy();
    await assert.rejects(send(sentOf(9)), /hang up|reset/);
  });

  test('gets the newest checkpoint once, and again after each failure', async () => {
    const stop = new AbortController();
    let newest = { eventId: 'one', note: noteOf(9) };
    let failing = true;
    const got: number[] = [];
    const warned: unknown[] = [];
    const steady: WitnessTarget = {
      name: 'steady',
      send: ({ size }) => {
        if (failing) return Promise.reject(new Error('away'));
        got.push(size);
        return Promise.resolve();
      },
    };
    const log = { info: () => undefined, warn: (...said: unknown[]) => warned.push(said), error: () => undefined };
    const shared = { newest: () => Promise.resolve(newest), mine: () => true, log, everyMs: 20, retryMs: 5 };
    const pushing = pushToWitnesses(
      { ...shared, targets: () => Promise.resolve([steady, witnessTarget(join(directory, 'late'), [])]) },
      stop.signal,
    );
    await eventually('some failures', () => warned.length > 3);
    failing = false;
    await eventually('the first', () => got.length === 1);
    newest = { eventId: 'two', note: noteOf(12) };
    await mkdir(join(directory, 'late'));
    await eventually('the second', () => got.length === 2);
    await eventually('what the other one missed', async () => (await readdir(join(directory, 'late'))).length === 1);
    assert.deepEqual(got, [9, 12]);
    stop.abort();
    await pushing;
  });

  test('is named in the environment as a directory or a URL', () => {
    const of = (HANSARD_WITNESSES: string) => readConfig({ HANSARD_WITNESSES }).proof.witnesses;
    assert.deepEqual(of('/mnt/witness, https://witness.example.org/keep'), [
      '/mnt/witness',
      'https://witness.example.org/keep',
    ]);
    for (const wrong of [
      'witness',
      'ftp://example.org',
      'file:///etc',
      'https://me:secret@example.org',
      'javascript:1',
    ])
      assert.throws(() => of(wrong), BadConfig, wrong);
  });
});
