// The log as its readers want it: opened events of some categories, for ever.
import type { Fact, Recorded } from '../domain/kernel.ts';
import type { Codec } from './codec.ts';
import { type Batch, type EventStore, StoreUnavailable } from './eventStore.ts';
import { NoAnswer, within } from './postgresConnection.ts';

export type OpenedBatch = { events: Recorded<Fact>[]; position: string; caughtUp: boolean };

const openingMs = 10_000;

/** Keys that do not come are a database that is away. */
const opening = async <Result>(work: Promise<Result>): Promise<Result> =>
  within(openingMs, 'Opening events', work).catch((error: unknown) => {
    throw error instanceof NoAnswer ? new StoreUnavailable('The keys of events did not come', { cause: error }) : error;
  });

/** Subscribes and opens each batch; ends when `signal` is aborted. */
export const openedFeed = (store: EventStore, codec: Codec) =>
  async function* (
    after: string | null,
    categories: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<OpenedBatch> {
    const start = after === null ? {} : { after };
    for await (const { events, position, caughtUp } of store.subscribeAll({
      ...start,
      filter: { categories },
      signal,
    })) {
      const opened = await opening(codec.decode(events));
      yield { events: opened.map(({ event }) => event), position, caughtUp };
    }
  };

/** Opened events of one stream that stand after a position, the newest first. */
export const openedSince = (store: EventStore, codec: Codec) =>
  async function* (stream: string, position: string): AsyncGenerator<Recorded<Fact>> {
    for await (const stored of store.readStream(stream, { direction: 'backwards' })) {
      if (stored.position <= position) return;
      for (const { event } of await codec.decode([stored])) yield event;
    }
  };

/** The same events as the store keeps them, for whom only their bytes count. */
export const storedFeed =
  (store: EventStore) =>
  (after: string | null, categories: readonly string[], signal: AbortSignal): AsyncIterable<Batch> =>
    store.subscribeAll({ ...(after === null ? {} : { after }), filter: { categories }, signal });
