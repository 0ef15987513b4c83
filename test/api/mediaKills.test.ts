import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { RawClient } from '../media/rawClient.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';
import { type KillLoad, killLoad, killsPerTarget, killsTimeoutMs } from './killLoad.ts';

const peopleCount = 3;
const backTimeoutMs = 30_000;

type Person = { api: ApiClient; client: RawClient | null; legIds: string[] };

describe('kills of the media process under load', () => {
  let stack: Stack;
  let load: KillLoad;
  const people: Person[] = [];

  beforeAll(async () => {
    stack = await startStack();
    load = await killLoad(stack);
    const admin = await stack.client();
    for (let person = 0; person < peopleCount; person += 1) {
      people.push({ api: await accountIn(stack, admin, `person-${person}`), client: null, legIds: [] });
    }
  });
  afterAll(async () => {
    for (const { client } of people) client?.close();
    await stack.stop();
  });

  /** Joins and says hello, as often as it takes; answers the epoch of the session's media. */
  const enter = (person: Person): Promise<number> =>
    eventually(
      'somebody back in the session',
      async () => {
        const { ticket, legId } = await person.api.join(load.conferenceId);
        const client = await RawClient.open(Number(new URL(stack.url).port)).catch(() => null);
        if (!client || typeof ticket !== 'string') return null;
        const welcome = await client.request('hello', { ticket }).catch(() => null);
        if (!welcome) {
          client.close();
          return null;
        }
        person.client = client;
        person.legIds.push(String(legId));
        return welcome.epoch;
      },
      backTimeoutMs,
    );

  const eventsOf = async (type: string): Promise<Record<string, unknown>[]> => {
    const rows = await runSql(
      stack.connection,
      `select convert_from(data, 'UTF8') json from log.events
       where type = '${type}' and stream = 'session-${load.sessionId}' order by position`,
    );
    return rows.map(({ json }) => JSON.parse(String(json)) as Record<string, unknown>);
  };
  const legsNow = () => people.map(({ legIds }) => legIds.at(-1) ?? '');
  const connectedNow = async (): Promise<boolean> => {
    const connected = new Set(await legsOf('LegConnected'));
    return legsNow().every((legId) => connected.has(legId));
  };
  const legsOf = async (type: string) => (await eventsOf(type)).map(({ legId }) => String(legId)).toSorted();

  test('lose no answered command, and everybody comes back', { timeout: killsTimeoutMs }, async () => {
    const epochs = [await Promise.all(people.map(enter))];
    await load.underLoad(async () => {
      for (let kill = 0; kill < killsPerTarget; kill += 1) {
        await load.loaded();
        // A connection is told a little later; nobody would be interrupted before.
        await eventually('the connections', connectedNow);
        await stack.kill('media', 'SIGKILL');
        await stack.start('media');
        epochs.push(await Promise.all(people.map(enter)));
      }
    });
    await load.verify();
    const lives = epochs.map((_, life) => life + 1);
    assert.deepEqual(
      epochs,
      lives.map((epoch) => people.map(() => epoch)),
    );
    const placed = await eventsOf('SessionPlaced');
    assert.deepEqual(
      placed.map(({ epoch }) => epoch),
      lives,
    );
    const interrupted = await eventsOf('SessionMediaInterrupted');
    assert.equal(interrupted.length, killsPerTarget);
  });

  test('leave every leg with one beginning and one end', async () => {
    const now = legsNow();
    const joined = await legsOf('ParticipantJoined');
    const entered = people.flatMap(({ legIds }) => legIds).toSorted();
    assert.ok(entered.every((legId) => joined.includes(legId)));
    await eventually('the legs of now', connectedNow);
    const connected = await legsOf('LegConnected');
    assert.equal(new Set(connected).size, connected.length);
    const over = entered.filter((legId) => !now.includes(legId));
    await eventually('the ends of the others', async () => {
      const left = await legsOf('LegLeft');
      return over.every((legId) => left.includes(legId));
    });
    const left = await legsOf('LegLeft');
    assert.equal(new Set(left).size, left.length);
    assert.ok(now.every((legId) => !left.includes(legId)));
  });

  test('leave no leg open in a session that ends meanwhile', async () => {
    const admin = await stack.client();
    await stack.kill('media', 'SIGKILL');
    await admin.accepted('endSession', { sessionId: ['ID!', load.sessionId] });
    await stack.start('media');
    const joined = await legsOf('ParticipantJoined');
    await eventually('the last ends', async () => (await legsOf('LegLeft')).length >= joined.length);
    assert.deepEqual(await legsOf('LegLeft'), joined);
  });
});
