import { randomUUID } from 'node:crypto';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { eventStoreContract } from './eventStoreContract.ts';

const open = async () => {
  const node = await startEventStoreDbNode();
  return { node, store: await openEsdbEventStore({ url: node.url, newId: randomUUID }) };
};

eventStoreContract('the event store in EventStoreDB', async () => {
  const { node, store } = await open();
  const others: (typeof node)[] = [];
  const empty = async () => {
    const other = await open();
    others.push(other.node);
    return other.store;
  };
  const dispose = async () => {
    for (const each of [node, ...others]) await each.kill();
  };
  return { store, empty, dispose };
});
