// Events whose consequences failed: parked by the processes, tried again when an administrator says so.
import { z } from 'zod';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { type ParkedPlace, parkedEvent } from '../domain/processes/parkedEvent.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import type { Ctx } from './execute.ts';

const reasonMax = 500;

const ctxBecause = (event: Recorded<Fact>, name: string): Ctx => ({
  actor: systemActor,
  origin: null,
  commandId: derivedId('parking', event.eventId, name),
  asked: null,
  correlationId: event.meta.correlationId,
  causationId: event.eventId,
});

const placeOf = ({ eventId, type, stream, revision, position, meta }: Recorded<Fact>): ParkedPlace => ({
  eventId,
  type,
  stream,
  revision,
  position,
  correlationId: meta.correlationId,
});

/** The event that a retry is about, or null where `event` is no retry or its work is done. */
const retriedBy = async ({ executor }: Needs, event: Recorded<Fact>): Promise<ParkedPlace | null> => {
  if (event.type !== 'ParkedEventRetried') return null;
  const { state } = await executor.load(parkedEvent, event.stream.slice(parkedEvent.category.length + 1));
  return state.status === 'retrying' ? state.place : null;
};

/** Sets an event aside; where it is a retry that failed, the event that was retried. A repeat records nothing. */
export const parkEvent = async (needs: Needs, event: Recorded<Fact>, reason: string): Promise<void> => {
  const place = event.type === 'ParkedEventRetried' ? await retriedBy(needs, event) : placeOf(event);
  if (!place) return;
  const ask = { type: 'ParkEvent' as const, data: { ...place, reason: reason.slice(0, reasonMax) } };
  await needs.executor.execute(parkedEvent, place.eventId, ask, ctxBecause(event, 'park'));
};

/**
 * Reacts to what becomes of parked events: does again what a retry asks for, and settles it. Rejects where it fails
 * again; the processes then park it again.
 */
export const afterParked = async (
  needs: Needs,
  event: Recorded<Fact>,
  reactAgain: (place: ParkedPlace) => Promise<void>,
): Promise<void> => {
  const place = await retriedBy(needs, event);
  if (!place) return;
  await reactAgain(place);
  const ask = { type: 'SettleParkedEvent' as const, data: { eventId: place.eventId } };
  await needs.executor.execute(parkedEvent, place.eventId, ask, ctxBecause(event, 'settle'));
};

/** Has a parked event tried again, soon. Refuses with `process.not_parked`. */
export const retryParkedEvent = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'retryParkedEvent');
  const asked = parse(z.object({ eventId: idInput }), input);
  const ask = { type: 'RetryParkedEvent' as const, data: asked };
  return doneOf(await needs.executor.execute(parkedEvent, asked.eventId, ask, ctxOf(call, asked)));
};
