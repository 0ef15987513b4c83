import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { codecOf } from '../../src/commands/codec.ts';
import { openedFeed } from '../../src/commands/feed.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { openPostgresVault } from '../../src/commands/postgresVault.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { masterKeyIn } from '../../src/operations/masterKey.ts';
import { allProjections } from '../../src/projections/allProjections.ts';
import { conferenceList } from '../../src/projections/conferenceList.ts';
import type { Projection } from '../../src/projections/projection.ts';
import { type ReadPool, readPool } from '../../src/projections/readDatabase.ts';
import { type RebuildNeeds, rebuild } from '../../src/projections/rebuild.ts';
import { allRebuilds } from '../../src/projections/rebuilds.ts';
import { settingIn } from '../api/people.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';

const projections = allProjections([...vocabularies.keys()]);

describe('read models rebuilt beside the live ones', () => {
  let stack: Stack;
  let needs: RebuildNeeds;
  let owner: ApiClient;
  let conferenceId: string;
  let sessionId: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    stack = await startStack({ media: false });
    const setting = await settingIn(stack);
    sessionId = setting.sessionId;
    owner = setting.people.owner;
    conferenceId = randomUUID();
    await owner.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Planned'],
    });
    const { connection, dataDir } = stack;
    const vault = await openPostgresVault({ connection, masterKey: await masterKeyIn(dataDir) });
    const store = await openPostgresEventStore({ connection });
    const pool: ReadPool = readPool(connection, () => undefined);
    closing.push(
      () => vault.close(),
      () => store.close(),
      () => pool.end(),
    );
    const feed = openedFeed(store, codecOf(vault, vocabularies));
    needs = { pool, connection, feed, logId: await store.positionsId() };
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await stack.stop();
  });

  const now = () => new Date();
  const rebuilt = async (projection: Projection) => {
    const done = await rebuild(needs, projection, { compare: true, now }, AbortSignal.timeout(60_000));
    assert.ok(done, 'nobody else rebuilds');
    return done;
  };
  const retitle = (title: string) =>
    owner.accepted('editConference', { conferenceId: ['ID!', conferenceId], title: ['String', title] });
  const titleAt = async (position: string) => {
    const query = 'query ($id: ID!, $at: Position) { conference(id: $id, minPosition: $at) { title } }';
    const found = await owner.data<{ conference: { title: string } }>(query, { id: conferenceId, at: position });
    return found.conference.title;
  };

  test('are equal to them, and no reader fails or misses a step while people work', async () => {
    const stop = new AbortController();
    const seen = { reads: 0, writes: 0 };
    const work = async (): Promise<void> => {
      for (; !stop.signal.aborted; seen.writes += 1) {
        const position = await retitle(`Take ${seen.writes}`);
        assert.equal(await titleAt(position), `Take ${seen.writes}`);
        await owner.accepted('postChatMessage', {
          sessionId: ['ID!', sessionId],
          messageId: ['ID!', randomUUID()],
          text: ['String!', `Tab\there, back\\slash, "quotes" and a\nline ${seen.writes}`],
        });
      }
    };
    const read = async (): Promise<void> => {
      const query = 'query ($id: ID!, $s: ID!) { conference(id: $id) { cid } session(id: $s) { id } }';
      for (; !stop.signal.aborted; seen.reads += 1) {
        const { conference, session } = await owner.data<Record<string, object | null>>(query, {
          id: conferenceId,
          s: sessionId,
        });
        assert.ok(conference && session, 'always there');
      }
    };
    const working = Promise.all([work(), read(), read()]);
    try {
      for (const projection of projections) {
        const { phase, tables } = await rebuilt(projection);
        assert.equal(phase, 'done');
        for (const { table, unfounded, lost, different } of tables)
          assert.deepEqual({ table, unfounded, lost, different }, { table, unfounded: 0, lost: 0, different: 0 });
      }
    } finally {
      stop.abort();
      await working;
    }
    assert.ok(seen.reads > 20 && seen.writes > 5, JSON.stringify(seen));
    assert.deepEqual(
      (await allRebuilds(needs.pool)).map(({ name, phase }) => [name, phase]),
      projections.map(({ name }) => [name, 'done']).toSorted(),
    );
  });

  test('tell what somebody has changed in the live ones, and put it right', async () => {
    const position = await retitle('True');
    await titleAt(position);
    await runSql(stack.connection, `update read.conference set title = 'Forged' where id = '${conferenceId}'`);
    await runSql(
      stack.connection,
      `insert into read.conference select (jsonb_populate_record(c, jsonb_build_object('id', '${randomUUID()}',
         'cid', 'forged'))).* from read.conference c where id = '${conferenceId}'`,
    );
    const { tables } = await rebuilt(conferenceList);
    assert.deepEqual(tables, [{ table: 'conference', rows: 2, unfounded: 1, lost: 0, different: 1 }]);
    assert.equal(await titleAt(position), 'True');
    const again = await retitle('True still');
    assert.equal(await titleAt(again), 'True still');
  });

  test('are left alone by a rebuild that fails', async () => {
    const broken: Projection = { ...conferenceList, apply: () => Promise.reject(new Error('Cannot fold this')) };
    await assert.rejects(rebuilt(broken), /Cannot fold this/);
    const [told] = (await allRebuilds(needs.pool)).filter(({ name }) => name === conferenceList.name);
    assert.deepEqual([told?.phase, told?.reason], ['failed', 'Cannot fold this']);
    const position = await retitle('After all');
    assert.equal(await titleAt(position), 'After all');
  });

  test('are rebuilt once where two begin', async () => {
    const both = await Promise.all(
      [1, 2].map(() => rebuild(needs, conferenceList, { compare: true, now }, AbortSignal.timeout(60_000))),
    );
    assert.equal(both.filter((each) => each !== null).length, 1);
  });
});
