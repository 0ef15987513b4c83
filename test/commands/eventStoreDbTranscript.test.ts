// What the EventStoreDB test node answers is what a real server was recorded to answer, question by question; and what
// the server that ESDB_URL names answers, where it names one.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ensureCertificate } from '../../src/operations/certificates.ts';
import { startEventStoreDbCluster } from '../support/eventStoreDbNode/startEventStoreDbCluster.ts';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import type { Transcript } from '../support/transcript/transcript.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const recorder = here('../support/transcript/recordProcess.ts');
const secureRecorder = here('../support/transcript/recordSecureProcess.ts');
const recordedFile = here('recorded/eventStoreDb-23.10.6.json');
const recordedSecure = here('recorded/eventStoreDb-23.10.6-secure.json');
const recordedCluster = here('recorded/eventStoreDb-23.10.6-cluster.json');
/** Both transcripts, to be looked at side by side. */
const keptIn = here('../../.runtime/transcripts');
const realUrl = process.env['ESDB_URL'];

/** Every difference that is left between the test node and the real server, and why. */
const differences: Record<string, string> = {
  'raw.features':
    'The test node names the methods it serves; a real one has users, projections and more, which we never ask.',
  'user.create': 'The test node knows its accounts from the start, and has no page to make some.',
  'tls.unknownAuthority': 'The certificate of the test node brings its authority along, the recorded one did not.',
  'tls.verifyOff': 'As tls.unknownAuthority.',
  'raw.append.wrong':
    'A real one says NO_STREAM in the field for clients before 20.6.1 as 2^64-1, which the stubs cannot write.',
};

/** On a server that others have written to, or that was started for Hansard, these say something else. */
const otherWhereUsed = [
  'all.forwards.hasSystemEvents',
  'all.positionsIncrease',
  'all.filter.prefix',
  'subscribe.all.exclusive',
  'raw.read.all',
  'refused.events.overOneMegabyteTogether',
];

const httpHeaders = ['content-type', 'date', 'server', 'content-length'];

/** Without the headers that belong to the HTTP server beneath, and as JSON keeps it. */
const comparable = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer ?? null), (key, value: unknown) => {
    if (key !== 'trailers' || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => !httpHeaders.includes(name)));
  });

const casesIn = async (file: string): Promise<Transcript> =>
  (JSON.parse(await readFile(file, 'utf8')) as { cases: Transcript }).cases;

/** What a recording process leaves in the file `name`. */
const recordBy = async (name: string, argumentsFor: (file: string) => string[]): Promise<Transcript> => {
  await mkdir(keptIn, { recursive: true });
  const file = join(keptIn, `${name}.json`);
  await promisify(execFile)(process.execPath, argumentsFor(file), { timeout: 240_000 });
  return casesIn(file);
};

const record = (url: string, name: string, pace: number, follower: string[] = []): Promise<Transcript> =>
  recordBy(name, (file) => [recorder, url, file, String(pace), ...follower]);

const differing = (recorded: Transcript, answered: Transcript): string[] =>
  Object.keys({ ...recorded, ...answered }).filter((name) => {
    const [wanted, got] = [comparable(recorded[name]), comparable(answered[name])];
    return JSON.stringify(sorted(wanted)) !== JSON.stringify(sorted(got));
  });

/** Names in one order, so that only what is said counts. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
};

/** But for what is named, and nothing is named that is none. */
const assertAlike = (answered: Transcript, wanted: Transcript): void => {
  const different = differing(wanted, answered);
  for (const name of different.filter((each) => !(each in differences))) {
    assert.deepEqual(comparable(answered[name]), comparable(wanted[name]), name);
  }
  const named = Object.keys(differences).filter((name) => name in wanted);
  assert.deepEqual(different.toSorted(), named.toSorted());
};

describe('an EventStoreDB', () => {
  let node: EventStoreDbNode;
  let recorded: Transcript;
  beforeAll(async () => {
    node = await startEventStoreDbNode({ appendBytesMax: 0 });
    recorded = await casesIn(recordedFile);
  });
  afterAll(() => node.kill());

  test('as the test node plays it answers like a 23.10.6, but for what is named', { timeout: 120_000 }, async () => {
    const answered = await record(node.url, 'test-node', 0.3);
    assert.equal(Object.keys(answered).length, 102);
    assertAlike(answered, recorded);
  });

  test('of three nodes, as the test node plays them, answers like three 23.10.6', { timeout: 60_000 }, async () => {
    const cluster = await startEventStoreDbCluster();
    try {
      const leader = (await cluster.leader()) ?? assert.fail('Nobody leads');
      const follower = `127.0.0.1:${cluster.ports[(leader + 1) % cluster.ports.length]}`;
      const answered = await record(cluster.url, 'test-cluster', 0.3, [follower]);
      assert.equal(Object.keys(answered).length, 14);
      assertAlike(answered, await casesIn(recordedCluster));
    } finally {
      await cluster.stop();
    }
  });

  test('with TLS and accounts, as the test node plays it, answers like a 23.10.6', { timeout: 60_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hansard-esdb-secure-'));
    const files = await ensureCertificate({ dataDir, announced: [], now: new Date(), random: randomBytes });
    const accounts = ['--admin', 'admin:changeit', '--account', 'application:Application1!'];
    const args = ['--tls-key', files.keyFile, '--tls-cert', files.certFile, ...accounts];
    const secured = await startEventStoreDbNode({ args });
    try {
      const address = `127.0.0.1:${secured.port}`;
      const { authorityFile } = files;
      const answered = await recordBy('test-node-secure', (file) => [secureRecorder, address, authorityFile, file]);
      assert.equal(Object.keys(answered).length, 23);
      assertAlike(answered, await casesIn(recordedSecure));
    } finally {
      await secured.kill();
      await rm(dataDir, { recursive: true });
    }
  });

  if (realUrl !== undefined) {
    test('at ESDB_URL answers like it', { timeout: 300_000 }, async () => {
      const answered = await record(realUrl, 'esdb-url', 1);
      const found = differing(recorded, answered);
      assert.deepEqual(
        found.filter((name) => !otherWhereUsed.includes(name) && !(name in differences)),
        [],
      );
    });
  }
});
