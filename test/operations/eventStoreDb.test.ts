// The program on EventStoreDB: what it says of a server that does not do, and what its commands do there.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { EsdbUnusable, type UnusableReason } from '../../src/commands/esdbServer.ts';
import { BadConfig, readConfig } from '../../src/config.ts';
import { backupCommands } from '../../src/operations/backupCommand.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { type CertificateFiles, ensureCertificate } from '../../src/operations/certificates.ts';
import { serverLog } from '../../src/operations/logging.ts';
import { openLog } from '../../src/operations/openLog.ts';
import {
  type EventStoreDbNode,
  type NodeOptions,
  startEventStoreDbNode,
} from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { event, newStream } from '../support/events.ts';

let node: EventStoreDbNode | null = null;
let directory: string;
let certificate: CertificateFiles;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hansard-esdb-'));
  certificate = await ensureCertificate({ dataDir: directory, announced: [], now: new Date(), random: randomBytes });
});
afterEach(async () => {
  await node?.kill();
  node = null;
});
afterAll(() => rm(directory, { recursive: true }));

const start = async (options: NodeOptions = {}): Promise<EventStoreDbNode> => {
  node = await startEventStoreDbNode(options);
  return node;
};
const secured = (right: '--admin' | '--account' = '--admin') => {
  const { keyFile, certFile } = certificate;
  return start({ args: ['--tls-key', keyFile, '--tls-cert', certFile, right, 'hansard:secret'] });
};
const securedUrl = ({ port }: EventStoreDbNode, account: string, more = '') =>
  `esdb://${account}127.0.0.1:${port}?tls=true&tlsCAFile=${encodeURIComponent(certificate.authorityFile)}${more}`;
const open = (url: string) => openEsdbEventStore({ url, newId: randomUUID });

const refuses = (url: string, reason: UnusableReason, words: RegExp) =>
  assert.rejects(open(url), (error) => {
    assert.ok(error instanceof EsdbUnusable, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });

describe('an EventStoreDB', () => {
  test('is used over TLS with an account', async () => {
    const store = await open(securedUrl(await secured(), 'hansard:secret@'));
    const stream = newStream();
    assert.equal((await store.append(stream, 'noStream', [event()])).outcome, 'appended');
    assert.equal((await Array.fromAsync(store.readAll())).length, 1);
    await store.close();
  });

  test('is refused where it does not answer', async () => {
    const { url, kill } = await start();
    await kill();
    await refuses(url, 'unreachable', /^EventStoreDB at 127\.0\.0\.1:\d+ does not answer \(.+\)\. Start it, /);
  });

  test('is refused with an account it does not know, and without one', async () => {
    const at = await secured();
    await refuses(securedUrl(at, 'hansard:not-it-secre@'), 'account_refused', /Correct name and password\.$/);
    await refuses(securedUrl(at, ''), 'rights_missing', /may not read \$all or not write/);
  });

  test('is refused to an account that may not read everything', async () => {
    await refuses(securedUrl(await secured('--account'), 'hansard:secret@'), 'rights_missing', /\$admins/);
  });

  test('is refused where TLS is not what the connection string says', async () => {
    const { port } = await secured();
    await refuses(`esdb://hansard:secret@127.0.0.1:${port}?tls=true`, 'tls', /Set tls and tlsCAFile/);
  });

  test('is refused without a leader', async () => {
    const { url } = await start({ args: ['--no-leader'] });
    await refuses(url, 'no_leader', /has no leader just now/);
  });

  test('is refused where other nodes than the leader are preferred', async () => {
    await refuses('esdb://127.0.0.1:1,127.0.0.1:2?tls=false&nodePreference=follower', 'bad_url', /nodePreference/);
    await refuses('esdb://127.0.0.1:1?tls=true&tlsCAFile=/nowhere/ca.crt', 'bad_url', /File was not found/);
  });

  test('is refused when it takes too little in one append, and nothing is left behind by asking', async () => {
    const { url } = await start({ appendBytesMax: 0 });
    await refuses(url, 'append_size', /Start it with MaxAppendSize 2097152\.$/);
    const client = EventStoreDBClient.connectionString(url);
    const all = await Array.fromAsync(client.readAll());
    assert.deepEqual(
      all.map((each) => each.event?.type).filter((type) => !type?.startsWith('$')),
      ['LogCreated'],
    );
    await client.dispose();
  });

  test('is refused where a stream was limited of late', async () => {
    const { url } = await start();
    const store = await open(url);
    const stream = newStream();
    await store.append(stream, 'noStream', [event(), event()]);
    await store.close();
    const client = EventStoreDBClient.connectionString(url);
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await refuses(url, 'events_hidden', new RegExp(`stream ${stream} were deleted, or are hidden by \\$maxCount`));
    await client.setStreamMetadata(stream, {});
    await (await open(url)).close();
    await client.dispose();
  });
});

describe('the program', () => {
  test('takes the connection string from ESDB_URL, and says when it is none', async () => {
    assert.throws(() => readConfig({ ESDB_URL: 'http://127.0.0.1:2113' }), BadConfig);
    const { url, kill } = await start();
    await kill();
    const config = readConfig({ ESDB_URL: url, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    const opening = openLog(config, { now: () => new Date(), newId: randomUUID }, serverLog('error', 'node-1'));
    await assert.rejects(
      opening,
      (error) =>
        error instanceof CannotStart && error.code === 'event_store_unusable' && /ESDB_URL/.test(error.message),
    );
  });

  test('neither backs up nor restores half of an installation', async () => {
    const commands = backupCommands({
      env: { HANSARD_DATA: directory },
      root: directory,
      print: () => assert.fail('nothing is done'),
      now: () => new Date(),
      database: null,
      logElsewhere: true,
    });
    const given = { text: () => undefined, flag: () => false, rest: [join(directory, 'target')] };
    await assert.rejects(commands.backup(given), /the log is in EventStoreDB.*Back up EventStoreDB first/);
    await assert.rejects(commands.restore(given), /the log is in EventStoreDB.*Restore it there/);
  });
});
