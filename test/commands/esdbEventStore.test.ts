import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { test } from 'vitest';
import { codecOf } from '../../src/commands/codec.ts';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { type Ctx, executor } from '../../src/commands/execute.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { conference } from '../../src/domain/conferences/conference.ts';
import { startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { memoryVault } from '../support/memoryVault.ts';
import { eventStoreContract } from './eventStoreContract.ts';

const realUrl = process.env['ESDB_URL'];

const open = (url: string) => openEsdbEventStore({ url, newId: randomUUID });

eventStoreContract(`the event store in EventStoreDB${realUrl === undefined ? '' : ' at ESDB_URL'}`, async () => {
  const nodes: Awaited<ReturnType<typeof startEventStoreDbNode>>[] = [];
  // A server holds one log, so an empty one beside it is always a test node's.
  const empty = async () => {
    const node = await startEventStoreDbNode();
    nodes.push(node);
    return open(node.url);
  };
  const dispose = async () => {
    for (const node of nodes) await node.kill();
  };
  return { store: realUrl === undefined ? await empty() : await open(realUrl), empty, dispose };
});

test('a command of thousands ago, asked again of a process that began since, is on record once', async () => {
  const node = await startEventStoreDbNode();
  const codec = codecOf(memoryVault(), vocabularies);
  const process = async () => {
    const store = await open(node.url);
    const log = { store, codec, now: () => new Date(), node: 'n', digestKey: Buffer.alloc(32, 7) };
    return { store, run: executor(log).execute };
  };
  const conferenceId = randomUUID();
  const actor = { kind: 'account' as const, id: randomUUID() };
  const ctx = (asked: unknown): Ctx => ({ actor, origin: null, commandId: randomUUID(), asked });
  const kept = { cid: 'x', description: '', ownerId: actor.id, joinWithoutInvitation: true };
  const create = { conferenceId, kind: 'virtual_room' as const, title: 'X', ...kept };
  const titled = (title: string) =>
    ({
      type: 'EditConference',
      data: { conferenceId, title, description: undefined, joinWithoutInvitation: undefined },
    }) as const;

  const before = await process();
  await before.run(conference, conferenceId, { type: 'CreateConference', data: create }, ctx(create));
  const asked = ctx('first');
  const first = await before.run(conference, conferenceId, titled('first'), asked);
  const later = 2_100; // More than a process looks at when it begins.
  for (let n = 0; n < later; n += 1) await before.run(conference, conferenceId, titled(`title ${n}`), ctx(n));
  await before.store.close();

  const since = await process();
  assert.deepEqual(await since.run(conference, conferenceId, titled('first'), asked), first);
  assert.equal((await Array.fromAsync(since.store.readStream(`conference-${conferenceId}`))).length, later + 2);
  await since.store.close();
  await node.kill();
});
