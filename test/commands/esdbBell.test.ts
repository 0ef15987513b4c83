// Whether followers in one process hear at once of what another one writes to EventStoreDB, without ever looking by
// themselves.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { commandHalf } from '../../src/commands/eventIds.ts';
import { AppendInvalid, type EventStore } from '../../src/commands/eventStore.ts';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { appended, event, newStream } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

const never = 3_600_000;

describe('a follower of EventStoreDB that is told of news only', () => {
  let directory: string;
  let node: EventStoreDbNode;
  let [reading, writing]: EventStore[] = [];
  const ended = new AbortController();
  const heard: string[] = [];
  let following: Promise<void>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-bell-'));
    node = await startEventStoreDbNode({ file: join(directory, 'log') });
    const open = () => openEsdbEventStore({ url: node.url, newId: randomUUID, pollMs: never });
    [reading, writing] = [await open(), await open()];
    const { signal } = ended;
    const follow = async (store: EventStore) => {
      for await (const { events } of store.subscribeAll({ signal })) heard.push(...events.map(({ id }) => id));
    };
    following = follow(reading);
  });
  afterAll(async () => {
    ended.abort();
    await following;
    await Promise.all([reading?.close(), writing?.close()]);
    await node.kill();
    await rm(directory, { recursive: true });
  });

  const write = async (): Promise<string> => {
    const asked = event();
    assert.ok(writing);
    await appended(writing, newStream(), 'noStream', [asked]);
    return asked.id;
  };
  const isHeard = (id: string) => eventually('the event is heard of', () => heard.includes(id), 5_000);

  test('hears of one that comes alone, and of the next one', async () => {
    for (let count = 0; count < 3; count += 1) {
      await isHeard(await write());
      await delay(60); // By then the bell is set again.
    }
  });

  test('hears of each while there are always more, once and in order', async () => {
    const before = heard.length;
    const written: string[] = [];
    for (let count = 0; count < 100; count += 1) {
      written.push(await write());
      await delay(count % 7);
    }
    await isHeard(written.at(-1) ?? '');
    assert.deepEqual(heard.slice(before), written);
    await delay(60);
    await isHeard(await write());
  });

  test('knows the commands of others, and refuses them on another stream', async () => {
    const id = await write();
    await isHeard(id);
    assert.ok(reading);
    const named = `${commandHalf(id)}${randomUUID().slice(commandHalf(id).length)}`;
    for (const given of [id, named]) {
      await assert.rejects(reading.append(newStream(), 'noStream', [event('another', given)]), AppendInvalid);
    }
  });

  test('hears again after the server was away', async () => {
    await node.kill();
    node = await startEventStoreDbNode({ port: node.port, file: join(directory, 'log') });
    await isHeard(await write());
    await delay(60);
    await isHeard(await write());
  });
});
