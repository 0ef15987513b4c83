import assert from 'node:assert/strict';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { ensureCertificate } from '../../src/operations/certificates.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hansard-tls-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const day = 86_400_000;
const ensure = (announced: string[] = [], days = 0) =>
  ensureCertificate({ dataDir, announced, now: new Date(Date.now() + days * day), random: randomBytes });
const read = async (path: string) => new X509Certificate(await readFile(path));

describe('the certificate of our own', () => {
  test('is signed by our own authority, for a year, for all names of this machine', async () => {
    const { certFile, authorityFile, keyFile } = await ensure(['meet.example.org', '203.0.113.7']);
    const [server, authority] = [await read(certFile), await read(authorityFile)];
    assert.ok(server.checkIssued(authority) && server.verify(authority.publicKey));
    assert.equal(authority.ca, true);
    assert.equal(server.ca, false);
    assert.equal(Math.round((server.validToDate.getTime() - server.validFromDate.getTime()) / day), 365);
    for (const name of ['localhost', 'meet.example.org']) assert.equal(server.checkHost(name), name);
    for (const address of ['127.0.0.1', '::1', '203.0.113.7']) assert.equal(server.checkIP(address), address);
    assert.equal(server.checkHost('elsewhere.example.org'), undefined);
    assert.equal((await stat(keyFile)).mode & 0o777, 0o600);
    assert.equal((await stat(join(dataDir, 'secrets', 'authority.key'))).mode & 0o777, 0o600);
  });

  test('convinces a client that trusts the authority, and nobody else', async () => {
    const { certFile, authorityFile, keyFile } = await ensure();
    const pair = { key: await readFile(keyFile), cert: await readFile(certFile) };
    const server = createServer(pair, (_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const ask = (ca?: Buffer) =>
      new Promise((resolve, reject) => {
        get({ host: 'localhost', port, family: 4, agent: false, ...(ca && { ca }) }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject);
      });
    assert.equal(await ask(await readFile(authorityFile)), 200);
    await assert.rejects(ask(), /self-signed certificate in certificate chain/);
    server.close();
  });

  test('stays while it serves', async () => {
    const first = await ensure(['a.example.org']);
    assert.equal(first.renewed, true);
    const before = await readFile(first.certFile);
    assert.equal((await ensure(['a.example.org'], 300)).renewed, false);
    assert.deepEqual(await readFile(first.certFile), before);
  });

  test('is renewed a month before its end, by the same authority', async () => {
    const { certFile, authorityFile } = await ensure();
    const [before, authority] = [await read(certFile), await readFile(authorityFile)];
    assert.equal((await ensure([], 340)).renewed, true);
    const after = await read(certFile);
    assert.notEqual(after.serialNumber, before.serialNumber);
    assert.deepEqual(await readFile(authorityFile), authority);
    assert.ok(after.verify((await read(authorityFile)).publicKey));
  });

  test('is renewed when the machine gets another name', async () => {
    await ensure();
    assert.equal((await ensure(['new.example.org'])).renewed, true);
  });

  test('is made anew with a new authority when that one ends', async () => {
    const { certFile, authorityFile } = await ensure();
    const before = await readFile(authorityFile);
    assert.equal((await ensure([], 3640)).renewed, true);
    assert.notDeepEqual(await readFile(authorityFile), before);
    assert.ok((await read(certFile)).verify((await read(authorityFile)).publicKey));
  });

  test('is made whole again when a part of it is missing', async () => {
    const { keyFile } = await ensure();
    await rm(keyFile);
    assert.equal((await ensure()).renewed, true);
    await writeFile(keyFile, (await readFile(keyFile)).subarray(0));
    assert.equal((await ensure()).renewed, false);
  });
});
