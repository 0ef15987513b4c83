// The log as its readers want it: opened events of some categories, for ever.
import type { Fact, Recorded } from '../domain/kernel.ts';
import type { Codec } from './codec.ts';
import type { EventStore } from './eventStore.ts';

export type OpenedBatch = { events: Recorded<Fact>[]; position: string; caughtUp: boolean };

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
      const opened = await codec.decode(events);
      yield { events: opened.map(({ event }) => event), position, caughtUp };
    }
  };
