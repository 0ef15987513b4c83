// A whole organisation's log goes to EventStoreDB and back; its read models, made anew each time, stay what they were.
import { strict as assert } from 'node:assert';
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { codecOf } from '../../src/commands/codec.ts';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { openEsdbLogHome } from '../../src/commands/esdbLogHome.ts';
import type { EventStore } from '../../src/commands/eventStore.ts';
import { openedFeed } from '../../src/commands/feed.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { openPostgresLogHome } from '../../src/commands/postgresLogHome.ts';
import { openPostgresVault } from '../../src/commands/postgresVault.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { carryCheckpoints, type Places } from '../../src/operations/carryCheckpoints.ts';
import { masterKeyIn } from '../../src/operations/masterKey.ts';
import { migrateLog, type Place } from '../../src/operations/migrateLog.ts';
import { allProjections, entities } from '../../src/projections/allProjections.ts';
import { gatherMoves } from '../../src/projections/moves.ts';
import { changesChannel } from '../../src/projections/projection.ts';
import { readPool } from '../../src/projections/readDatabase.ts';
import { runProjection } from '../../src/projections/runner.ts';
import { settingIn } from '../api/people.ts';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';

// The tree of the proof is made from stored bytes, by a runner of its own.
const tables = entities
  .map(({ options }) => options.name)
  .filter((name) => name !== 'checkpoint' && !name.startsWith('proof_'));
const maybeEmpty = [
  ...['rebuild', 'rebuild_request', 'parked_event', 'account_status', 'retention_rule', 'witness_state'],
  'reserved_name',
];
const newId = () => randomUUID();

describe('the read models of a log that is moved', () => {
  let stack: Stack;
  let node: EventStoreDbNode;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    stack = await startStack({ media: false });
    node = await startEventStoreDbNode({ appendBytesMax: 2 * 1024 * 1024 });
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await node.kill();
    await stack.stop();
  });

  /** Lets all projections read a log to its end, as a server does that starts. */
  const project = async (store: EventStore): Promise<void> => {
    const { connection, dataDir } = stack;
    const vault = await openPostgresVault({ connection, masterKey: await masterKeyIn(dataDir) });
    const pool = readPool(connection, () => undefined);
    const stop = new AbortController();
    const logId = await store.positionsId();
    const feed = openedFeed(store, codecOf(vault, vocabularies));
    const needs = {
      pool,
      connection,
      moves: gatherMoves(pool, changesChannel),
      feed,
      logId,
      now: () => new Date(),
      log: () => undefined,
    };
    const running = allProjections([...vocabularies.keys()]).map((each) => runProjection(needs, each, stop.signal));
    const head = (await store.head()) ?? '';
    await eventually(
      'all projections at the end of the log',
      () =>
        running.every((each) => {
          const { position, haltedAt } = each.status();
          return haltedAt === null && position !== null && position >= head;
        }),
      30_000,
    );
    stop.abort();
    await Promise.all(running.map(({ done }) => done));
    await pool.end();
    await vault.close();
  };

  /** One hash per table over all its rows; positions alone are another store's. */
  const hashes = async (): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const table of tables) {
      const query = `select (to_jsonb(t) - '{position,firstPosition,previous,last,from,until}'::text[])::text as row from read."${table}" t order by 1`;
      const rows = await runSql(stack.connection, query);
      assert.ok(rows.length > 0 || maybeEmpty.includes(table), `${table} is empty and proves nothing`);
      found[table] = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    }
    return found;
  };
  const positions = () =>
    runSql(stack.connection, 'select number::text, position from read.event order by event.number');
  const processes = async () =>
    (await runSql(stack.connection, `select position, "logId" from read.checkpoint where name = 'processes'`))[0];
  const carry = (places: Places) => carryCheckpoints(stack.connection, places);
  const kept = async (opening: Promise<Place>): Promise<Place> => {
    const place = await opening;
    closing.push(
      () => place.store.close(),
      () => place.home.close(),
    );
    return place;
  };
  const inPostgres = (connection: Stack['connection']) =>
    kept(
      (async () => {
        const home = await openPostgresLogHome(connection);
        return { home, store: await openPostgresEventStore({ connection, moving: true }) };
      })(),
    );

  test('are row by row what they were, there and back again', async () => {
    const { people, sessionId } = await settingIn(stack);
    await people.owner.accepted('postChatMessage', {
      sessionId: ['ID!', sessionId],
      messageId: ['ID!', randomUUID()],
      text: ['String!', 'One'],
    });
    const { admin } = people;
    await admin.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays: 30 }] });
    await admin.accepted('placeLegalHold', {
      holdId: ['ID!', randomUUID()],
      name: ['String!', 'Case 7'],
      reason: ['String!', 'Letter of 3 November'],
      accountIds: ['[ID!]!', [people.owner.accountId]],
      conferenceIds: ['[ID!]!', []],
    });
    await people.owner.accepted('inviteToSession', {
      sessionId: ['ID!', sessionId],
      accountId: ['ID!', people.stranger.accountId],
    });
    await people.owner.accepted('endSession', { sessionId: ['ID!', sessionId] });
    for (const selection of [{ chat: { search: 'one' } }, { calls: {} }, { events: { types: ['SignedIn'] } }]) {
      await eventually('rows to be there to be deleted', async () => {
        const deletion = { deletionId: ['ID!', randomUUID()], selection: ['ReportSelection!', selection] } as const;
        return (await admin.command('deleteReportRows', { ...deletion } as never)).__typename === 'Accepted';
      });
    }
    await eventually('the processes to have begun', processes);
    await stack.kill('api,projections,jobs', 'SIGTERM');
    const home = await inPostgres(stack.connection);
    await project(home.store);
    const [before, old] = [await hashes(), await positions()];

    const away: Place = await kept(
      (async () => ({
        home: await openEsdbLogHome(node.url, newId),
        store: await openEsdbEventStore({ url: node.url, newId, moving: true, answerTimeoutMs: 20_000 }),
      }))(),
    );
    const quick = { say: () => undefined, quietMs: 200, carry };
    const { events, digest } = await migrateLog({ ...quick, source: home, target: away });
    assert.equal((await processes())?.['logId'], await away.store.positionsId());
    await project(away.store);
    assert.deepEqual(await hashes(), before);
    assert.notDeepEqual(await positions(), old);

    const { connection, drop } = await freshDatabase();
    closing.unshift(drop);
    const back = await inPostgres(connection);
    const again = await migrateLog({ ...quick, source: away, target: back });
    assert.deepEqual(again, { logId: await home.store.logId(), events, digest });
    // Its own identity was told when it began to arrive.
    await project({ ...back.store, positionsId: async () => (await back.home.identity()).positionsId });
    assert.deepEqual(await hashes(), before);
    assert.deepEqual(await positions(), old);
  });
});
