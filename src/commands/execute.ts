// Decide on what is known of a stream, append at that revision; when the store disagrees, read and decide it all again.
import type { Actor, Command, Decider, Fact, Origin, Vocabulary } from '../domain/kernel.ts';
import { Refusal } from '../domain/kernel.ts';
import { digestsBy } from './canonical.ts';
import type { Codec, Envelope } from './codec.ts';
import { type EventIds, eventIdsFor } from './eventIds.ts';
import {
  type Appended,
  EventIdTaken,
  type EventStore,
  type NewEvent,
  OutcomeUnknown,
  StoreUnavailable,
} from './eventStore.ts';
import type { Remembered } from './seenCommands.ts';
import { actorKey, type Entry, isOutdated, type Loaded, streamsOf } from './streams.ts';
import type { Tail } from './tail.ts';

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
  /** See `streamsOf`. */
  rememberedMax?: number;
  /** Saves reading streams that have not changed; absent means that every look at a stream is a read. */
  tail?: Tail;
};

const conflictDeadlineMs = 2_000;

/** The answer to a repeat of a command this stream has seen, or null. Refuses when it is not the same command. */
const repeated = (first: Remembered | null, ctx: Ctx, digest: string): Answer | null => {
  if (!first) return null;
  if (first.actor !== actorKey(ctx.actor) || first.digest !== digest) throw new Refusal('command.id_reused');
  return { position: first.position, revision: first.revision, planned: null };
};

const encodeAll = (
  log: Log,
  ids: EventIds,
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
      log.codec.encode(vocabulary, stream, ids(stream, ctx.actor, ctx.commandId, index), event, envelope),
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

/** Refusals that a second look at the stream cannot change. */
const settled: ReadonlySet<string> = new Set([
  'event_store.unavailable',
  'command.outcome_unknown',
  'command.id_reused',
]);

const nullUnlessSettled = (error: unknown): null => {
  if (error instanceof Refusal && !settled.has(error.code)) return null;
  throw error;
};

/** What is on the record by now may be of this very command: that it cannot be read is no sign that nothing is. */
const firstAnswer = async (
  streams: ReturnType<typeof streamsOf>,
  { stream }: Entry,
  loaded: Loaded<unknown>,
  commandId: string,
): Promise<Remembered | null> => {
  try {
    return await streams.firstAnswer(stream, loaded, commandId);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new Refusal('command.outcome_unknown');
    throw error;
  }
};

const append = async (
  { store }: Log,
  entry: Entry,
  revision: number,
  encoded: readonly NewEvent[],
): Promise<Appended> => {
  try {
    return await store.append(entry.stream, revision < 0 ? 'noStream' : revision, encoded);
  } catch (error) {
    entry.loaded = null;
    if (error instanceof StoreUnavailable) throw new Refusal('event_store.unavailable');
    if (error instanceof OutcomeUnknown) throw new Refusal('command.outcome_unknown');
    // They are not in this stream: all its commands are known, up to the revision that the store found it at.
    if (error instanceof EventIdTaken) throw new Refusal('command.id_reused');
    throw error;
  }
};

/**
 * Executes commands against one log. Streams are cached and commands on one stream queue in this process, so that a
 * hot stream conflicts only with other processes. What is believed of a stream (the cached state, or that it does not
 * exist) is proved by the append at that revision; where nothing would be appended (a refusal, a nothing, a dry run)
 * it is read first.
 */
export const executor = (log: Log) => {
  const streams = streamsOf(log);
  const ids = eventIdsFor(log.store);
  const digestOf = digestsBy(log.digestKey);

  const attempt = async <State, Asked extends Command<string, unknown>, Event extends Fact>(
    decider: Decider<State, Asked, Event>,
    entry: Entry,
    loaded: Loaded<State>,
    ask: { type: Asked['type']; data: Asked['data'] },
    ctx: Ctx,
  ): Promise<Answer | null> => {
    const { stream } = entry;
    const digest = digestOf({ stream, type: ask.type, asked: ctx.asked });
    const repeat = repeated(await firstAnswer(streams, entry, loaded, ctx.commandId), ctx, digest);
    if (repeat) return repeat;
    const now = log.now();
    const events = decideOn(decider, loaded, ask, ctx, now);
    const { position, revision } = loaded;
    if (ctx.dryRun) return { position, revision, planned: events.map((event) => ({ stream, event })) };
    if (events.length === 0) return { position, revision, planned: null };
    const encoded = await encodeAll(log, ids, decider.vocabulary, stream, events, ctx, now, digest);
    const result = await append(log, entry, revision, encoded);
    if (result.outcome === 'conflict') return null;
    loaded.seen.note(ctx.commandId, { actor: actorKey(ctx.actor), digest, ...result });
    const state = events.reduce(decider.evolve, loaded.state);
    entry.loaded = { ...loaded, state, revision: result.revision, position: result.position };
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
      return streams.inTurn(stream, async (entry) => {
        const deadline = log.now().getTime() + conflictDeadlineMs;
        if (!ctx.dryRun && !isOutdated(entry)) {
          const believed = (entry.loaded as Loaded<State> | null) ?? streams.unread(decider);
          const answer = await attempt(decider, entry, believed, ask, ctx).catch(nullUnlessSettled);
          if (answer && answer.revision > believed.revision) return answer;
        }
        do {
          const loaded = await streams.refresh(decider, entry);
          const answer = await attempt(decider, entry, loaded, ask, ctx);
          if (answer) return answer;
        } while (log.now().getTime() < deadline);
        throw new Refusal('command.too_busy');
      });
    },

    /** The id of the first event that a command records on a stream. */
    eventIdOf: (stream: string, actor: Actor, commandId: string): string => ids(stream, actor, commandId, 0),

    /** To be called beside another question, before `load` is asked for streams as of the same moment. */
    catchUp: streams.catchUp,

    /**
     * The present state of a stream: everything that was in the store when this was called, or at `sinceMs` of the
     * monotonic clock.
     */
    load: async <State, Asked extends Command<string, unknown>, Event extends Fact>(
      decider: Decider<State, Asked, Event>,
      id: string,
      sinceMs?: number,
    ): Promise<{ state: State; revision: number; position: string | null }> => {
      const stream = `${decider.category}-${id}`;
      const remembered = await streams.remembered<State>(stream, sinceMs);
      return remembered ?? streams.inTurn(stream, (entry) => streams.refresh(decider, entry));
    },
  };
};

export type Executor = ReturnType<typeof executor>;
