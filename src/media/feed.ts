// Follows the session events and keeps what they want; also answers whether a position has been reached.
import type { Recorded } from '../domain/kernel.ts';
import type { SessionEvent } from '../domain/sessions/events.ts';
import { backoffMs, pause } from './backoff.ts';
import { type DesiredSession, evolve } from './desiredSession.ts';

type Batch = { events: Recorded<SessionEvent>[]; position: string; caughtUp: boolean };

/** Session events as the media plane needs them. Positions are opaque and compare as strings, in commit order. */
export type SessionFeed = {
  /** All events so far of the sessions that `OpenSessions` keeps, each session in order, as of `position`. */
  open: () => Promise<{ position: string | null; sessions: Recorded<SessionEvent>[] }>;
  /** Batches after a position; may end or throw when the store goes away, and is then asked again. */
  subscribe: (after: string | null, signal: AbortSignal) => AsyncIterable<Batch>;
};

type Kept = { events: Recorded<SessionEvent>[]; legs: Set<string>; ended: boolean };

/** Of all sessions ever, those that have not ended, and those that have but with legs that have no end yet. */
export class OpenSessions {
  readonly #kept = new Map<string, Kept>();

  get events(): Recorded<SessionEvent>[] {
    return [...this.#kept.values()].flatMap(({ events }) => events);
  }

  /** To be told every event of every session, in order. */
  take(event: Recorded<SessionEvent>): void {
    const { sessionId } = event.data;
    if (event.type === 'SessionStarted') this.#kept.set(sessionId, { events: [], legs: new Set(), ended: false });
    const kept = this.#kept.get(sessionId);
    if (!kept) return;
    kept.events.push(event);
    if (event.type === 'ParticipantJoined') kept.legs.add(event.data.legId);
    if (event.type === 'LegLeft') kept.legs.delete(event.data.legId);
    if (event.type === 'SessionEnded') kept.ended = true;
    if (kept.ended && kept.legs.size === 0) this.#kept.delete(sessionId);
  }
}

type Needs = {
  feed: SessionFeed;
  /** Called once, when everything there was has been read, before anything is told to have changed. */
  opened: () => void;
  /** Called after each batch once the feed has caught up, with the sessions that changed. */
  changed: (sessionIds: ReadonlySet<string>) => void;
  log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
};

type Waiter = { condition: () => boolean; wake: (met: boolean) => void };

export class DesiredState {
  readonly sessions = new Map<string, DesiredSession>();
  readonly #needs: Needs;
  readonly #stop = new AbortController();
  readonly #waiters = new Set<Waiter>();
  #position: string | null = null;
  #live = false;
  #ready = false;
  #running: Promise<void> = Promise.resolve();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** True while the subscription is up and has seen everything there was. */
  get live(): boolean {
    return this.#live;
  }

  /** True once everything there was has been read; what it wants then holds through an outage too. */
  get ready(): boolean {
    return this.#ready;
  }

  start(): void {
    this.#running = this.#follow();
  }

  /** Lets those who wait look again: what they wait for may follow from the record only later. */
  look(): void {
    for (const { condition, wake } of [...this.#waiters]) if (condition()) wake(true);
  }

  /** Forgets an ended session whose ends are on their way to the record. */
  forget(sessionId: string): void {
    this.sessions.delete(sessionId);
  }

  /** Whether the record has been read up to `position`. */
  reached(position: string): boolean {
    return this.#position !== null && this.#position >= position;
  }

  /** Waits until `condition` holds after some batch; false when `timeoutMs` passed first. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition()) return true;
    return new Promise((resolve) => {
      const wake = (met: boolean) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(met);
      };
      const waiter = { condition, wake };
      const timer = setTimeout(wake, timeoutMs, false);
      this.#waiters.add(waiter);
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const { wake } of [...this.#waiters]) wake(false);
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    let opened = false;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        if (!opened) await this.#open();
        opened = true;
        for await (const batch of this.#needs.feed.subscribe(this.#position, signal)) {
          attempt = 0;
          this.#take(batch);
        }
      } catch (error) {
        if (!this.#stopped()) this.#needs.log('warn', { error }, 'The session events cannot be read; trying again');
      }
      this.#live = false;
      await pause(backoffMs(attempt, 50, 2_000), signal);
    }
  }

  #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #open(): Promise<void> {
    const { position, sessions } = await this.#needs.feed.open();
    this.sessions.clear();
    for (const event of sessions) this.#fold(event);
    this.#position = position;
  }

  #fold(event: SessionEvent): void {
    const { sessionId } = event.data;
    // What still comes for a session that has ended and was forgotten wants nothing any more.
    if (event.type !== 'SessionStarted' && !this.sessions.has(sessionId)) return;
    this.sessions.set(sessionId, evolve(this.sessions.get(sessionId), event));
  }

  #take({ events, position, caughtUp }: Batch): void {
    for (const event of events) this.#fold(event);
    this.#position = position;
    const first = !this.#live && caughtUp;
    if (caughtUp && !this.#ready) this.#needs.opened();
    if (caughtUp) this.#live = this.#ready = true;
    // Until everything is read once, older events would make us act on what has long been undone.
    if (this.#live) {
      this.#needs.changed(first ? new Set(this.sessions.keys()) : new Set(events.map(({ data }) => data.sessionId)));
    }
    this.look();
  }
}
