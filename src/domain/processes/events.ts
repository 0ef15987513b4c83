// What the server does by itself after an event, where it could not.
import { z } from 'zod';
import { fact, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();
const parked = { eventId: z.uuid() };

export const parkedEventEvents = vocabulary(
  [
    /** The event is named by its id and its place; `reason` is the error that the last try met. */
    fact('EventParked', {
      ...parked,
      type: z.string(),
      stream: z.string(),
      revision: z.int().min(0),
      position: z.string(),
      correlationId: z.string(),
      reason: z.string().max(500),
      parkedAt: at,
    }),
    fact('ParkedEventRetried', { ...parked, retriedAt: at }),
    fact('ParkedEventSettled', { ...parked, settledAt: at }),
  ],
  {},
  { EventParked: 2, ParkedEventRetried: 2, ParkedEventSettled: 2 },
);
export type ParkedEventEvent = ReturnType<typeof parkedEventEvents.parse>;

const rebuild = { rebuildId: z.uuid() };
const ended = { ...rebuild, readModel: z.string(), endedAt: at };
/** Rows that were in use without ground in the log, lost, or with other values; null where nothing was compared. */
const table = z.object({
  table: z.string(),
  rows: z.int().min(0),
  unfounded: z.int().min(0).nullable(),
  lost: z.int().min(0).nullable(),
  different: z.int().min(0).nullable(),
});

export const readModelRebuildEvents = vocabulary(
  [
    fact('RebuildRequested', { ...rebuild, readModels: z.array(z.string()).min(1).max(100), requestedAt: at }),
    /** How the tables that were in use compare with those made from the log, which have taken their place. */
    fact('ReadModelRebuilt', { ...ended, tables: z.array(table) }),
    /** The live tables are what they were. */
    fact('ReadModelRebuildFailed', { ...ended, reason: z.string().max(500) }),
  ],
  {},
  { RebuildRequested: 4, ReadModelRebuilt: 4, ReadModelRebuildFailed: 4 },
);
export type ReadModelRebuildEvent = ReturnType<typeof readModelRebuildEvents.parse>;
