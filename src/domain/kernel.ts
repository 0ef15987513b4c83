// What every context is made of: facts, commands, deciders, refusals.
import { z } from 'zod';
import type { RefusalCode } from './refusals.ts';

/** Who acts. `node` is a media node reporting facts, `system` a process of the server itself. */
export type Actor = { kind: 'account' | 'node' | 'system' | 'anonymous'; id: string };

export type Meta = { now: Date; actor: Actor; commandId: string };
export type Command<Type extends string, Data> = { type: Type; data: Data; meta: Meta };

/** A fact as the domain sees it: personal fields in the clear, or null once their subject was erased. */
export type Fact = { type: string; data: object };

/** An expected no: part of the contract, shown to whoever asked. `details` are plain data for the message. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: Record<string, unknown>;

  constructor(code: RefusalCode, details: Record<string, unknown> = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}

/**
 * Personal or separately erasable fields. The store boundary encrypts the object under the key of the subject that
 * `subjectField` (a sibling in the same data) names; after erasure it reads null.
 */
export const sealed = <Shape extends z.ZodRawShape>(subjectField: string, shape: Shape) =>
  z.object(shape).nullable().meta({ sealedFor: subjectField });

/** Declares one event type: its name and the shape of its data. */
export const fact = <Type extends string, Shape extends z.ZodRawShape>(type: Type, data: Shape) =>
  z.object({ type: z.literal(type), data: z.object(data) });

/** For each event type, which fields are sealed and which sibling field names the key's subject. */
export type SealedFields = Record<string, Record<string, string>>;

/**
 * All events of a context: `parse` takes any shape ever stored and answers the current one; what it has answered before
 * is taken as it is. Nobody changes the data of an event.
 */
export type Vocabulary<Event extends Fact> = {
  types: string[];
  /** The format level each type came with: it may be written only to a log that was raised to it. */
  levels: Record<string, number>;
  sealedFields: SealedFields;
  parse: (stored: { type: string; data: unknown }) => Event;
};

type FactSchema = z.ZodObject<{ type: z.ZodLiteral<string>; data: z.ZodObject }>;

/** The format level of a log that was never raised. */
export const firstFormatLevel = 1;

/**
 * Builds the vocabulary of a context. `upcast` carries data of older shapes to the current one; its entries are added,
 * never edited or removed. `since` names the format level of each type that came after the first one.
 */
export const vocabulary = <const Facts extends readonly [FactSchema, ...FactSchema[]]>(
  facts: Facts,
  upcast: Record<string, (data: object) => object> = {},
  since: Record<string, number> = {},
): Vocabulary<z.infer<Facts[number]>> => {
  const byType = new Map(facts.map((schema) => [schema.shape.type.value, schema]));
  const sealedFields = Object.fromEntries(
    [...byType].map(([type, schema]) => [
      type,
      Object.fromEntries(
        Object.entries(schema.shape.data.shape).flatMap(([field, shape]) => {
          const subject = (shape as z.ZodType).meta()?.['sealedFor'];
          return typeof subject === 'string' ? [[field, subject]] : [];
        }),
      ),
    ]),
  );
  // Many readers narrow the type of what was parsed when it was read.
  const current = new WeakSet<object>();
  return {
    types: [...byType.keys()],
    levels: Object.fromEntries([...byType.keys()].map((type) => [type, since[type] ?? firstFormatLevel])),
    sealedFields,
    parse: ({ type, data }) => {
      if (typeof data === 'object' && data !== null && current.has(data))
        return { type, data } as z.infer<Facts[number]>;
      const schema = byType.get(type);
      if (!schema) throw new Error(`Unknown event type ${type}: this program is older than the log`);
      const parsed = schema.parse({ type, data: upcast[type]?.(data as object) ?? data }) as z.infer<Facts[number]>;
      current.add(parsed.data);
      return parsed;
    },
  };
};

/** `decide` may refuse and does no I/O; `evolve` never refuses, since what is recorded has happened. */
export type Decider<State, Asked extends Command<string, unknown>, Event extends Fact> = {
  category: string;
  initial: State;
  decide: (command: Asked, state: State) => Event[];
  evolve: (state: State, event: Event) => State;
  vocabulary: Vocabulary<Event>;
};

/** Where a command came from; sealed under the actor's key, null once the actor was erased or is no person. */
export type Origin = { displayName: string; ip: string; userAgent: string };

/**
 * An event read back from the log with everything that is known about it. `revision` is its 0-based place in `stream`.
 */
export type Recorded<Event extends Fact = Fact> = Event & {
  eventId: string;
  stream: string;
  revision: number;
  position: string;
  meta: {
    actor: Actor;
    commandId: string;
    correlationId: string;
    causationId: string | null;
    node: string;
    occurredAt: Date;
    reason: string | null;
    origin: Origin | null;
  };
};
