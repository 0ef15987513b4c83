// The ids of the events that a command records, by which a store knows it again.
import { LRUCache } from 'lru-cache';
import type { Actor } from '../domain/kernel.ts';
import { Refusal } from '../domain/kernel.ts';
import { derivedId } from './canonical.ts';
import type { EventStore } from './eventStore.ts';

export type EventIds = {
  /** Of the `index`-th event that a command records in a stream. */
  of: (stream: string, actor: Actor, commandId: string, index: number) => string;
  /** Throws `command.id_reused` where this process knows that the command was recorded in another stream. */
  assertUnused: (stream: string, actor: Actor, commandId: string) => void;
  recorded: (stream: string, actor: Actor, commandId: string) => void;
};

/** The id of the `index`-th event of a command (ARCHITECTURE §3: hash of actor, command id and index). */
export const eventIdOf = (actor: Actor, commandId: string, index: number): string =>
  derivedId('event', actor.kind, actor.id, commandId, String(index));

/** The store itself refuses them in another stream. */
const inLog: EventIds = {
  of: (_, actor, commandId, index) => eventIdOf(actor, commandId, index),
  assertUnused: () => undefined,
  recorded: () => undefined,
};

const rememberedMax = 10_000;

/** The stream is part of them, so that they are unique in the log all the same. */
const inStream = (): EventIds => {
  const streams = new LRUCache<string, string>({ max: rememberedMax });
  const keyOf = ({ kind, id }: Actor, commandId: string): string => `${kind} ${id} ${commandId}`;
  return {
    of: (stream, { kind, id }, commandId, index) => derivedId('event in', stream, kind, id, commandId, String(index)),
    assertUnused: (stream, actor, commandId) => {
      const known = streams.get(keyOf(actor, commandId));
      if (known !== undefined && known !== stream) throw new Refusal('command.id_reused');
    },
    recorded: (stream, actor, commandId) => void streams.set(keyOf(actor, commandId), stream),
  };
};

/** How events are named in a store (decision 7). */
export const eventIdsFor = ({ idsUniqueIn }: Pick<EventStore, 'idsUniqueIn'>): EventIds =>
  idsUniqueIn === 'log' ? inLog : inStream();
