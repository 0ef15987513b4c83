// A unique name held by a stream of its own: reserve, act elsewhere, confirm; what was never confirmed lapses.
import { type Command, type Decider, type Fact, Refusal } from './kernel.ts';
import type { RefusalCode } from './refusals.ts';

export type Reservation =
  | { status: 'free' }
  | { status: 'reserved'; ownerId: string; until: Date }
  | { status: 'taken'; ownerId: string }
  | { status: 'blocked'; until: Date | null };

export type ReservationCommand =
  /** `lapsed`: the caller has looked and the present holder never acted on it. */
  | Command<'Reserve', { key: string; ownerId: string; until: Date; lapsed: boolean }>
  | Command<'Confirm', { key: string; ownerId: string }>
  | Command<'Release', { key: string; ownerId: string; blockedUntil: Date | null }>
  /** Frees what lapsed and was not confirmed or reserved anew. The caller has looked, and its holder never acted. */
  | Command<'Lapse', { key: string; ownerId: string; blockedUntil: Date | null }>;

/** How one context spells the three facts of a reservation. */
export type ReservationWords<Event extends Fact> = {
  category: string;
  takenCode: RefusalCode;
  vocabulary: Decider<Reservation, ReservationCommand, Event>['vocabulary'];
  reserved: (key: string, ownerId: string, until: string, at: string) => Event;
  confirmed: (key: string, ownerId: string, at: string) => Event;
  released: (key: string, ownerId: string, blockedUntil: string | null, at: string) => Event;
  evolve: (state: Reservation, event: Event) => Reservation;
};

/** Whether a name was reserved, and for longer than that was meant to last. */
export const isOver = (state: Reservation, now: Date): state is Extract<Reservation, { status: 'reserved' }> =>
  state.status === 'reserved' && state.until <= now;

const isFree = (state: Reservation, now: Date): boolean =>
  state.status === 'free' || (state.status === 'blocked' && (state.until === null || state.until <= now));

/** The decider of a unique name. A repeat by the same owner records nothing. */
export const reservation = <Event extends Fact>(
  words: ReservationWords<Event>,
): Decider<Reservation, ReservationCommand, Event> => ({
  category: words.category,
  initial: { status: 'free' },
  vocabulary: words.vocabulary,
  evolve: words.evolve,
  decide: ({ type, data, meta }, state) => {
    const at = meta.now.toISOString();
    const mine = 'ownerId' in state && state.ownerId === data.ownerId;
    switch (type) {
      case 'Reserve': {
        const over = isOver(state, meta.now);
        if (mine && !over) return [];
        const lapsed = over && (mine || data.lapsed);
        if (!isFree(state, meta.now) && !lapsed) throw new Refusal(words.takenCode);
        return [words.reserved(data.key, data.ownerId, data.until.toISOString(), at)];
      }
      case 'Confirm':
        if (!mine) throw new Refusal(words.takenCode);
        return state.status === 'taken' ? [] : [words.confirmed(data.key, data.ownerId, at)];
      case 'Release':
      case 'Lapse': {
        const ends = mine && (type === 'Release' || isOver(state, meta.now));
        return ends ? [words.released(data.key, data.ownerId, data.blockedUntil?.toISOString() ?? null, at)] : [];
      }
    }
  },
});
