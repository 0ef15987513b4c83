import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { RawClient } from '../media/rawClient.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { enter, nodeIn, type Person, personIn, placementsOf, roomOf } from './mediaVisits.ts';

const backTimeoutMs = 30_000;

describe('two media nodes', () => {
  let stack: Stack;
  let root: ApiClient;
  let people: Person[];

  beforeAll(async () => {
    stack = await startStack({
      nodes: { one: 'api,projections,jobs', two: 'api', 'media-1': 'media', 'media-2': 'media' },
    });
    root = await stack.client();
    people = [await personIn(stack, root, 'ann'), await personIn(stack, root, 'bob')];
  }, 120_000);
  afterAll(async () => {
    for (const { client } of people) client?.close();
    await stack.stop();
  });

  const room = (title: string) => roomOf(root, title);
  const placements = (sessionId: string) => placementsOf(stack, sessionId);
  const port = (node: string) => Number(new URL(stack.urlOf(node)).port);
  /** Legs that each media node has now, as it says itself. */
  const legsAt = async (): Promise<Record<string, number>> => {
    const text = await (await fetch(`${stack.url}/metrics`)).text();
    const lines = [...text.matchAll(/^hansard_media_legs\{node="([^"]+)"\} (\d+)$/gm)];
    return Object.fromEntries(lines.map(([, node, legs]) => [node, Number(legs)]));
  };

  test('share the sessions, and each has its own alone', async () => {
    const first = await room('first');
    const second = await room('second');
    const [one, two] = [await root.join(first), await root.join(second)];
    const nodes = [nodeIn(one['signallingPath']), nodeIn(two['signallingPath'])];
    assert.deepEqual(nodes.toSorted(), ['media-1', 'media-2']);
    for (const joined of [one, two]) {
      const [placed, ...more] = await placements(String(joined['sessionId']));
      assert.deepEqual(
        [placed?.node, placed?.epoch, placed?.cause],
        [nodeIn(joined['signallingPath']), 1, 'session_started'],
      );
      assert.deepEqual(more, []);
    }
    // The ticket opens nothing at the other node.
    const other = nodes[0] === 'media-1' ? 'media-2' : 'media-1';
    const astray = await RawClient.open(port('two'), `/signalling?node=${other}`);
    assert.equal(await astray.refusal('hello', { ticket: String(one['ticket']) }), 'ticket_invalid');
    const right = await RawClient.open(port('two'), String(one['signallingPath']));
    assert.equal((await right.request('hello', { ticket: String(one['ticket']) })).legId, one['legId']);
    astray.close();
    right.close();
  });

  test('move the sessions of the one that is killed, and people come back to the other', {
    timeout: 120_000,
  }, async () => {
    const conferenceId = await room('moving');
    const before = String((await root.join(conferenceId))['sessionId']);
    const entered = await Promise.all(
      people.map((person, index) => enter(stack, person, conferenceId, index === 0 ? 'one' : 'two')),
    );
    const [first, ...rest] = entered;
    assert.ok(first);
    assert.ok(rest.every(({ node }) => node === first.node));
    const lostLegs = people.map(({ legId }) => legId);
    const dead = String(first.node);
    const heir = dead === 'media-1' ? 'media-2' : 'media-1';

    const began = performance.now();
    await stack.kill(dead, 'SIGKILL');
    const back = await Promise.all(
      people.map((person, index) => enter(stack, person, conferenceId, index === 0 ? 'two' : 'one')),
    );
    process.stdout.write(`media on another node ${Math.round(performance.now() - began)} ms after kill -9\n`);
    assert.deepEqual(
      back.map(({ node, welcome }) => [node, welcome.epoch]),
      people.map(() => [heir, 2]),
    );
    assert.deepEqual(
      (await placements(before)).map(({ node, epoch, cause }) => [node, epoch, cause]),
      [
        [dead, 1, 'session_started'],
        [heir, 2, 'node_lost'],
      ],
    );
    // The legs of the old epoch end on the record.
    await eventually('their ends', async () => {
      const left = await runSql(
        stack.connection,
        `select convert_from(data, 'UTF8')::jsonb as data from log.events
         where stream = 'session-${before}' and type = 'LegLeft'`,
      );
      const ids = left.map(({ data }) => (data as { legId: string }).legId);
      return lostLegs.every((legId) => ids.filter((id) => id === legId).length === 1);
    });
    // Whoever still knocks at the dead one's door is told.
    const astray = await RawClient.open(port('one'), `/signalling?node=${dead}`);
    await astray.gone();
    assert.equal(astray.closeCause, 'moved');
    // It comes back, and takes nothing away from the other.
    await stack.start(dead);
    await eventually('both to be seen', async () => Object.keys(await legsAt()).length === 2);
    assert.equal((await placements(before)).length, 2);
    const legs = await legsAt();
    assert.equal(legs[dead], 0);
    assert.ok((legs[heir] ?? 0) >= 2);
  });

  test('let go of what was moved while one of them was frozen', { timeout: 120_000 }, async () => {
    const conferenceId = await room('frozen');
    const sessionId = String((await root.join(conferenceId))['sessionId']);
    const entered = await enter(stack, people[0] as Person, conferenceId, 'one');
    const frozen = String(entered.node);
    const { client } = people[0] as Person;
    await stack.kill(frozen, 'SIGSTOP');
    await eventually('the session to move', async () => (await placements(sessionId)).length === 2, backTimeoutMs);
    const again = await enter(stack, people[1] as Person, conferenceId, 'two');
    assert.equal(again.welcome.epoch, 2);
    assert.notEqual(again.node, frozen);
    // Who is still there is sent away while it cannot say so itself, and told at its door where to go.
    assert.ok(client);
    await client.gone();
    const astray = await RawClient.open(port('one'), `/signalling?node=${frozen}`);
    await astray.gone();
    assert.equal(astray.closeCause, 'moved');
    await stack.kill(frozen, 'SIGCONT');
    await eventually('nobody to be left there', async () => (await legsAt())[frozen] === 0);
    // What it would still have said of the session is refused, so the record knows one node at a time.
    const facts = await runSql(
      stack.connection,
      `select convert_from(data, 'UTF8')::jsonb ->> 'epoch' as epoch, convert_from(metadata, 'UTF8')::jsonb ->> 'node' as node
       from log.events where stream = 'session-${sessionId}' and type in ('LegConnected', 'LegLeft') order by revision`,
    );
    const epochs = facts.map(({ epoch }) => Number(epoch));
    assert.deepEqual(
      epochs,
      epochs.toSorted((a, b) => a - b),
    );
    for (const { epoch, node } of facts) assert.equal(node, Number(epoch) === 1 ? frozen : again.node);
  });
});
