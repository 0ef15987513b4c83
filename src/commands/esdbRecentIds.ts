// Where the newest events stand, by what their ids say of their commands: EventStoreDB looks at one stream only.
import { LRUCache } from 'lru-cache';
import { commandHalf } from './eventIds.ts';
import type { NewEvent, StoredEvent } from './eventStore.ts';

export type RecentIds = {
  note: (id: string, stream: string, revision: number) => void;
  noteAll: (events: readonly StoredEvent[]) => void;
  /** Whether one of these events, as its command names it, is known to stand elsewhere than the append would put it. */
  anyElsewhere: (stream: string, base: number, events: readonly NewEvent[]) => boolean;
};

/** Remembers `max` ids, the newest. */
export const createRecentIds = (max = 50_000): RecentIds => {
  const places = new LRUCache<string, string>({ max });
  const note = (id: string, stream: string, revision: number) => {
    const half = commandHalf(id);
    if (!places.has(half)) places.set(half, `${stream}@${revision}`);
  };
  return {
    note,
    noteAll: (events) => {
      for (const { id, stream, revision } of events) note(id, stream, revision);
    },
    anyElsewhere: (stream, base, events) =>
      events.some(({ id }, index) => {
        const place = places.peek(commandHalf(id));
        return place !== undefined && place !== `${stream}@${base + 1 + index}`;
      }),
  };
};
