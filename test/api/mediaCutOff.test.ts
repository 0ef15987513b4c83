// A media node that reaches its people and not the database: it cannot read that others have its sessions now.
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { type CuttableProxy, startCuttableProxy } from '../support/cuttableProxy.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { enter, type Person, personIn, placementsOf, roomOf } from './mediaVisits.ts';

const lostMs = 20_000;
/** A leg whose client is gone is kept for 15 s. */
const emptyMs = 40_000;

describe('a media node that is cut off from the database', () => {
  const lines = new Map<string, CuttableProxy>();
  const closing: (() => Promise<unknown>)[] = [];
  let stack: Stack;
  let root: ApiClient;
  let people: Person[];

  beforeAll(async () => {
    const { connection, drop } = await freshDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'hansard-cut-off-'));
    closing.push(drop, () => rm(dataDir, { recursive: true, force: true }));
    const envOf: Record<string, Record<string, string>> = {};
    for (const node of ['media-1', 'media-2']) {
      const line = await startCuttableProxy(join(connection.host, `.s.PGSQL.${connection.port}`));
      lines.set(node, line);
      closing.unshift(line.close);
      envOf[node] = {
        DATABASE_URL: `postgresql://${connection.user}@127.0.0.1:${line.port}/${connection.database}`,
      };
    }
    stack = await startStack({
      nodes: { one: 'api,projections,jobs', two: 'api', 'media-1': 'media', 'media-2': 'media' },
      on: { connection, dataDir },
      envOf,
    });
    closing.unshift(() => stack.stop());
    root = await stack.client();
    people = [await personIn(stack, root, 'ann'), await personIn(stack, root, 'bob')];
  }, 120_000);
  afterAll(async () => {
    for (const { client } of people) client?.close();
    for (const close of closing) await close();
  }, 60_000);

  const metricsOf = async (node: string): Promise<string> => {
    const [row] = await runSql(stack.connection, `select port from nodes.node where name = '${node}'`);
    return `http://127.0.0.1:${String(row?.['port'])}/metrics`;
  };
  const legsIn = async (metrics: string): Promise<number> =>
    Number(/^hansard_media_legs(?:\{[^}]*\})? (\d+)$/m.exec(await (await fetch(metrics)).text())?.[1]);

  for (const how of ['cut', 'silence'] as const) {
    test(`loses its sessions, and their people meet at the other one (${how})`, { timeout: 150_000 }, async () => {
      const conferenceId = await roomOf(root, `room-${how}`);
      await root.join(conferenceId);
      const entered = [
        await enter(stack, people[0] as Person, conferenceId, 'one'),
        await enter(stack, people[1] as Person, conferenceId, 'two'),
      ];
      const sessionId = entered[0]?.sessionId ?? '';
      const lost = entered[0]?.node ?? '';
      const heir = lost === 'media-1' ? 'media-2' : 'media-1';
      assert.equal(entered[1]?.node, lost);
      const metrics = await metricsOf(lost);
      assert.equal(await legsIn(metrics), 2);
      const sockets = people.map(({ client }) => client ?? assert.fail('nobody'));

      const began = performance.now();
      lines.get(lost)?.[how]();
      await eventually('everybody to be sent away', () => sockets.every(({ closed }) => closed), lostMs);
      const back = [
        await enter(stack, people[0] as Person, conferenceId, 'one'),
        await enter(stack, people[1] as Person, conferenceId, 'two'),
      ];
      const tookMs = Math.round(performance.now() - began);
      process.stdout.write(`together at the other node ${tookMs} ms after the database was out of reach (${how})\n`);
      for (const { node, welcome } of back) assert.deepEqual([node, welcome.epoch], [heir, 2]);
      assert.deepEqual(
        (await placementsOf(stack, sessionId)).map(({ node, epoch, cause }) => [node, epoch, cause]),
        [
          [lost, 1, 'session_started'],
          [heir, 2, 'node_lost'],
        ],
      );
      // It lives, and has nobody any more, though it cannot read why.
      await eventually('nobody to be left there', async () => (await legsIn(metrics)) === 0, emptyMs);

      // Once it reads again, nothing that it still had to say contradicts the record.
      lines.get(lost)?.mend();
      await eventually(
        'it to be seen again',
        async () => (await runSql(stack.connection, `select from nodes.node where name = '${lost}'`)).length === 1,
        lostMs,
      );
      const facts = await runSql(
        stack.connection,
        `select type, convert_from(data, 'UTF8')::jsonb ->> 'epoch' as epoch from log.events
         where stream = 'session-${sessionId}' and type in ('LegConnected', 'SessionPlaced') order by revision`,
      );
      assert.deepEqual(
        facts.map(({ epoch }) => Number(epoch)),
        facts.map(({ epoch }) => Number(epoch)).toSorted((a, b) => a - b),
      );
      assert.equal((await placementsOf(stack, sessionId)).length, 2);
      for (const { client } of people) {
        assert.ok(client && !client.closed);
        client.close();
      }
      await root.accepted('endSession', { sessionId: ['ID!', sessionId] });
      const heirs = await metricsOf(heir);
      await eventually('nobody to be anywhere', async () => (await legsIn(heirs)) === 0);
    });
  }
});
