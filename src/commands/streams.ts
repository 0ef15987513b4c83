// What this process remembers of streams: their states, and which commands they have seen.
import { LRUCache } from 'lru-cache';
import type { Command, Decider, Fact } from '../domain/kernel.ts';
import { Refusal } from '../domain/kernel.ts';
import type { Codec } from './codec.ts';
import { type EventStore, type StoredEvent, StoreUnavailable } from './eventStore.ts';
import { type Remembered, type SeenCommands, seenCommands } from './seenCommands.ts';
import type { Tail } from './tail.ts';

/** A stream folded up to `revision` (-1: it does not exist). */
export type Loaded<State> = {
  state: State;
  revision: number;
  position: string | null;
  seen: SeenCommands;
};

/** One stream in turn. `loaded` is null until it was read; `newest` is the last revision the log was heard to have. */
export type Entry = { stream: string; loaded: Loaded<unknown> | null; newest: number };

/** Whether the stream was heard to be longer than what is remembered of it. */
export const isOutdated = ({ loaded, newest }: Entry): boolean => newest > (loaded?.revision ?? -1);

type Any<State, Asked extends Command<string, unknown>, Event extends Fact> = Decider<State, Asked, Event>;

const cachedStreamsMax = 5_000;

export const actorKey = ({ kind, id }: { kind: string; id: string }): string => `${kind}:${id}`;

/** A stream of which nothing is known. */
const nothingOf = <State>({ initial }: { initial: State }, rememberedMax: number | undefined): Loaded<State> => ({
  state: initial,
  revision: -1,
  position: null,
  seen: seenCommands(rememberedMax),
});

const fold = async <State, Asked extends Command<string, unknown>, Event extends Fact>(
  codec: Codec,
  decider: Any<State, Asked, Event>,
  loaded: Loaded<State>,
  stored: readonly StoredEvent[],
): Promise<Loaded<State>> => {
  const { seen } = loaded;
  let { state, revision, position } = loaded;
  for (const { event, digest } of await codec.decode(stored)) {
    state = decider.evolve(state, decider.vocabulary.parse(event));
    revision = event.revision;
    position = event.position;
    seen.note(event.meta.commandId, { actor: actorKey(event.meta.actor), digest, position, revision });
  }
  return { state, revision, position, seen };
};

const reading = async <Result>(read: () => Promise<Result>): Promise<Result> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new Refusal('event_store.unavailable');
    throw error;
  }
};

export type StreamsNeeds = {
  store: EventStore;
  codec: Codec;
  tail?: Tail | undefined;
  /** Commands of a stream whose answers are remembered, unless the usual number does. */
  rememberedMax?: number | undefined;
};

/**
 * The states of streams as last read, and one queue per stream. Bounded; losing an entry costs one read. With a tail,
 * what is remembered and has not been heard to change is as good as read.
 */
export const streamsOf = ({ store, codec, tail, rememberedMax }: StreamsNeeds) => {
  const cache = new LRUCache<string, Entry>({ max: cachedStreamsMax });
  const queues = new Map<string, Promise<unknown>>();
  const unread = <State>(decider: { initial: State }) => nothingOf(decider, rememberedMax);

  tail?.listen((stream, revision) => {
    const entry = cache.peek(stream);
    if (entry) entry.newest = Math.max(entry.newest, revision);
  });

  // It has to be known before it is read or appended to, or what is heard meanwhile would be lost on it.
  const entryOf = (stream: string): Entry => {
    const known = cache.get(stream);
    if (known) return known;
    const entry: Entry = { stream, loaded: null, newest: -1 };
    cache.set(stream, entry);
    return entry;
  };

  /** Reads what is new since the last look. */
  const refresh = async <State, Asked extends Command<string, unknown>, Event extends Fact>(
    decider: Any<State, Asked, Event>,
    entry: Entry,
  ): Promise<Loaded<State>> => {
    const start = (entry.loaded as Loaded<State> | null) ?? unread(decider);
    const stored = await reading(() => Array.fromAsync(store.readStream(entry.stream, { from: start.revision + 1 })));
    const loaded = stored.length === 0 ? start : await fold(codec, decider, start, stored);
    entry.loaded = loaded;
    return loaded;
  };

  return {
    unread,
    refresh,

    /** The first answer to a command that was recorded in what is loaded of the stream, or null. */
    firstAnswer: async (stream: string, loaded: Loaded<unknown>, commandId: string): Promise<Remembered | null> => {
      const remembered = loaded.seen.answerTo(commandId);
      if (remembered) return remembered;
      for (const from of loaded.seen.revisionsOf(commandId)) {
        const stored = await Array.fromAsync(store.readStream(stream, { from, limit: 1 }));
        for (const { event, digest } of await codec.decode(stored)) {
          const { meta, position, revision } = event;
          if (meta.commandId === commandId) return { actor: actorKey(meta.actor), digest, position, revision };
        }
      }
      return null;
    },

    /**
     * What is remembered of a stream where that is proved to be all there was when this was called, or at `sinceMs` of
     * the monotonic clock, else null. Does not wait for its turn: a command that has been answered was heard of, too.
     */
    remembered: async <State>(stream: string, sinceMs: number | undefined): Promise<Loaded<State> | null> => {
      if (!tail || !cache.peek(stream)?.loaded) return null;
      const isCurrent = await reading(() => tail.current(sinceMs));
      const entry = cache.get(stream);
      if (!isCurrent || !entry?.loaded || isOutdated(entry)) return null;
      return entry.loaded as Loaded<State>;
    },

    /** Asks the log how far it goes, for all who then look at streams as of `sinceMs`. */
    catchUp: (sinceMs: number) => reading(async () => tail?.current(sinceMs)),

    /** Acts on one stream when everybody who came before has finished with it. */
    inTurn: async <Result>(stream: string, act: (entry: Entry) => Promise<Result>): Promise<Result> => {
      const before = queues.get(stream);
      const mine = before ? before.then(() => act(entryOf(stream))) : act(entryOf(stream));
      const settled = mine.catch(() => undefined);
      queues.set(stream, settled);
      try {
        return await mine;
      } finally {
        if (queues.get(stream) === settled) queues.delete(stream);
      }
    },
  };
};
