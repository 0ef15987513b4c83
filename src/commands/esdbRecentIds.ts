// Where the newest events stand, by id: EventStoreDB takes the same id on another stream, the port does not.
import type { NewEvent, StoredEvent } from './eventStore.ts';

export type RecentIds = {
  note: (id: string, stream: string, revision: number) => void;
  noteAll: (events: readonly StoredEvent[]) => void;
  /** Whether one of these ids is known to stand at another place than the append would put it. */
  anyElsewhere: (stream: string, base: number, events: readonly NewEvent[]) => boolean;
};

/** Remembers the newest ids, `min` of them and up to twice as many. */
export const createRecentIds = (min = 50_000): RecentIds => {
  let newer = new Map<string, string>();
  let older = new Map<string, string>();
  const placeOf = (id: string): string | undefined => newer.get(id) ?? older.get(id);
  const note = (id: string, stream: string, revision: number) => {
    if (placeOf(id) !== undefined) return;
    if (newer.size >= min) [newer, older] = [new Map(), newer];
    newer.set(id, `${stream}@${revision}`);
  };
  return {
    note,
    noteAll: (events) => {
      for (const { id, stream, revision } of events) note(id, stream, revision);
    },
    anyElsewhere: (stream, base, events) =>
      events.some(({ id }, index) => {
        const place = placeOf(id);
        return place !== undefined && place !== `${stream}@${base + 1 + index}`;
      }),
  };
};
