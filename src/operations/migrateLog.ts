// Moves a log to another store, event by event, and proves that nothing was lost or changed (docs/decisions/0014).
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, type LogHome, limits, type StoredEvent } from '../commands/eventStore.ts';
import { entryOf } from '../proof/entries.ts';
import { leafHash } from '../proof/merkle.ts';
import { CannotStart } from './cannotStart.ts';
import type { PlacedLog } from './projectToEnd.ts';

/** A store as it is moved from or to. */
export type Place = { store: EventStore; home: LogHome };

export type MigrateLogNeeds = {
  source: Place;
  target: Place;
  say: (line: string) => void;
  /** Gets both positions of each event, in their order, once all are proved equal. */
  moved?: (number: number, from: string, to: string) => void | Promise<void>;
  /** Proves that the read models of the target are those of the source. Rejects where they are not. */
  compare?: (source: PlacedLog, target: PlacedLog) => Promise<void>;
  /** Brings what refers to positions along before any server may work with the new log. */
  carry?: (places: { from: string; to: string; at: (position: string) => Promise<string | null> }) => Promise<void>;
  /** How long nobody may write to the source before it counts as quiet. */
  quietMs?: number;
};

export type Moved = { logId: string; events: number /** SHA-256 over the leaves of all events. */; digest: string };

const appendDeadlineMs = 30_000;
const defaultQuietMs = 3_000;
const roundsMax = 4;
const tellEvery = 10_000;

const refuse = (message: string): CannotStart => new CannotStart('log_not_movable', message);
const quoted = ({ stream, revision, type }: StoredEvent): string => `${type} (${stream}@${revision})`;

/** What an event is in every store: its leaf in the tree of the proof. */
export const leafOf = (event: StoredEvent): Buffer => leafHash(entryOf(event));

const same = (one: StoredEvent, other: StoredEvent): boolean => leafOf(one).equals(leafOf(other));

/** Appends consecutive events of one stream together, each run after the one before it. */
const appender = (store: EventStore) => {
  let run: StoredEvent[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const [first] = run;
    if (!first) return;
    const expected = first.revision === 0 ? 'noStream' : first.revision - 1;
    const answer = await store.append(first.stream, expected, run, appendDeadlineMs);
    if (answer.outcome === 'conflict')
      throw refuse(`Somebody else writes to the target: ${quoted(first)} has no room.`);
    run = [];
    bytes = 0;
  };
  return {
    flush,
    add: async (event: StoredEvent): Promise<void> => {
      const size = event.data.byteLength + event.metadata.byteLength;
      const fits = run.length < limits.appendEventsMax && bytes + size <= limits.appendBytesMax;
      if (run[0]?.stream !== event.stream || !fits) await flush();
      run.push(event);
      bytes += size;
    },
  };
};

/** Copies what the target lacks; what it has must be the beginning of the source. Answers the number of all events. */
const copy = async ({ source, target, say }: MigrateLogNeeds): Promise<number> => {
  const there = target.store.readAll()[Symbol.asyncIterator]();
  const { add, flush } = appender(target.store);
  let held = await there.next();
  let count = 0;
  let copied = 0;
  for await (const event of source.store.readAll()) {
    count += 1;
    if (held.done !== true) {
      if (!same(event, held.value)) throw refuse(`The target holds another log: it differs at ${quoted(event)}.`);
      held = await there.next();
      continue;
    }
    await add(event);
    copied += 1;
    if (copied % tellEvery === 0) say(`${count} events are there.`);
  }
  await flush();
  if (held.done !== true) throw refuse(`The target holds more than the source: ${quoted(held.value)}.`);
  return count;
};

/** Copies until nobody writes to the source any more. */
const copyAll = async (needs: MigrateLogNeeds): Promise<void> => {
  const { source, say, quietMs = defaultQuietMs } = needs;
  for (let round = 0; round < roundsMax; round += 1) {
    const head = await source.store.head();
    const count = await copy(needs);
    say(`${count} events are there. Waiting whether somebody still writes ...`);
    await delay(quietMs);
    if ((await source.store.head()) === head) return;
  }
  throw refuse('Something still writes to the source. Stop all servers that work with it, then run this again.');
};

/** Reads both to their ends, side by side. */
const prove = async ({ source, target, moved }: MigrateLogNeeds, logId: string): Promise<Moved> => {
  const [ours, theirs] = [createHash('sha256'), createHash('sha256')];
  const there = target.store.readAll()[Symbol.asyncIterator]();
  let events = 0;
  for await (const event of source.store.readAll()) {
    const { value, done } = await there.next();
    if (done === true) throw refuse(`The target ends before ${quoted(event)}.`);
    ours.update(leafOf(event));
    theirs.update(leafOf(value));
    if (!same(event, value)) throw refuse(`The target differs at ${quoted(event)}.`);
    events += 1;
    await moved?.(events, event.position, value.position);
  }
  if ((await there.next()).done !== true) throw refuse('The target holds more than the source.');
  const digest = ours.digest('hex');
  if (digest !== theirs.digest('hex')) throw refuse('The two logs have different hashes.');
  return { logId, events, digest };
};

/** Where in the target is what is at or before a position of the source; null is the beginning. */
const translator =
  ({ source, target }: MigrateLogNeeds) =>
  async (position: string): Promise<string | null> => {
    const there = target.store.readAll()[Symbol.asyncIterator]();
    let found: string | null = null;
    for await (const event of source.store.readAll()) {
      if (event.position > position) break;
      const { value, done } = await there.next();
      if (done === true) break;
      found = value.position;
    }
    return found;
  };

/** Makes the target ready, unless an earlier run did. Throws where it holds something else. */
const prepare = async ({ source, target }: MigrateLogNeeds): Promise<{ logId: string; done: boolean }> => {
  const [from, to] = [await source.home.identity(), await target.home.identity()];
  if (from.positionsId === to.positionsId) throw refuse('Source and target are the same log.');
  if (from.state === 'arriving') throw refuse('The source has not arrived as a whole. Finish that move first.');
  const known = to.logId === from.logId;
  if (to.state === 'moved') {
    if (!known || from.state !== 'open') throw refuse('The log of the target was moved away. Name an empty store.');
    // It comes back, and what it left behind is the beginning of what it has become.
    await target.home.become('arriving');
    return { logId: from.logId, done: false };
  }
  if (known && to.state === 'open' && from.state === 'moved') return { logId: from.logId, done: true };
  if (to.state === 'arriving' && !known) throw refuse('Another log is being moved to the target. Name an empty store.');
  if (to.state === 'open') {
    if ((await target.store.head()) !== null) throw refuse('The target holds a log already. Name an empty store.');
    await target.home.receive(from.logId);
  }
  return { logId: from.logId, done: false };
};

/**
 * Moves the log. From its beginning on nobody may write to the source, and no server works with the target before its
 * end. A run that was interrupted at any moment is taken up by the next one. Rejects with `CannotStart` where the move
 * is impossible, and with the faults of both stores.
 */
export const migrateLog = async (needs: MigrateLogNeeds): Promise<Moved> => {
  const { source, target, say, compare, carry } = needs;
  const { logId, done } = await prepare(needs);
  if (done) {
    say('It was moved before: nothing is left to do but to look whether all is there.');
    return prove(needs, logId);
  }
  await source.home.become('moved');
  say('The source takes no more events.');
  await copyAll(needs);
  const moved = await prove(needs, logId);
  const [from, to] = [await source.home.identity(), await target.home.identity()];
  await compare?.(
    { store: source.store, positionsId: from.positionsId },
    { store: target.store, positionsId: to.positionsId },
  );
  await carry?.({ from: from.positionsId, to: to.positionsId, at: translator(needs) });
  await target.home.become('open');
  return moved;
};
