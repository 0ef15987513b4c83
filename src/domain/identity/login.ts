// Logins are unique and immutable; one that is freed stays blocked for a while.
import { type Reservation, reservation } from '../reservation.ts';
import { type LoginEvent, loginEvents } from './events.ts';

const evolve = (_: Reservation, { type, data }: LoginEvent): Reservation => {
  switch (type) {
    case 'LoginReserved':
      return { status: 'reserved', ownerId: data.ownerId, until: new Date(data.reservedUntil) };
    case 'LoginConfirmed':
      return { status: 'taken', ownerId: data.ownerId };
    case 'LoginReleased':
      return { status: 'blocked', until: data.blockedUntil === null ? null : new Date(data.blockedUntil) };
  }
};

/** The stream `login-<keyed hash of the login>`: the login itself is personal and stays out of the name. */
export const login = reservation<LoginEvent>({
  category: 'login',
  takenCode: 'account.login_taken',
  vocabulary: loginEvents,
  evolve,
  reserved: (loginKey, ownerId, reservedUntil, reservedAt) => ({
    type: 'LoginReserved',
    data: { loginKey, ownerId, reservedUntil, reservedAt },
  }),
  confirmed: (loginKey, ownerId, confirmedAt) => ({ type: 'LoginConfirmed', data: { loginKey, ownerId, confirmedAt } }),
  released: (loginKey, ownerId, blockedUntil, releasedAt) => ({
    type: 'LoginReleased',
    data: { loginKey, ownerId, blockedUntil, releasedAt },
  }),
});
