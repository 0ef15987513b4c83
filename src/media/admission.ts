// Who gets in: tickets and resumptions, judged by the record alone.
import { createHash, timingSafeEqual } from 'node:crypto';
import { admits, type DesiredSession, mutedSources } from './desiredSession.ts';
import type { DesiredState } from './feed.ts';
import { Leg, type Outbox } from './leg.ts';
import type { MediaLimits } from './limits.ts';
import { answerFrame, type OutputOf, type Request, SignallingError } from './protocol.ts';
import type { Reconciler } from './reconciler.ts';
import { handle } from './requests.ts';
import type { Media, Room } from './room.ts';
import type { Seat } from './signalling.ts';

/** What a ticket of `joinConference` says, once its signature and expiry were checked. */
export type Ticket = {
  legId: string;
  sessionId: string;
  participantId: string;
  displayName: string;
  /** The node it is for; null where none had the session yet. */
  node: string | null;
  /** Position of the accepted join: the record is trusted only from there on. */
  position: string;
  expiresAt: Date;
};

export type AdmissionNeeds = {
  node: string;
  now: () => Date;
  newSecret: () => string;
  limits: MediaLimits;
  desired: DesiredState;
  reconciler: Reconciler;
  verifyTicket: (ticket: string) => Promise<Ticket | null>;
};

type Hello = Extract<Request, { method: 'hello' }>;
type Resume = { legId: string; resumeKey: string };

const sha256 = (text: string) => createHash('sha256').update(text).digest();

export class Admission {
  readonly #needs: AdmissionNeeds;
  /** Hashes of tickets that opened a door, until they expire by themselves. */
  readonly #used = new Map<string, number>();
  draining = false;

  constructor(needs: AdmissionNeeds) {
    this.#needs = needs;
  }

  /**
   * Lets a client in or throws. A ticket opens one leg once; when the record cannot be read just now (`unavailable`) it
   * is not used up. Within the grace period a leg that lost its socket is resumed with its key, which leaves no trace
   * on the record.
   */
  async hello({ id, data }: Hello, outbox: Outbox): Promise<Seat> {
    if (this.draining) throw new SignallingError('unavailable', 'This media server is stopping: come back in a moment');
    return 'ticket' in data ? this.#join(id, data.ticket, outbox) : this.#resume(id, data.resume, outbox);
  }

  /** Forgets tickets that expired. */
  prune(): void {
    const now = this.#needs.now().getTime();
    for (const [hash, expiresAt] of this.#used) if (expiresAt <= now) this.#used.delete(hash);
  }

  async #join(requestId: number, text: string, outbox: Outbox): Promise<Seat> {
    const { now, limits } = this.#needs;
    const ticket = await this.#needs.verifyTicket(text);
    if (!ticket || ticket.expiresAt <= now()) throw new SignallingError('ticket_invalid', 'Ask to join again');
    // Elsewhere it may have been used already.
    if (ticket.node !== null && ticket.node !== this.#needs.node) {
      throw new SignallingError('ticket_invalid', 'The session is at another media server: ask to join again');
    }
    const hash = sha256(text).toString('base64');
    if (this.#used.has(hash))
      throw new SignallingError('ticket_used', 'A ticket opens one connection: ask to join again');
    if (this.#used.size >= limits.ticketsRememberedMax)
      throw new SignallingError('unavailable', 'Too many join at once');
    this.#used.set(hash, ticket.expiresAt.getTime());
    try {
      await this.#recordReaches(ticket);
      return await this.#seat(requestId, ticket, outbox);
    } catch (error) {
      const again = error instanceof SignallingError && error.code === 'unavailable';
      if (again) this.#used.delete(hash);
      throw error;
    }
  }

  /** Waits until the record is read up to the ticket and says that the session is ours. */
  async #recordReaches({ sessionId, position }: Ticket): Promise<void> {
    const { node, desired, limits, reconciler } = this.#needs;
    const settled = () => {
      if (!desired.live || !desired.reached(position)) return false;
      const session = desired.sessions.get(sessionId);
      if (!session || session.endedAt !== null || reconciler.owned(sessionId) !== null) return true;
      return session.placement !== null && session.placement.node !== node;
    };
    if (await desired.until(settled, limits.admissionWaitMs)) return;
    throw new SignallingError('unavailable', 'The record cannot be read so far just now: try again in a moment');
  }

  async #seat(requestId: number, { sessionId, participantId, legId }: Ticket, outbox: Outbox): Promise<Seat> {
    const { now, newSecret, limits, reconciler } = this.#needs;
    const session = this.#admitted(sessionId, participantId, legId);
    if (session.legs.get(legId)?.connectedEpoch !== null || reconciler.legHere(legId)) {
      throw new SignallingError('ticket_used', 'This leg was connected before: ask to join again');
    }
    const room = reconciler.roomOf(session);
    if (room.legs.size >= limits.legsPerSessionMax) throw new SignallingError('full', 'The session is full');
    const media = await this.#mediaOf(room);
    this.#admitted(sessionId, participantId, legId); // The record may have changed while the router was built.
    if (reconciler.legHere(legId)) throw new SignallingError('ticket_used', 'This leg is connected: ask to join again');
    const leg = new Leg({ legId, participantId, resumeKey: newSecret(), connectedAt: now(), outbox });
    room.legs.set(legId, leg);
    reconciler.connected(sessionId, leg);
    this.#welcome(requestId, room, media, leg, false);
    return this.#seatOf(room, leg, outbox);
  }

  /** The room's router; the room stays open for those who wait for it. */
  async #mediaOf(room: Room): Promise<Media> {
    room.arriving += 1;
    try {
      return await room.media();
    } catch {
      throw new SignallingError('unavailable', 'The session moves elsewhere: try again in a moment');
    } finally {
      room.arriving -= 1;
    }
  }

  #admitted(sessionId: string, participantId: string, legId: string): DesiredSession {
    const session = this.#needs.reconciler.owned(sessionId);
    if (session && admits(session, participantId, legId)) return session;
    throw new SignallingError('not_admitted', 'The record does not admit this leg: ask to join again');
  }

  async #resume(requestId: number, { legId, resumeKey }: Resume, outbox: Outbox): Promise<Seat> {
    const { reconciler } = this.#needs;
    const found = reconciler.legHere(legId);
    if (!found || !timingSafeEqual(sha256(found.leg.resumeKey), sha256(resumeKey))) {
      throw new SignallingError('unknown_leg', 'This leg has ended here: ask to join again');
    }
    const { room, leg } = found;
    this.#admitted(room.sessionId, leg.participantId, legId);
    const media = await this.#mediaOf(room);
    if (leg.closed) throw new SignallingError('unknown_leg', 'This leg has ended here: ask to join again');
    leg.outbox?.close('resumed_elsewhere');
    leg.outbox = outbox;
    leg.lostAt = null;
    this.#welcome(requestId, room, media, leg, true);
    return this.#seatOf(room, leg, outbox);
  }

  /** Sends the welcome at once, so that whatever changes next is told after it. */
  #welcome(requestId: number, room: Room, { router }: Media, leg: Leg, resumed: boolean): void {
    const { others, own } = room.producersFor(leg);
    const session = this.#needs.desired.sessions.get(room.sessionId);
    leg.told = new Set(session ? mutedSources(session, leg.participantId) : []);
    const welcome: OutputOf<'hello'> = {
      participantId: leg.participantId,
      legId: leg.legId,
      resumeKey: leg.resumeKey,
      epoch: room.epoch,
      generation: room.generation,
      resumed,
      routerRtpCapabilities: router.rtpCapabilities as OutputOf<'hello'>['routerRtpCapabilities'],
      producers: others,
      own,
      muted: [...leg.told],
      activeSpeaker: room.activeSpeaker,
    };
    leg.outbox?.send(answerFrame(requestId, 'hello', welcome));
  }

  #seatOf(room: Room, leg: Leg, outbox: Outbox): Seat {
    return {
      lost: () => {
        if (leg.outbox !== outbox) return; // Another socket has taken over.
        leg.outbox = null;
        leg.lostAt = this.#needs.now();
      },
      answer: async (request) => {
        if (request.method === 'leave') {
          outbox.send(answerFrame(request.id, 'leave', {})); // Nothing can be sent once the leg is closed.
          await room.closeLeg(leg, 'left', 'left');
          return null;
        }
        if (request.method === 'hello') throw new SignallingError('wrong_state', 'One hello per socket');
        return answerFrame(request.id, request.method, await handle(room, leg, request.method, request.data));
      },
    };
  }
}
