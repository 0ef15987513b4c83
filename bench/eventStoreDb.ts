// With the log in EventStoreDB: our adapter against what the bare client reaches on the same server in the same run.
// The server is the test node, or the one that ESDB_URL names.
import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, FORWARDS, START } from '@eventstore/db-client';
import { openEsdbEventStore } from '../src/commands/esdbEventStore.ts';
import { limits, type StoredEvent } from '../src/commands/eventStore.ts';
import { startEventStoreDbNode } from '../test/support/eventStoreDbNode/startEventStoreDbNode.ts';
import { clients, retitling, throughput } from './appendPath.ts';
import type { Goal, Prepared } from './goal.ts';
import { type BenchLog, openBenchLog } from './log.ts';

type Bench = { log: BenchLog; bare: EventStoreDBClient; close: () => Promise<void> };

const server = async (): Promise<{ url: string; stop: () => Promise<void> }> => {
  const given = process.env['ESDB_URL'];
  if (given !== undefined) return { url: given, stop: () => Promise.resolve() };
  const node = await startEventStoreDbNode();
  return { url: node.url, stop: () => node.kill() };
};

const openOn = (url: string, say: (line: string) => void): Promise<BenchLog> =>
  openBenchLog(clients, say, () => openEsdbEventStore({ url, newId: randomUUID }));

const open = async (say: (line: string) => void): Promise<Bench> => {
  const { url, stop } = await server();
  const log = await openOn(url, say);
  const bare = EventStoreDBClient.connectionString(url);
  return {
    log,
    bare,
    close: async () => {
      await bare.dispose();
      await log.close();
      await stop();
    },
  };
};

/** What the bare client appends: one event of the same size to a stream of each client's own. */
const appendingBare = (bare: EventStoreDBClient, event: StoredEvent) => {
  // Not a Buffer, of which the client would make JSON, several times as long.
  const [data, metadata] = [new Uint8Array(event.data.byteLength), new Uint8Array(event.metadata.byteLength).fill(1)];
  const streams = Array.from({ length: clients }, () => `bench-${randomUUID()}`);
  return (client: number) =>
    bare.appendToStream(streams[client] ?? '', binaryEvent({ id: randomUUID(), type: event.type, data, metadata }));
};

export const esdbAppendPath: Goal = {
  name: 'P1a-esdb',
  title: `append path on EventStoreDB, ${clients} clients, against the bare client`,
  unit: 'commands/s',
  better: 'higher',
  wanted: 0.5,
  prepare: async (say): Promise<Prepared> => {
    const { url, stop } = await server();
    const bare = EventStoreDBClient.connectionString(url);
    const commands = async () => {
      const log = await openOn(url, say);
      try {
        const act = retitling(log);
        await throughput(act); // Code compiled, streams known.
        const rate = await throughput(act);
        const [event] = (await Array.fromAsync(log.store.readStream(`conference-${log.conferenceIds[0]}`))).slice(-1);
        if (!event) throw new Error('Nothing was recorded');
        return { rate, event };
      } finally {
        await log.close(); // Or it would hear of all that the bare client appends.
      }
    };
    const { event } = await commands();
    const append = appendingBare(bare, event);
    await throughput(append);
    return {
      ours: async () => (await commands()).rate,
      baseline: () => throughput(append),
      close: async () => {
        await bare.dispose();
        await stop();
      },
    };
  },
};

const eventsRead = 20_000;

const perSecond = async (read: () => Promise<number>): Promise<number> => {
  const started = performance.now();
  const count = await read();
  return count / ((performance.now() - started) / 1000);
};

/** As a projection does that begins anew: opened, in batches, until the end. */
const caughtUp = async ({ store, codec }: BenchLog): Promise<number> => {
  let count = 0;
  for await (const { events, caughtUp: end } of store.subscribeAll({
    filter: { categories: ['conference'] },
    signal: AbortSignal.timeout(120_000),
  })) {
    count += (await codec.decode(events)).length;
    if (end) break;
  }
  return count;
};

const readBare = async (bare: EventStoreDBClient): Promise<number> => {
  let count = 0;
  for await (const { event } of bare.readAll({ direction: FORWARDS, fromPosition: START })) {
    if (event?.streamId.startsWith('conference-')) count += 1;
  }
  return count;
};

export const esdbCatchUp: Goal = {
  name: 'catch-up-esdb',
  title: `reading ${eventsRead} events from EventStoreDB, opened, against the bare client`,
  unit: 'events/s',
  better: 'higher',
  wanted: 0.5,
  prepare: async (say): Promise<Prepared> => {
    const bench = await open(say);
    const { log, bare } = bench;
    const act = retitling(log);
    for (let made = 0; made < eventsRead; made += limits.appendEventsMax) {
      await Promise.all(Array.from({ length: limits.appendEventsMax }, (_, index) => act(index % clients)));
    }
    const [ours, theirs] = [await caughtUp(log), await readBare(bare)];
    if (ours !== theirs) throw new Error(`We read ${ours} events, the bare client ${theirs}`);
    return {
      ours: () => perSecond(() => caughtUp(log)),
      baseline: () => perSecond(() => readBare(bare)),
      close: bench.close,
    };
  },
};
