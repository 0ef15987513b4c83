// A whole organisation's log goes to EventStoreDB and back; its read models, made anew each time, stay what they were.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { openEsdbLogHome } from '../../src/commands/esdbLogHome.ts';
import type { EventStore } from '../../src/commands/eventStore.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { openPostgresLogHome } from '../../src/commands/postgresLogHome.ts';
import { carryCheckpoints, giveBackCheckpoints, type Places } from '../../src/operations/carryCheckpoints.ts';
import { migrateLog, type Place } from '../../src/operations/migrateLog.ts';
import { type Compared, openMovedReadModels } from '../../src/operations/movedReadModels.ts';
import type { PlacedLog } from '../../src/operations/projectToEnd.ts';
import { readModelHashes } from '../../src/projections/readModelHashes.ts';
import { settingIn } from '../api/people.ts';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';

const newId = () => randomUUID();
// Checkpoints are signed and verified in their own time.
const maybeEmpty = /^(rebuild_request|parked_event|account_status|retention_rule|reserved_name|proof_.*)$/;

/** The same store, in which nobody ever wrote a message. */
const silent = (store: EventStore): EventStore => ({
  ...store,
  subscribeAll: ({ filter, ...options }) =>
    store.subscribeAll({
      ...options,
      filter: { categories: (filter?.categories ?? []).filter((category) => category !== 'channel') },
    }),
});

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

  const hashes = () => readModelHashes(stack.connection);
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
    const away: Place = await kept(
      (async () => ({
        home: await openEsdbLogHome(node.url, newId),
        store: await openEsdbEventStore({ url: node.url, newId, moving: true, answerTimeoutMs: 20_000 }),
      }))(),
    );
    const { connection, dataDir } = stack;
    const said: string[] = [];
    const { positionsId: own } = await home.home.identity();
    const needs = { connection, dataDir, now: () => new Date(), say: (line: string) => said.push(line) };
    await assert.rejects(openMovedReadModels({ ...needs, positionsIds: [newId(), newId()] }), /belong to another log/);
    const models = await openMovedReadModels({ ...needs, positionsIds: [own, newId()] });
    closing.push(models.close);
    const source = { store: home.store, positionsId: own };
    await assert.rejects(
      models.compare(source, { store: silent(home.store), positionsId: newId() }),
      /Made from the target, chat_message, event, event_counter would not be what they were/,
    );
    // Giving up lets servers work with the source again.
    await giveBackCheckpoints(connection, own);
    assert.deepEqual(await runSql(connection, 'select distinct "logId" from read.checkpoint'), [{ logId: own }]);
    said.length = 0;
    const compared: Compared[] = [];
    const compare = async (from: PlacedLog, to: PlacedLog): Promise<void> => {
      compared.push(await models.compare(from, to));
    };
    const quick = { say: () => undefined, quietMs: 200, compare, carry };
    const { events, digest } = await migrateLog({ ...quick, source: home, target: away });
    const { positionsId } = await away.home.identity();
    assert.equal((await processes())?.['logId'], positionsId);
    await assert.rejects(giveBackCheckpoints(connection, own), /Type the same move again/);
    assert.equal((await processes())?.['logId'], positionsId);
    const [before, old] = [await hashes(), await positions()];
    assert.deepEqual(said, [
      'Bringing the read models to the end of the log ...',
      'Making the read models from the target ...',
    ]);
    for (const { table, rows } of before) assert.ok(rows > 0 || maybeEmpty.test(table), `${table} proves nothing`);

    said.length = 0;
    await runSql(connection, `update read.account set "displayName" = 'Somebody else'`);
    const { connection: other, drop } = await freshDatabase();
    closing.unshift(drop);
    const back = await inPostgres(other);
    const again = await migrateLog({ ...quick, source: away, target: back });
    assert.deepEqual(again, { logId: await home.store.logId(), events, digest });
    assert.deepEqual(compared[1], compared[0]);
    assert.deepEqual(await hashes(), before);
    assert.notDeepEqual(await positions(), old);
    assert.equal(said[2], 'account: not what was in use. Making the read models anew from the source to compare ...');
  });
});
