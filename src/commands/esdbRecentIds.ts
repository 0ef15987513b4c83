// Where the newest events stand, by id: EventStoreDB takes the same id on another stream, the port does not.
import { LRUCache } from 'lru-cache';
import type { NewEvent, StoredEvent } from './eventStore.ts';

export type RecentIds = {
  note: (id: string, stream: string, revision: number) => void;
  noteAll: (events: readonly StoredEvent[]) => void;
  /** Whether one of these ids is known to stand at another place than the append would put it. */
  anyElsewhere: (stream: string, base: number, events: readonly NewEvent[]) => boolean;
};

/** Remembers `max` ids, the newest. */
export const createRecentIds = (max = 50_000): RecentIds => {
  const places = new LRUCache<string, string>({ max });
  const note = (id: string, stream: string, revision: number) => {
    if (!places.has(id)) places.set(id, `${stream}@${revision}`);
  };
  return {
    note,
    noteAll: (events) => {
      for (const { id, stream, revision } of events) note(id, stream, revision);
    },
    anyElsewhere: (stream, base, events) =>
      events.some(({ id }, index) => {
        const place = places.peek(id);
        return place !== undefined && place !== `${stream}@${base + 1 + index}`;
      }),
  };
};
