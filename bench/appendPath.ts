// P1a: deciding, sealing, batching, appending and answering, without HTTP, against single-row inserts.
import { randomUUID } from 'node:crypto';
import type { Goal, Prepared } from './goal.ts';
import { insertBaseline } from './insertBaseline.ts';
import { type BenchLog, create, openBenchLog, retitle } from './log.ts';

export const clients = 64;
const seconds = 3;

/** How often a second `clients` act that each act again as soon as they are answered, for three seconds. */
export const throughput = async (act: (client: number) => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  let answered = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() - started < seconds * 1000) {
        await act(client);
        answered += 1;
      }
    }),
  );
  return answered / ((performance.now() - started) / 1000);
};

type Act = (log: BenchLog) => (client: number) => Promise<unknown>;

/** Gives one of the conferences that exist a title it never had. */
export const retitling: Act = ({ run, accountId, conferenceIds }) => {
  let count = 0;
  return (client) => {
    count += 1;
    const title = `Weekly review of the northern region, take ${count}`;
    return retitle(run, accountId, conferenceIds[client] ?? '', title);
  };
};

const prepare =
  (actOn: Act) =>
  async (say: (line: string) => void): Promise<Prepared> => {
    const log = await openBenchLog(clients, say);
    const act = actOn(log);
    await act(0);
    const [event] = (await Array.fromAsync(log.store.readAll())).slice(-1);
    if (!event) throw new Error('Nothing was recorded');
    const payload = { dataBytes: event.data.byteLength, metadataBytes: event.metadata.byteLength };
    say(`  an event has ${payload.dataBytes} + ${payload.metadataBytes} bytes`);
    const insert = await insertBaseline(log.postgres, payload);
    // Both warm: code compiled, caches and shared buffers filled.
    await insert(clients, seconds);
    await throughput(act);
    return {
      ours: () => throughput(act),
      baseline: async () => (await insert(clients, seconds)).tps,
      close: log.close,
    };
  };

const goal = { unit: 'commands/s', better: 'higher', wanted: 0.9 } as const;

export const existingStreams: Goal = {
  ...goal,
  name: 'P1a',
  title: `append path, ${clients} clients, streams that exist`,
  prepare: prepare(retitling),
};

export const newStreams: Goal = {
  ...goal,
  name: 'P1a-new',
  title: `append path, ${clients} clients, a new stream each time`,
  prepare: prepare(
    ({ run, accountId }) =>
      () =>
        create(run, accountId, randomUUID()),
  ),
};
