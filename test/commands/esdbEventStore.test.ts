import { randomUUID } from 'node:crypto';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
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
