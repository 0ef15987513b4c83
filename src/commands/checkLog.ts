// Reads stored events again and compares them with the tree that was built of them.
import { entryOf } from '../proof/entries.ts';
import { type Hash, hashBytes, leafHash, rootAt } from '../proof/merkle.ts';
import { growingTree, nodesIn, tileWidth } from '../proof/tiles.ts';
import type { EventStore, StoredEvent } from './eventStore.ts';

/** The tree as it is kept beside the log. */
export type TreeSource = {
  /** `wanted`: the size up to the newest event that asks for a checkpoint. */
  now: () => Promise<{ size: number; wanted: number }>;
  /** All hashes of a tile that there are; none where there is no such tile. */
  tile: (level: number, index: number) => Promise<Buffer>;
  /** The position after which the events of a bundle begin; undefined where there is no such bundle. */
  bundleStart: (index: number) => Promise<string | null | undefined>;
};

export type LogReader = { store: EventStore; tree: TreeSource; categories: readonly string[] };

/** What is not as it was; `number` is the first event that differs, where it is known. */
export type Alteration = { number: number | null; reason: string };

/** The events of a bundle as they are stored now, at most 256. Undefined where the tree has no such bundle. */
export const storedBundle = async (
  { store, tree, categories }: LogReader,
  index: number,
  width = tileWidth,
): Promise<StoredEvent[] | undefined> => {
  const after = await tree.bundleStart(index);
  if (after === undefined) return undefined;
  const from = after === null ? {} : { after };
  return Array.fromAsync(store.readAll({ ...from, filter: { categories }, limit: width }));
};

/** The leaves of stored events; an event too long for an entry has none that anything could equal. */
const leafOf = (event: StoredEvent): Hash | null => {
  try {
    return leafHash(entryOf(event));
  } catch {
    return null;
  }
};

/**
 * Compares events `from` up to `size` with the tree. Answers the first alteration, or null. `pause` is waited for after
 * each bundle.
 */
export const checkEvents = async (
  reader: LogReader,
  from: number,
  size: number,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Alteration | null> => {
  const whole = from === 0 ? growingTree() : null;
  for (let index = Math.floor(from / tileWidth); index * tileWidth < size; index += 1) {
    const first = index * tileWidth;
    const width = Math.min(tileWidth, size - first);
    const [events = [], hashes] = await Promise.all([storedBundle(reader, index, width), reader.tree.tile(0, index)]);
    for (let place = 0; place < width; place += 1) {
      const number = first + place;
      const event = events[place];
      if (!event) return { number, reason: `Event ${number} is not stored any more.` };
      const leaf = leafOf(event);
      if (!leaf?.equals(hashes.subarray(place * hashBytes, (place + 1) * hashBytes)))
        return { number, reason: `Event ${number} is not stored as it was: ${event.type} in ${event.stream}.` };
      whole?.append(leaf);
    }
    await pause();
  }
  if (!whole) return null;
  const root = await rootAt(size, nodesIn(reader.tree.tile));
  return whole.root().equals(root) ? null : { number: null, reason: 'The tiles do not belong to the stored events.' };
};
