// What a media node tells the record: facts with ids of their own, kept and repeated until somebody has recorded them.
import { derivedUuid } from '../derivedUuid.ts';
import type { LegLeftCause, LegQuality } from '../domain/sessions/events.ts';
import { backoffMs, pause } from './backoff.ts';
import { inOrder } from './inOrder.ts';

type OfLeg = { participantId: string; legId: string };
export type MediaFactBody =
  | { kind: 'sessionPlaced'; node: string }
  | { kind: 'mediaInterrupted'; node: string; cause: 'worker_died' | 'node_restarted' }
  | ({ kind: 'legConnected' } & OfLeg)
  | ({ kind: 'legLeft'; cause: LegLeftCause; quality: LegQuality | null } & OfLeg)
  | ({ kind: 'screenShareStarted' } & OfLeg)
  | ({ kind: 'screenShareStopped' } & OfLeg);

/** `at` is when it happened, which an outage of the store may have made long ago. */
export type MediaFact = MediaFactBody & { commandId: string; sessionId: string; epoch: number; at: Date };

/** `refused`: the record does not want it (an older epoch, a leg that has left already); it is not tried again. */
export type Reported = 'recorded' | 'refused';

/**
 * The command id of a fact: the same happening always has the same id, in this process and in the next. `ordinal` tells
 * apart what may happen several times in one epoch.
 */
export const factId = (subject: string, kind: MediaFact['kind'], epoch: number, ordinal = 0): string =>
  derivedUuid([subject, kind, epoch, ordinal]);

type Needs = {
  report: (fact: MediaFact) => Promise<Reported>;
  queuedMax: number;
  /** How long a connection waits before it is told. */
  connectedLingerMs: number;
  log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
};

/**
 * Facts on their way to the record, in order per session. A fact that cannot be reported is repeated with growing
 * pauses for as long as the process lives; past `queuedMax` waiting facts new ones are dropped and counted. That a leg
 * connected is told a little later: all who follow the record would read it just when its device sets up its media.
 */
export class FactQueue {
  readonly #needs: Needs;
  readonly #queued = inOrder();
  readonly #stopped = new AbortController();
  readonly #hurry = new AbortController();
  readonly #waiting = new Set<Promise<void>>();
  #dropped = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  get stats(): { waiting: number; dropped: number } {
    return { waiting: this.#waiting.size, dropped: this.#dropped };
  }

  /** Queues a fact; `settled` hears what became of it, unless the queue is closed first. */
  add(fact: MediaFact, settled?: (outcome: Reported) => void): void {
    if (this.#waiting.size >= this.#needs.queuedMax) {
      this.#dropped += 1;
      this.#needs.log('error', { kind: fact.kind, sessionId: fact.sessionId }, 'Too many facts wait; one was dropped');
      return;
    }
    const dueMs = performance.now() + (fact.kind === 'legConnected' ? this.#needs.connectedLingerMs : 0);
    const deliver = async () => {
      await pause(Math.max(0, dueMs - performance.now()), this.#hurry.signal);
      return this.#deliver(fact);
    };
    const done = this.#queued(fact.sessionId, deliver).then((outcome) => {
      this.#waiting.delete(done);
      if (outcome) settled?.(outcome);
    });
    this.#waiting.add(done);
  }

  /** Resolves when everything queued is on the record, or after `timeoutMs`. Answers how many still wait. To end with. */
  async drained(timeoutMs: number): Promise<number> {
    this.#hurry.abort();
    const cut = new AbortController();
    await Promise.race([Promise.all(this.#waiting), pause(timeoutMs, cut.signal)]);
    cut.abort();
    return this.#waiting.size;
  }

  close(): void {
    this.#hurry.abort();
    this.#stopped.abort();
  }

  async #deliver(fact: MediaFact): Promise<Reported | null> {
    for (let attempt = 0; !this.#stopped.signal.aborted; attempt += 1) {
      try {
        const outcome = await this.#needs.report(fact);
        const { kind, sessionId, commandId } = fact;
        if (outcome === 'refused') this.#needs.log('info', { kind, sessionId, commandId }, 'The record refused a fact');
        return outcome;
      } catch (error) {
        if (attempt === 0) this.#needs.log('warn', { kind: fact.kind, error }, 'A fact cannot be recorded now');
        await pause(backoffMs(attempt), this.#stopped.signal);
      }
    }
    return null;
  }
}
