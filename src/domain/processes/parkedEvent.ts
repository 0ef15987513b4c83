// An event whose consequences failed: set aside so that the others go on, until somebody has it tried again.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import { type ParkedEventEvent, parkedEventEvents } from './events.ts';

/** The event that was parked, by its place in the log. */
export type ParkedPlace = Pick<
  Extract<ParkedEventEvent, { type: 'EventParked' }>['data'],
  'eventId' | 'type' | 'stream' | 'revision' | 'position' | 'correlationId'
>;
export type ParkedEventCommand =
  | Command<'ParkEvent', ParkedPlace & { reason: string }>
  | Command<'RetryParkedEvent', { eventId: string }>
  | Command<'SettleParkedEvent', { eventId: string }>;

export type ParkedEvent =
  | { status: 'unknown' }
  | { status: 'parked'; place: ParkedPlace }
  | { status: 'retrying'; place: ParkedPlace; since: Date }
  | { status: 'settled' };

/** A retry that nobody has settled or parked again by then was lost with the server that was to do it. */
const retryMs = 60_000;

const decide = ({ type, data, meta }: ParkedEventCommand, state: ParkedEvent): ParkedEventEvent[] => {
  const at = meta.now.toISOString();
  const { eventId } = data;
  switch (type) {
    case 'ParkEvent':
      if (state.status === 'parked') return [];
      return [{ type: 'EventParked', data: { ...data, parkedAt: at } }];
    case 'RetryParkedEvent':
      if (state.status === 'unknown' || state.status === 'settled') throw new Refusal('process.not_parked');
      if (state.status === 'retrying' && meta.now.getTime() - state.since.getTime() < retryMs) return [];
      return [{ type: 'ParkedEventRetried', data: { eventId, retriedAt: at } }];
    case 'SettleParkedEvent':
      return state.status === 'retrying' ? [{ type: 'ParkedEventSettled', data: { eventId, settledAt: at } }] : [];
  }
};

const evolve = (state: ParkedEvent, { type, data }: ParkedEventEvent): ParkedEvent => {
  switch (type) {
    case 'EventParked': {
      const { reason: _, parkedAt: __, ...place } = data;
      return { status: 'parked', place };
    }
    case 'ParkedEventRetried':
      return 'place' in state ? { status: 'retrying', place: state.place, since: new Date(data.retriedAt) } : state;
    case 'ParkedEventSettled':
      return { status: 'settled' };
  }
};

export const parkedEvent: Decider<ParkedEvent, ParkedEventCommand, ParkedEventEvent> = {
  category: 'parkedEvent',
  initial: { status: 'unknown' },
  decide,
  evolve,
  vocabulary: parkedEventEvents,
};
