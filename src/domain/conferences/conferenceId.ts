// Conference IDs (what people type to join) are unique over the server.
import { type Reservation, reservation } from '../reservation.ts';
import { type ConferenceIdEvent, conferenceIdEvents } from './events.ts';

const evolve = (_: Reservation, { type, data }: ConferenceIdEvent): Reservation => {
  switch (type) {
    case 'ConferenceIdReserved':
      return { status: 'reserved', ownerId: data.conferenceId, until: new Date(data.reservedUntil) };
    case 'ConferenceIdConfirmed':
      return { status: 'taken', ownerId: data.conferenceId };
    case 'ConferenceIdReleased':
      return { status: 'free' };
  }
};

/** The stream `cid-<conference ID in lower case>`. */
export const conferenceId = reservation<ConferenceIdEvent>({
  category: 'cid',
  takenCode: 'conference.cid_taken',
  vocabulary: conferenceIdEvents,
  evolve,
  reserved: (cid, conferenceId, reservedUntil, reservedAt) => ({
    type: 'ConferenceIdReserved',
    data: { cid, conferenceId, reservedUntil, reservedAt },
  }),
  confirmed: (cid, conferenceId, confirmedAt) => ({
    type: 'ConferenceIdConfirmed',
    data: { cid, conferenceId, confirmedAt },
  }),
  released: (cid, conferenceId, _blockedUntil, releasedAt) => ({
    type: 'ConferenceIdReleased',
    data: { cid, conferenceId, releasedAt },
  }),
});
