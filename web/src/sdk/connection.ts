// Staying connected: tickets, resuming a leg whose line broke, and coming back with a new one where that fails.
import type { CloseCause, InputOf, Notification, OutputOf } from '../../../src/media/protocol.ts';
import { RequestRefused, SignallingClient } from './signallingClient.ts';
import type { ClosedCause } from './snapshot.ts';

/** What joining the conference yields: a ticket for one leg, and where to present it (ws: or wss:). */
export type Joined = { ticket: string; url: string };

/** Thrown by the page's `join` when the server refuses for good (removed, ended): the meeting then closes. */
export class JoinRefused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = 'JoinRefused';
    this.code = code;
  }
}

export type Welcome = OutputOf<'hello'>;

/** A transport of the server's, for this device to receive over. */
export type Offer = OutputOf<'createTransport'>;

/** A welcomed socket; `gone` says what the server said last. */
type Line = { gone: Promise<CloseCause | null> };

type Needs = {
  /**
   * Asks for a leg and its ticket. `again`: the leg asked for last has not got in yet; its session may have moved to
   * another media node since, so a fresh ticket for the same leg is wanted.
   */
  join: (again: boolean) => Promise<Joined>;
  /**
   * Called in the same turn the welcome arrives in, before any later notice. `receiving` was asked for together with
   * the hello of a new leg, which saves a way to the server and back; it may come to nothing.
   */
  welcomed: (welcome: Welcome, receiving: Promise<Offer> | null) => void;
  notice: (notification: Notification) => void;
  /** The line is gone; another try follows. */
  lost: () => void;
  ended: (cause: ClosedCause, refusal: string | null) => void;
};

const backoffFirstMs = 100;
const backoffMostMs = 3_000;
const backoffGrowth = 1.5;
/** A media process that is started again is back within seconds: for so many tries the pauses stay short. */
const eagerTries = 15;
const eagerMostMs = 300;
/** Longer than the server keeps a leg without a socket: after that only a new leg makes sense. */
const resumeForMs = 20_000;
/** How long a leg that does not get in is tried, with fresh tickets, before another one is asked for. */
const legTriedMs = 20_000;
const ticketKeptMs = 1_000;

const final: ReadonlySet<CloseCause> = new Set([
  'removed',
  'session_ended',
  'replaced',
  'disconnected',
  'never_connected',
  'left',
  'resumed_elsewhere',
]);

export class Connection {
  readonly #needs: Needs;
  #client: SignallingClient | null = null;
  #leg: { url: string; legId: string; resumeKey: string; lostAt: number | null } | null = null;
  #ticket: (Joined & { askedAt: number; firstAt: number }) | null = null;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The socket of now, once the server has welcomed it. */
  get client(): SignallingClient | null {
    return this.#client;
  }

  /** Connects and stays connected until the meeting ends. */
  async run(): Promise<void> {
    for (let attempt = 0; !this.#ended; attempt += 1) {
      if (attempt > 0) await this.#backOff(attempt - 1);
      try {
        const { gone } = await this.#connect();
        attempt = 0;
        const cause = await gone;
        if (cause && final.has(cause)) this.end(cause);
        else this.#lostLine();
      } catch (error) {
        if (error instanceof JoinRefused) this.end('refused', error.code);
        else if (error instanceof RequestRefused && error.code === 'full') this.end('refused', 'session.full');
      }
    }
  }

  /** Tries again now instead of waiting for the next turn. */
  hurry(): void {
    this.#wake();
  }

  end(cause: ClosedCause, refusal: string | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#needs.ended(cause, refusal);
    this.#client?.close();
    this.#client = null;
    this.#wake();
  }

  #lostLine(): void {
    this.#client = null;
    if (this.#leg) this.#leg.lostAt = performance.now();
    if (!this.#ended) this.#needs.lost();
  }

  #backOff(attempt: number): Promise<void> {
    if (this.#ended) return Promise.resolve();
    const eager = Math.min(eagerMostMs, backoffFirstMs * backoffGrowth ** attempt);
    const longest = Math.min(backoffMostMs, eager * backoffGrowth ** Math.max(0, attempt - eagerTries));
    const ms = longest * (0.5 + Math.random() / 2); // Not everybody at once.
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #connect(): Promise<Line> {
    if (this.#leg && performance.now() - (this.#leg.lostAt ?? performance.now()) < resumeForMs) {
      const { url, legId, resumeKey } = this.#leg;
      try {
        return await this.#greet(url, { resume: { legId, resumeKey } });
      } catch (error) {
        const legIsGone =
          error instanceof RequestRefused && ['unknown_leg', 'not_admitted', 'moved'].includes(error.code);
        if (!legIsGone) throw error;
      }
    }
    this.#leg = null;
    const { url, ticket } = await this.#ticketOfNow();
    try {
      return await this.#greet(url, { ticket });
    } catch (error) {
      // Only these leave the ticket unused.
      const unused =
        error instanceof RequestRefused &&
        ['unavailable', 'connection_lost', 'moved', 'ticket_invalid'].includes(error.code);
      if (!unused) this.#ticket = null;
      throw error;
    }
  }

  async #ticketOfNow(): Promise<Joined> {
    const now = performance.now();
    const known = this.#ticket;
    if (known && now - known.askedAt <= ticketKeptMs) return known;
    const again = known !== null && now - known.firstAt <= legTriedMs;
    const joined = await this.#needs.join(again);
    this.#ticket = { ...joined, askedAt: performance.now(), firstAt: again ? known.firstAt : now };
    return this.#ticket;
  }

  async #greet(url: string, hello: InputOf<'hello'>): Promise<Line> {
    let tellGone: (cause: CloseCause | null) => void = () => undefined;
    const gone = new Promise<CloseCause | null>((resolve) => {
      tellGone = resolve;
    });
    const client = await SignallingClient.open(url, { notice: this.#needs.notice, gone: tellGone });
    try {
      const welcomed = client.request('hello', hello);
      const receiving = 'ticket' in hello ? client.request('createTransport', { direction: 'receive' }) : null;
      receiving?.catch(() => undefined); // Whoever waits for it hears so.
      const welcome = await welcomed;
      if (this.#ended) throw new RequestRefused('connection_lost', 'The meeting was left meanwhile');
      this.#client = client;
      this.#ticket = null;
      this.#leg = { url, legId: welcome.legId, resumeKey: welcome.resumeKey, lostAt: null };
      client.keepAlive();
      this.#needs.welcomed(welcome, receiving);
    } catch (error) {
      client.close();
      throw error;
    }
    return { gone };
  }
}
