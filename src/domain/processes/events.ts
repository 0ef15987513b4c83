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
