// Brings the media of this node in line with the record: compares, takes the steps that are due, and compares again.
import type { LegLeftCause } from '../domain/sessions/events.ts';
import { closingCause, type DesiredSession, endsDue, mutedSources } from './desiredSession.ts';
import { type FactQueue, factId, type MediaFactBody } from './facts.ts';
import type { DesiredState } from './feed.ts';
import { inOrder } from './inOrder.ts';
import type { Leg } from './leg.ts';
import type { MediaLimits } from './limits.ts';
import { Room, type RoomNeeds } from './room.ts';
import { iceServersFor, type TurnRelay } from './turn.ts';
import type { WorkerPool } from './workers.ts';

export type ReconcilerNeeds = {
  node: string;
  now: () => Date;
  limits: MediaLimits;
  workers: WorkerPool;
  turn: TurnRelay | null;
  desired: DesiredState;
  facts: FactQueue;
  log: RoomNeeds['log'];
};

/** What this process remembers about a session beside its media: its claim on it, and what it has said already. */
type Notes = {
  epoch: number | null;
  /** An earlier life of this node had it. */
  inherited: boolean;
  room: Room | null;
  interruptionSaid: boolean;
  /** Legs whose end is on its way to the record. */
  ended: Set<string>;
  firstSeen: Map<string, number>;
};

export class Reconciler {
  readonly #needs: ReconcilerNeeds;
  readonly #notes = new Map<string, Notes>();
  readonly #queued = inOrder();

  constructor(needs: ReconcilerNeeds) {
    this.#needs = needs;
  }

  get rooms(): Room[] {
    return [...this.#notes.values()].flatMap(({ room }) => (room ? [room] : []));
  }

  /** How many sessions the record has here. */
  get placed(): number {
    return [...this.#notes.keys()].filter((sessionId) => this.owned(sessionId) !== null).length;
  }

  /** The leg that lives here under this id. */
  legHere(legId: string): { room: Room; leg: Leg } | null {
    for (const room of this.rooms) {
      const leg = room.legs.get(legId);
      if (leg) return { room, leg };
    }
    return null;
  }

  /** The session if the record places it on this process in the epoch it claimed; otherwise somebody else owns it. */
  owned(sessionId: string): DesiredSession | null {
    const session = this.#needs.desired.sessions.get(sessionId);
    const epoch = this.#notes.get(sessionId)?.epoch ?? null;
    const { placement } = session ?? {};
    return session && placement?.node === this.#needs.node && placement.epoch === epoch ? session : null;
  }

  /** The room of a session that is `owned`; made when the first leg comes. */
  roomOf({ sessionId, placement }: DesiredSession): Room {
    const notes = this.#notesOf(sessionId);
    notes.room ??= new Room(sessionId, placement?.epoch ?? 0, this.#roomNeeds(sessionId));
    return notes.room;
  }

  /** Runs `task` while nothing else changes the session. */
  exclusively<T>(sessionId: string, task: () => Promise<T>): Promise<T> {
    return this.#queued(sessionId, task);
  }

  reconcile(sessionId: string): void {
    this.exclusively(sessionId, () => this.#step(sessionId))
      .catch((error: unknown) => {
        this.#needs.log(
          'error',
          { error, sessionId },
          'A session could not be brought in line; the next tick tries again',
        );
      })
      // Whoever said hello before the record placed the session here waits for it to be ours.
      .finally(() => this.#needs.desired.look());
  }

  /** Sessions that the record has on this node before it has done anything were an earlier life's. */
  inherit(): void {
    for (const { sessionId, placement } of this.#needs.desired.sessions.values()) {
      if (placement?.node === this.#needs.node) this.#notesOf(sessionId).inherited = true;
    }
  }

  reconcileAll(): void {
    for (const sessionId of this.#needs.desired.sessions.keys()) this.reconcile(sessionId);
  }

  /** Ends every leg on the record, for a process that stops on purpose: clients are told to come back. */
  async closeAll(): Promise<void> {
    await Promise.all(
      this.rooms.map((room) =>
        this.exclusively(room.sessionId, async () => {
          await Promise.all([...room.legs.values()].map((leg) => room.closeLeg(leg, 'node_restarted', 'draining')));
          room.close('draining');
        }),
      ),
    );
  }

  #notesOf(sessionId: string): Notes {
    const known = this.#notes.get(sessionId);
    if (known) return known;
    const notes: Notes = {
      epoch: null,
      inherited: false,
      room: null,
      interruptionSaid: false,
      ended: new Set(),
      firstSeen: new Map(),
    };
    this.#notes.set(sessionId, notes);
    return notes;
  }

  #roomNeeds(sessionId: string): RoomNeeds {
    const { desired, now, limits, workers, turn, log, node } = this.#needs;
    return {
      node,
      workers,
      limits,
      now,
      log,
      fact: (body, subject, ordinal) => this.#fact(sessionId, body, subject, ordinal),
      iceServers: (legId) => iceServersFor(turn, legId, now()),
      muted: (participantId) => {
        const session = desired.sessions.get(sessionId);
        return session ? mutedSources(session, participantId) : new Set();
      },
    };
  }

  #fact(sessionId: string, body: MediaFactBody, subject: string, ordinal?: number, at = this.#needs.now()): void {
    const notes = this.#notesOf(sessionId);
    if (body.kind === 'legLeft') notes.ended.add(body.legId);
    const epoch = notes.epoch ?? 0;
    const commandId = factId(subject, body.kind, epoch, ordinal);
    this.#needs.facts.add({ ...body, commandId, sessionId, epoch, at });
  }

  /** Says on the record that the leg connected; the caller has just let it in. */
  connected(sessionId: string, { participantId, legId }: Leg): void {
    this.#fact(sessionId, { kind: 'legConnected', participantId, legId }, legId);
  }

  async #step(sessionId: string): Promise<void> {
    const session = this.#needs.desired.sessions.get(sessionId);
    if (!session) return;
    const notes = this.#notesOf(sessionId);
    if (!session.endedAt) this.#takeUp(session, notes);
    if (notes.room && notes.room.epoch !== notes.epoch) {
      notes.room.close('moved'); // It was elsewhere in between.
      notes.room = null;
    }
    if (!this.owned(sessionId)) {
      notes.room?.close('moved');
      notes.room = null;
      if (session.endedAt) {
        this.#endOutlived(session, session.endedAt, notes);
        this.#forget(sessionId);
      }
      return;
    }
    if (notes.room) await this.#alignRoom(session, notes.room);
    if (notes.room?.legs.size === 0 && notes.room.arriving === 0) {
      notes.room.close('session_ended');
      notes.room = null;
    }
    this.#reportEnds(session, notes);
    // The facts of its last legs are queued by now, and nothing else will come of it.
    if (session.endedAt && !notes.room) this.#forget(sessionId);
  }

  /**
   * Takes up what is placed here. What an earlier life of this node had is claimed with the next epoch, which ends the
   * legs that were lost with it. A claim of that kind which is not ours is that of a twin of the same name.
   */
  #takeUp({ sessionId, placement }: DesiredSession, notes: Notes): void {
    const { node, now, facts } = this.#needs;
    if (placement?.node !== node) return;
    if (notes.inherited) {
      notes.inherited = false;
      const epoch = placement.epoch + 1;
      notes.epoch = epoch;
      const commandId = factId(`${sessionId}/${node}`, 'sessionPlaced', epoch);
      facts.add({ kind: 'sessionPlaced', node, commandId, sessionId, epoch, at: now() });
      return;
    }
    const given = placement.cause !== null && placement.cause !== 'node_restarted';
    if (!given || placement.epoch <= (notes.epoch ?? 0)) return;
    notes.epoch = placement.epoch;
    notes.interruptionSaid = false;
  }

  async #alignRoom(session: DesiredSession, room: Room): Promise<void> {
    const { now, limits } = this.#needs;
    const due = [...room.legs.values()].map((leg) => {
      const graceOver = leg.lostAt !== null && now().getTime() - leg.lostAt.getTime() >= limits.graceMs;
      const cause = closingCause(session, leg.participantId, leg.legId) ?? (graceOver ? 'connection_lost' : null);
      return { leg, cause };
    });
    await Promise.all(
      due.map(async ({ leg, cause }) => {
        if (cause)
          await room.closeLeg(leg, cause, cause === 'connection_lost' || cause === 'node_restarted' ? 'moved' : cause);
        else room.enforceMutes(leg);
      }),
    );
    room.settleShares();
  }

  /** Legs that have no media here but no end on the record either: revoked, outlived, or never connected. */
  #reportEnds(session: DesiredSession, notes: Notes): void {
    const { sessionId, placement, legs } = session;
    const due = endsDue(session, placement?.epoch ?? 0);
    if (due.some(({ cause }) => cause === 'node_restarted')) this.#sayInterrupted(sessionId, notes);
    for (const { legId, participantId, cause } of due) this.#end(sessionId, notes, participantId, legId, cause);
    const nowMs = this.#needs.now().getTime();
    for (const [legId, { participantId, connectedEpoch, revoked }] of legs) {
      if (connectedEpoch !== null || revoked || notes.room?.legs.has(legId)) continue;
      const since = notes.firstSeen.get(legId) ?? nowMs;
      notes.firstSeen.set(legId, since);
      if (nowMs - since >= this.#needs.limits.neverConnectedMs) {
        this.#end(sessionId, notes, participantId, legId, 'never_connected');
      }
    }
    for (const legId of notes.firstSeen.keys()) if (!legs.has(legId)) notes.firstSeen.delete(legId);
    for (const legId of notes.ended) if (!legs.has(legId)) notes.ended.delete(legId);
  }

  #sayInterrupted(sessionId: string, notes: Notes): void {
    if (notes.interruptionSaid) return;
    notes.interruptionSaid = true;
    const { node } = this.#needs;
    this.#fact(sessionId, { kind: 'mediaInterrupted', node, cause: 'node_restarted' }, sessionId);
  }

  #end(sessionId: string, notes: Notes, participantId: string, legId: string, cause: LegLeftCause): void {
    if (notes.ended.has(legId) || notes.room?.legs.has(legId)) return;
    this.#fact(sessionId, { kind: 'legLeft', participantId, legId, cause, quality: null }, legId);
  }

  /**
   * Legs of a session that ended while nobody had its media, or whose process was killed before it could report them.
   * Nobody can place an ended session any more, so they end in the epoch they were in, when the session did.
   */
  #endOutlived(session: DesiredSession, endedAt: Date, notes: Notes): void {
    const { sessionId, placement } = session;
    if (placement && (placement.node !== this.#needs.node || notes.epoch !== null)) return; // Another process has them.
    const epoch = placement?.epoch ?? 0;
    notes.epoch = epoch;
    for (const { legId, participantId, cause } of endsDue(session, epoch)) {
      const body = { kind: 'legLeft', participantId, legId, cause, quality: null } as const;
      this.#fact(sessionId, body, legId, undefined, endedAt);
    }
  }

  #forget(sessionId: string): void {
    this.#needs.desired.forget(sessionId);
    this.#notes.delete(sessionId);
  }
}
