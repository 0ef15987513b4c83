// Media nodes that reach everything but EventStoreDB: one alone loses its sessions, all together keep them.
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type CuttableProxy, startCuttableProxy } from '../support/cuttableProxy.ts';
import { eventually } from '../support/eventually.ts';
import { recordOf } from '../support/record.ts';
import { type Stack, startKeptNode, startStack } from '../support/stack.ts';
import { enter, type Person, personIn, roomOf } from './mediaVisits.ts';

const lostMs = 30_000;
/** Longer than a node may be without the record before others take its sessions. */
const awayMs = 9_000;

describe('media nodes that are cut off from EventStoreDB', () => {
  const lines = new Map<string, CuttableProxy>();
  const closing: (() => Promise<unknown>)[] = [];
  let stack: Stack;
  let root: ApiClient;
  let people: Person[];

  beforeAll(async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hansard-cut-off-esdb-'));
    const eventStoreDb = await startKeptNode(join(dir, 'log'));
    closing.push(eventStoreDb.kill, () => rm(dir, { recursive: true, force: true }));
    const envOf: Record<string, Record<string, string>> = {};
    for (const node of ['media-1', 'media-2']) {
      const line = await startCuttableProxy(Number(new URL(eventStoreDb.url()).port));
      lines.set(node, line);
      closing.unshift(line.close);
      envOf[node] = { ESDB_URL: `esdb://127.0.0.1:${line.port}?tls=false` };
    }
    const started = await startStack({
      nodes: { one: 'api,projections,jobs', 'media-1': 'media', 'media-2': 'media' },
      env: { ESDB_URL: eventStoreDb.url() },
      envOf,
    });
    stack = { ...started, eventStoreDb };
    closing.unshift(stack.stop);
    root = await stack.client();
    people = [await personIn(stack, root, 'ann'), await personIn(stack, root, 'bob')];
  }, 120_000);
  afterAll(async () => {
    for (const { client } of people) client?.close();
    for (const close of closing) await close();
  }, 60_000);

  const placements = async (sessionId: string) =>
    (await recordOf(stack))
      .filter(({ stream, type }) => stream === `session-${sessionId}` && type === 'SessionPlaced')
      .map(({ data }) => [data['node'], data['epoch'], data['cause']]);

  const together = (conferenceId: string) =>
    Promise.all(people.map((person) => enter(stack, person, conferenceId, 'one')));

  /** A session that its owner has begun, with everybody in it. */
  const begun = async (title: string) => {
    const conferenceId = await roomOf(root, title);
    await root.join(conferenceId);
    const [entered] = await together(conferenceId);
    return { conferenceId, sessionId: entered?.sessionId ?? '', node: entered?.node ?? '' };
  };

  const sockets = () => people.map(({ client }) => client ?? assert.fail('nobody'));

  test('keep their sessions while the record is away from all of them', { timeout: 120_000 }, async () => {
    const { sessionId, node } = await begun('all-away');
    for (const line of lines.values()) line.cut();
    await delay(awayMs);
    for (const line of lines.values()) {
      line.mend();
      await delay(1_500); // One reads again before the other does.
    }
    await delay(awayMs);
    assert.ok(sockets().every(({ closed }) => !closed));
    assert.deepEqual(await placements(sessionId), [[node, 1, 'session_started']]);
    await root.accepted('endSession', { sessionId: ['ID!', sessionId] });
    await eventually('everybody to be sent home', () => sockets().every(({ closed }) => closed));
  });

  for (const how of ['cut', 'silence'] as const) {
    test(`lose them to one that reads it, where they alone do not (${how})`, { timeout: 150_000 }, async () => {
      const { conferenceId, sessionId, node: lost } = await begun(`alone-${how}`);
      const heir = lost === 'media-1' ? 'media-2' : 'media-1';
      const before = sockets();

      const began = performance.now();
      lines.get(lost)?.[how]();
      await eventually('everybody to be sent away', () => before.every(({ closed }) => closed), lostMs);
      const back = await together(conferenceId);
      const tookMs = Math.round(performance.now() - began);
      process.stdout.write(`together at the other node ${tookMs} ms after the record was out of reach (${how})\n`);
      for (const { node, welcome } of back) assert.deepEqual([node, welcome.epoch], [heir, 2]);

      // What is decided now is heard where they are.
      await root.accepted('endSession', { sessionId: ['ID!', sessionId] });
      await eventually('everybody to be sent home', () => sockets().every(({ closed }) => closed));

      lines.get(lost)?.mend();
      await delay(awayMs); // It reads what it missed, and gets new sessions again.
      assert.deepEqual(await placements(sessionId), [
        [lost, 1, 'session_started'],
        [heir, 2, 'node_lost'],
      ]);
    });
  }
});
