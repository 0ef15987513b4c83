// A feed of session events that a test writes line by line, and the record of what the media plane reported.
import { randomUUID } from 'node:crypto';
import type { Recorded } from '../../src/domain/kernel.ts';
import type { MediaSource, SessionEvent } from '../../src/domain/sessions/events.ts';
import type { Ticket } from '../../src/media/admission.ts';
import type { MediaFact } from '../../src/media/facts.ts';
import { OpenSessions, type SessionFeed } from '../../src/media/feed.ts';

/** The node that sessions are placed on unless a test says otherwise. */
export const testNode = 'test-node';

const at = () => new Date().toISOString();

/** What the record makes of a fact, in place of the commands that do it in the product. */
const eventOf = (fact: MediaFact): SessionEvent => {
  const { sessionId, epoch } = fact;
  const time = fact.at.toISOString();
  switch (fact.kind) {
    case 'sessionPlaced':
      return {
        type: 'SessionPlaced',
        data: { sessionId, node: fact.node, epoch, cause: 'node_restarted', placedAt: time },
      };
    case 'mediaInterrupted': {
      const { node, cause } = fact;
      return { type: 'SessionMediaInterrupted', data: { sessionId, node, epoch, cause, interruptedAt: time } };
    }
    case 'legConnected': {
      const { participantId, legId } = fact;
      return { type: 'LegConnected', data: { sessionId, participantId, legId, epoch, connectedAt: time } };
    }
    case 'legLeft': {
      const { participantId, legId, cause, quality } = fact;
      return { type: 'LegLeft', data: { sessionId, participantId, legId, epoch, cause, quality, leftAt: time } };
    }
    case 'screenShareStarted': {
      const { participantId, legId } = fact;
      return { type: 'ScreenShareStarted', data: { sessionId, participantId, legId, startedAt: time } };
    }
    case 'screenShareStopped': {
      const { participantId, legId } = fact;
      return { type: 'ScreenShareStopped', data: { sessionId, participantId, legId, stoppedAt: time } };
    }
  }
};

export class SessionScript {
  readonly log: Recorded<SessionEvent>[] = [];
  readonly facts: MediaFact[] = [];
  readonly #tickets = new Map<string, Ticket>();
  readonly #readers = new Set<() => void>();
  readonly #commandIds = new Set<string>();
  readonly #unplaced: [sessionId: string, node: string][] = [];
  #taking = false;
  /** While true the record can neither be read on nor written to. */
  down = false;

  get position(): string {
    return String(this.log.length).padStart(12, '0');
  }

  /** Records an event. */
  say(event: SessionEvent): void {
    this.log.push({
      ...event,
      eventId: randomUUID(),
      stream: `session-${event.data.sessionId}`,
      revision: this.log.filter(({ data }) => data.sessionId === event.data.sessionId).length,
      position: String(this.log.length + 1).padStart(12, '0'),
      meta: {
        actor: { kind: 'system', id: 'test' },
        commandId: randomUUID(),
        correlationId: randomUUID(),
        causationId: null,
        node: 'test',
        occurredAt: new Date(),
        reason: null,
        origin: null,
      },
    });
    for (const wake of this.#readers) wake();
  }

  /** Starts a session, which is placed on `node` now or once a node takes sessions; on none where it is null. */
  start(sessionId: string = randomUUID(), node: string | null = testNode): string {
    const by = randomUUID();
    const data = { sessionId, conferenceId: randomUUID(), title: 'Test', ownerId: by, startedBy: by, startedAt: at() };
    this.say({ type: 'SessionStarted', data });
    if (node !== null && this.#taking) this.place(sessionId, node);
    else if (node !== null) this.#unplaced.push([sessionId, node]);
    return sessionId;
  }

  /** To be told when a node has read all there is: from now on it is given sessions, first those that wait for one. */
  taking(): void {
    this.#taking = true;
    for (const [sessionId, node] of this.#unplaced.splice(0)) this.place(sessionId, node);
  }

  /** Places a session on a node, as the server does. */
  place(sessionId: string, node = testNode, epoch = 1): void {
    const cause = epoch === 1 ? 'session_started' : 'node_lost';
    this.say({ type: 'SessionPlaced', data: { sessionId, node, epoch, cause, placedAt: at() } });
  }

  /** Admits a new leg of a person and answers with its ticket. */
  join(sessionId: string, participantId: string): { ticket: string; legId: string } {
    const legId = randomUUID();
    const joined = { sessionId, participantId, legId, role: 'participant', person: null, joinedAt: at() } as const;
    this.say({ type: 'ParticipantJoined', data: joined });
    const ticket = `ticket-${legId}`;
    const { position } = this;
    const expiresAt = new Date(Date.now() + 30_000);
    this.#tickets.set(ticket, {
      legId,
      sessionId,
      participantId,
      displayName: 'Test',
      node: null,
      position,
      expiresAt,
    });
    return { ticket, legId };
  }

  mute(sessionId: string, participantId: string, source: MediaSource): void {
    const data = { sessionId, participantId, source, mutedBy: randomUUID(), mutedAt: at() };
    this.say({ type: 'ParticipantMuted', data });
  }

  unmute(sessionId: string, participantId: string, source: MediaSource): void {
    const data = { sessionId, participantId, source, unmutedBy: participantId, unmutedAt: at() };
    this.say({ type: 'ParticipantUnmuted', data });
  }

  remove(sessionId: string, participantId: string): void {
    const data = { sessionId, participantId, removedBy: randomUUID(), mayRejoin: false, removedAt: at() };
    this.say({ type: 'ParticipantRemoved', data });
  }

  end(sessionId: string): void {
    this.say({
      type: 'SessionEnded',
      data: { sessionId, cause: 'ended_by_moderator', endedBy: randomUUID(), endedAt: at() },
    });
  }

  ticket(text: string): Ticket | null {
    return this.#tickets.get(text) ?? null;
  }

  setTicket(text: string, ticket: Ticket): void {
    this.#tickets.set(text, ticket);
  }

  /** Records a fact, once per command id, as the commands do. */
  report = (fact: MediaFact): Promise<'recorded'> => {
    if (this.down) return Promise.reject(new Error('The record is down'));
    if (!this.#commandIds.has(fact.commandId)) {
      this.#commandIds.add(fact.commandId);
      this.facts.push(fact);
      this.say(eventOf(fact));
    }
    return Promise.resolve('recorded');
  };

  readonly feed: SessionFeed = {
    open: () => {
      const open = new OpenSessions();
      for (const event of this.log) open.take(event);
      return Promise.resolve({ position: this.position, sessions: open.events });
    },
    subscribe: (after, signal) => this.#follow(after, signal),
  };

  /** Wakes readers after `down` changed. */
  wake(): void {
    for (const wake of this.#readers) wake();
  }

  async *#follow(after: string | null, signal: AbortSignal) {
    let read = after === null ? 0 : Number(after);
    while (!signal.aborted) {
      if (this.down) throw new Error('The record is down');
      const events = this.log.slice(read);
      read = this.log.length;
      yield { events, position: String(read).padStart(12, '0'), caughtUp: true };
      if (this.log.length > read) continue;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#readers.delete(wake);
          resolve();
        };
        this.#readers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }
}
