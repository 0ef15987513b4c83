// Load, decide, append at the read revision; on a conflict decide the whole thing again.
import type { Actor, Command, Decider, Fact, Origin, Vocabulary } from '../domain/kernel.ts';
import { Refusal } from '../domain/kernel.ts';
import { digestOf, eventIdOf } from './canonical.ts';
import type { Codec, Envelope } from './codec.ts';
import {
  type Appended,
  EventIdTaken,
  type EventStore,
  OutcomeUnknown,
  type StoredEvent,
  StoreUnavailable,
} from './eventStore.ts';

/** Who asks, from where and under which id. `asked` is what was asked for, less anything guessable. */
export type Ctx = {
  actor: Actor;
  origin: Origin | null;
  commandId: string;
  asked: unknown;
  correlationId?: string;
  causationId?: string;
  reason?: string | null;
  expectedRevision?: number | undefined;
  dryRun?: boolean;
};

/** What became of a command. `position` is null when nothing had to be recorded, ever, on that stream. */
export type Answer = { position: string | null; revision: number; planned: { stream: string; event: Fact }[] | null };

export type Log = {
  store: EventStore;
  codec: Codec;
  now: () => Date;
  node: string;
  digestKey: Buffer;
};

type Done = { actor: string; digest: string; position: string; revision: number };
type Loaded<State> = { state: State; revision: number; position: string | null; done: Map<string, Done> };

const conflictDeadlineMs = 2_000;
const cachedStreamsMax = 5_000;
const rememberedCommandsMax = 500;

const actorKey = ({ kind, id }: Actor): string => `${kind}:${id}`;

const fold = async <State, Asked extends Command<string, unknown>, Event extends Fact>(
  { codec }: Log,
  decider: Decider<State, Asked, Event>,
  loaded: Loaded<State>,
  stored: readonly StoredEvent[],
): Promise<Loaded<State>> => {
  const { done } = loaded;
  let { state, revision, position } = loaded;
  for (const { event, digest } of await codec.decode(stored)) {
    state = decider.evolve(state, decider.vocabulary.parse(event));
    revision = event.revision;
    position = event.position;
    done.delete(event.meta.commandId);
    done.set(event.meta.commandId, { actor: actorKey(event.meta.actor), digest, position, revision });
  }
  for (const commandId of done.keys()) {
    if (done.size <= rememberedCommandsMax) break;
    done.delete(commandId);
  }
  return { state, revision, position, done };
};

/** The states of streams as last read, and one queue per stream. Bounded; losing an entry costs one read. */
const streamsOf = (log: Log) => {
  const cache = new Map<string, Loaded<unknown>>();
  const queues = new Map<string, Promise<unknown>>();

  const remember = (stream: string, loaded: Loaded<unknown>): void => {
    cache.delete(stream);
    cache.set(stream, loaded);
    const oldest = cache.keys().next().value;
    if (cache.size > cachedStreamsMax && oldest !== undefined) cache.delete(oldest);
  };

  return {
    remember,
    forget: (stream: string): boolean => cache.delete(stream),
    cached: <State>(stream: string): Loaded<State> | undefined => cache.get(stream) as Loaded<State> | undefined,

    refresh: async <State, Asked extends Command<string, unknown>, Event extends Fact>(
      decider: Decider<State, Asked, Event>,
      stream: string,
    ): Promise<Loaded<State>> => {
      const known = cache.get(stream) as Loaded<State> | undefined;
      const start = known ?? { state: decider.initial, revision: -1, position: null, done: new Map<string, Done>() };
      const stored = await reading(() => Array.fromAsync(log.store.readStream(stream, { from: start.revision + 1 })));
      const loaded = stored.length === 0 ? start : await fold(log, decider, start, stored);
      remember(stream, loaded);
      return loaded;
    },

    inTurn: async <Result>(stream: string, act: () => Promise<Result>): Promise<Result> => {
      const before = queues.get(stream) ?? Promise.resolve();
      const mine = before.then(act, act);
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

const reading = async <Result>(read: () => Promise<Result>): Promise<Result> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new Refusal('event_store.unavailable');
    throw error;
  }
};

const appending = async (append: () => Promise<Appended>, forget: () => void): Promise<Appended> => {
  try {
    return await append();
  } catch (error) {
    forget();
    if (error instanceof StoreUnavailable) throw new Refusal('event_store.unavailable');
    if (error instanceof EventIdTaken) throw new Refusal('command.id_reused');
    if (error instanceof OutcomeUnknown) throw new Refusal('command.outcome_unknown');
    throw error;
  }
};

/** The answer to a repeat of a command this stream has seen, or null. Refuses when it is not the same command. */
const repeated = ({ done }: Loaded<unknown>, ctx: Ctx, digest: string): Answer | null => {
  const first = done.get(ctx.commandId);
  if (!first) return null;
  if (first.actor !== actorKey(ctx.actor) || first.digest !== digest) throw new Refusal('command.id_reused');
  return { position: first.position, revision: first.revision, planned: null };
};

const encodeAll = (
  log: Log,
  vocabulary: Vocabulary<Fact>,
  stream: string,
  events: Fact[],
  ctx: Ctx,
  at: Date,
  digest: string,
) => {
  const envelope: Envelope = {
    actor: ctx.actor,
    commandId: ctx.commandId,
    digest,
    correlationId: ctx.correlationId ?? ctx.commandId,
    causationId: ctx.causationId ?? null,
    node: log.node,
    occurredAt: at,
    reason: ctx.reason ?? null,
    origin: ctx.origin,
  };
  return Promise.all(
    events.map((event, index) =>
      log.codec.encode(vocabulary, stream, eventIdOf(ctx.actor, ctx.commandId, index), event, envelope),
    ),
  );
};

/** Decides once on a loaded state; `nothing` when there is nothing to append. */
const decideOn = <State, Asked extends Command<string, unknown>, Event extends Fact>(
  decider: Decider<State, Asked, Event>,
  loaded: Loaded<State>,
  ask: { type: Asked['type']; data: Asked['data'] },
  ctx: Ctx,
  now: Date,
): Event[] => {
  if (ctx.expectedRevision !== undefined && ctx.expectedRevision !== loaded.revision) {
    throw new Refusal('command.conflict', { revision: loaded.revision });
  }
  const meta = { now, actor: ctx.actor, commandId: ctx.commandId };
  return decider.decide({ ...ask, meta } as Asked, loaded.state);
};

/**
 * Executes commands against one log. Streams are cached and commands on one stream queue in this process, so that a
 * hot stream conflicts only with other processes. A cached state is proved by the append at its revision; where
 * nothing would be appended (a refusal, a nothing, a dry run) it is read again first.
 */
export const executor = (log: Log) => {
  const streams = streamsOf(log);

  const attempt = async <State, Asked extends Command<string, unknown>, Event extends Fact>(
    decider: Decider<State, Asked, Event>,
    stream: string,
    loaded: Loaded<State>,
    ask: { type: Asked['type']; data: Asked['data'] },
    ctx: Ctx,
  ): Promise<Answer | null> => {
    const digest = digestOf(log.digestKey, { stream, type: ask.type, asked: ctx.asked });
    const repeat = repeated(loaded, ctx, digest);
    if (repeat) return repeat;
    const now = log.now();
    const events = decideOn(decider, loaded, ask, ctx, now);
    const { position, revision } = loaded;
    if (ctx.dryRun) return { position, revision, planned: events.map((event) => ({ stream, event })) };
    if (events.length === 0) return { position, revision, planned: null };
    const encoded = await encodeAll(log, decider.vocabulary, stream, events, ctx, now, digest);
    const result = await appending(
      () => log.store.append(stream, revision < 0 ? 'noStream' : revision, encoded),
      () => streams.forget(stream),
    );
    if (result.outcome === 'conflict') return null;
    loaded.done.set(ctx.commandId, { actor: actorKey(ctx.actor), digest, ...result });
    const state = events.reduce(decider.evolve, loaded.state);
    streams.remember(stream, { ...loaded, state, revision: result.revision, position: result.position });
    return { position: result.position, revision: result.revision, planned: null };
  };

  return {
    /**
     * Runs one command on one stream. Rejects with a Refusal: the decider's own, `command.id_reused`,
     * `command.conflict` (expectedRevision missed), `command.too_busy` (conflicts for 2 s), `event_store.unavailable`
     * (surely nothing written) or `command.outcome_unknown` (send the same again).
     */
    execute: async <State, Asked extends Command<string, unknown>, Event extends Fact>(
      decider: Decider<State, Asked, Event>,
      id: string,
      ask: { type: Asked['type']; data: Asked['data'] },
      ctx: Ctx,
    ): Promise<Answer> => {
      const stream = `${decider.category}-${id}`;
      return streams.inTurn(stream, async () => {
        const deadline = log.now().getTime() + conflictDeadlineMs;
        const cached = ctx.dryRun ? undefined : streams.cached<State>(stream);
        if (cached) {
          const answer = await attempt(decider, stream, cached, ask, ctx).catch((error: unknown) => {
            if (error instanceof Refusal && !settled.has(error.code)) return null;
            throw error;
          });
          if (answer && answer.revision > cached.revision) return answer;
        }
        let tried = -2;
        do {
          const loaded = await streams.refresh(decider, stream);
          // The store refused our event ids although nobody wrote in between: they stand in another stream.
          if (loaded.revision === tried) throw new Refusal('command.id_reused');
          const answer = await attempt(decider, stream, loaded, ask, ctx);
          if (answer) return answer;
          tried = loaded.revision;
        } while (log.now().getTime() < deadline);
        throw new Refusal('command.too_busy');
      });
    },

    /** The present state of a stream, read from the store (only what is new since the last look). */
    load: async <State, Asked extends Command<string, unknown>, Event extends Fact>(
      decider: Decider<State, Asked, Event>,
      id: string,
    ): Promise<{ state: State; revision: number; position: string | null }> => {
      const stream = `${decider.category}-${id}`;
      return streams.inTurn(stream, () => streams.refresh(decider, stream));
    },
  };
};

/** Refusals that a second look at the stream cannot change. */
const settled: ReadonlySet<string> = new Set([
  'event_store.unavailable',
  'command.outcome_unknown',
  'command.id_reused',
]);

export type Executor = ReturnType<typeof executor>;
