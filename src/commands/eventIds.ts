// The ids of the events that a command records, by which a store knows it again.
import type { Actor } from '../domain/kernel.ts';
import { derivedId } from './canonical.ts';
import type { EventStore } from './eventStore.ts';

/** Of the `index`-th event that a command records on a stream. */
export type EventIds = (stream: string, actor: Actor, commandId: string, index: number) => string;

/** The id of the `index`-th event of a command (ARCHITECTURE §3: hash of actor, command id and index). */
export const eventIdOf = (actor: Actor, commandId: string, index: number): string =>
  derivedId('event', actor.kind, actor.id, commandId, String(index));

/** The first 8 bytes of a UUID as text. */
const halfLength = 'xxxxxxxx-xxxx-xxxx'.length;

/** What the ids of the same event of the same command begin with, whichever stream it is recorded on. */
export const commandHalf = (eventId: string): string => eventId.slice(0, halfLength);

/** One half without the stream, one with it: unique in the log even where the store cannot say so. */
const inStream: EventIds = (stream, actor, commandId, index) =>
  commandHalf(eventIdOf(actor, commandId, index)) +
  derivedId('event in', stream, actor.kind, actor.id, commandId, String(index)).slice(halfLength);

/** How events are named in a store (decision 7). */
export const eventIdsFor = ({ idsUniqueIn }: Pick<EventStore, 'idsUniqueIn'>): EventIds =>
  idsUniqueIn === 'log' ? (_, ...command) => eventIdOf(...command) : inStream;
