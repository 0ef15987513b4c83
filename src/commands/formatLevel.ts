// The format level: an event type is written only to a log whose level says that every node can read it.
import { z } from 'zod';
import { serverEvents } from '../domain/identity/events.ts';
import { server } from '../domain/identity/server.ts';
import { type Fact, firstFormatLevel, Refusal, type Vocabulary } from '../domain/kernel.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, type Needs, parse, systemActor } from './call.ts';
import type { EventStore } from './eventStore.ts';
import { vocabularies } from './vocabularies.ts';

/** The level of each event type of these vocabularies, by its name. */
const levelsOf = (known: ReadonlyMap<string, Vocabulary<Fact>>): ReadonlyMap<string, number> =>
  new Map([...known.values()].flatMap(({ levels }) => Object.entries(levels)));

const levels = levelsOf(vocabularies);

/** The highest format level that this program reads. */
export const highestFormatLevel = Math.max(...levels.values());

/**
 * The level that the log was raised to. Looks at no other event than the one that says so: a log of a newer program may
 * hold types that this one cannot open.
 */
export const recordedFormatLevel = async (store: EventStore, serverId: string): Promise<number> => {
  for await (const { type, data } of store.readStream(`${server.category}-${serverId}`, { direction: 'backwards' })) {
    if (type !== 'FormatLevelRaised') continue;
    const raised = serverEvents.parse({ type, data: JSON.parse(Buffer.from(data).toString('utf8')) as unknown });
    if (raised.type === 'FormatLevelRaised') return raised.data.level;
  }
  return firstFormatLevel;
};

/**
 * The same store, which refuses with `server.format_level_too_low` what the log was not yet raised to. Every append
 * goes through here, so no command can forget to ask. The level only ever rises: it is read again just where it seems
 * too low.
 */
export const levelled = (
  store: EventStore,
  serverId: string,
  known: ReadonlyMap<string, Vocabulary<Fact>> = vocabularies,
): EventStore => {
  const levelOf = known === vocabularies ? levels : levelsOf(known);
  let recorded = firstFormatLevel;
  return {
    ...store,
    append: async (stream, expected, events, deadlineMs) => {
      const level = events.reduce((most, { type }) => Math.max(most, levelOf.get(type) ?? most), firstFormatLevel);
      if (level > recorded) recorded = await recordedFormatLevel(store, serverId);
      if (level > recorded) throw new Refusal('server.format_level_too_low', { level, recorded });
      return store.append(stream, expected, events, deadlineMs);
    },
  };
};

const raiseInput = z.object({
  level: z
    .int()
    .min(firstFormatLevel)
    .max(highestFormatLevel, `This program reads up to level ${highestFormatLevel}`)
    .nullish(),
  leaveBehind: z.boolean().nullish(),
});

/**
 * Raises the log to a level, or to the highest this program reads. There is no way back: an older program does not
 * start on it any more. Refuses with `server.node_behind` while an older one runs.
 */
export const raiseFormatLevel = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'raiseFormatLevel');
  const asked = parse(raiseInput, input);
  const { executor, serverId } = needs;
  const data = { serverId, level: asked.level ?? highestFormatLevel, leaveBehind: asked.leaveBehind ?? false };
  const ask = { type: 'RaiseFormatLevel' as const, data };
  return doneOf(await executor.execute(server, serverId, ask, ctxOf(call, asked)));
};

/**
 * What a node does at its start: raises the log to what it reads, unless an older node runs. Answers the nodes that
 * stand in the way.
 */
export const raiseFormatLevelAtStart = async (
  { executor, serverId }: Needs,
  newId: () => string,
): Promise<readonly string[]> => {
  const data = { serverId, level: highestFormatLevel, leaveBehind: false };
  const ctx = { actor: systemActor, origin: null, commandId: newId(), asked: data };
  try {
    await executor.execute(server, serverId, { type: 'RaiseFormatLevel', data }, ctx);
    return [];
  } catch (error) {
    if (error instanceof Refusal && error.code === 'server.node_behind') return error.details['nodes'] as string[];
    throw error;
  }
};
