// The media of one session: a router on one worker and the legs that meet there. Whoever it creates, it closes.
import type { ActiveSpeakerObserver, AudioLevelObserver, Producer, Router, WebRtcServer } from 'mediasoup/types';
import type { LegLeftCause, MediaSource } from '../domain/sessions/events.ts';
import { backoffMs, pause } from './backoff.ts';
import type { MediaFactBody } from './facts.ts';
import type { Leg } from './leg.ts';
import type { MediaLimits } from './limits.ts';
import { type CloseCause, noticeFrame, type OutputOf, type ProducerInfo } from './protocol.ts';
import type { IceServer } from './turn.ts';
import type { WorkerPool } from './workers.ts';

export type Media = { router: Router; webRtcServer: WebRtcServer };
type Observers = { speakers: ActiveSpeakerObserver; levels: AudioLevelObserver };
type Sent = { leg: Leg; source: MediaSource; producer: Producer };

export type RoomNeeds = {
  node: string;
  workers: WorkerPool;
  limits: MediaLimits;
  now: () => Date;
  log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
  /** Tells the record; `subject` and `ordinal` make the fact's id (see `factId`). */
  fact: (body: MediaFactBody, subject: string, ordinal?: number) => void;
  /** The relays a leg may use, with fresh credentials. */
  iceServers: (legId: string) => IceServer[];
  /** What the record says is silenced for a person now. */
  muted: (participantId: string) => ReadonlySet<MediaSource>;
};

const statsWaitMs = 300;
const shareLingerMs = 10_000;

export class Room {
  readonly sessionId: string;
  readonly epoch: number;
  readonly legs = new Map<string, Leg>();
  /** Everything that is sent in the session, by producer id. */
  readonly sent = new Map<string, Sent>();
  readonly needs: RoomNeeds;
  generation = 1;
  /** Clients on their way in, who keep an empty room open. */
  arriving = 0;
  activeSpeaker: string | null = null;
  #media: Promise<Media & Observers>;
  #lostAt: Date | null = null;
  readonly #closing = new AbortController();

  constructor(sessionId: string, epoch: number, needs: RoomNeeds) {
    this.sessionId = sessionId;
    this.epoch = epoch;
    this.needs = needs;
    this.#media = this.#build();
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** The router, as soon as there is one; rejects when the room closes first. */
  media(): Promise<Media> {
    return this.#media;
  }

  /** What one leg sees of the others, and what it sends itself. */
  producersFor(leg: Leg): { others: ProducerInfo[]; own: ProducerInfo[] } {
    const info = [...this.sent.values()].map((sent) => ({ mine: sent.leg === leg, ...this.infoOf(sent) }));
    return { others: info.filter(({ mine }) => !mine), own: info.filter(({ mine }) => mine) };
  }

  infoOf({ leg, source, producer }: Sent): ProducerInfo {
    return { producerId: producer.id, participantId: leg.participantId, source, paused: producer.paused };
  }

  /** Sends one frame to every leg but `except`; the frame is written once. */
  broadcast(frame: string, except?: Leg): void {
    for (const leg of this.legs.values()) if (leg !== except) leg.outbox?.send(frame);
  }

  /** Takes a new producer in and tells the others. It leaves by itself when it closes, whoever closes it. */
  async publish(leg: Leg, source: MediaSource, producer: Producer): Promise<void> {
    const sent = { leg, source, producer };
    leg.producers.set(source, producer);
    this.sent.set(producer.id, sent);
    producer.observer.once('close', () => this.#unpublish(sent));
    if (source === 'screen' && !leg.sharing) {
      leg.sharing = true;
      leg.shares += 1;
      const { participantId, legId } = leg;
      this.needs.fact({ kind: 'screenShareStarted', participantId, legId }, legId, leg.shares);
    }
    this.broadcast(noticeFrame('producerAdded', this.infoOf(sent)), leg);
    if (source !== 'microphone') return;
    const { speakers, levels } = await this.#media;
    if (producer.closed) return;
    await Promise.all([
      speakers.addProducer({ producerId: producer.id }),
      levels.addProducer({ producerId: producer.id }),
    ]);
  }

  /** Makes a leg's media obey the mutes on the record and tells its client what changed. */
  enforceMutes(leg: Leg): void {
    const muted = this.needs.muted(leg.participantId);
    for (const source of muted) {
      leg.producers.get(source)?.close();
      if (!leg.told.has(source)) leg.outbox?.send(noticeFrame('muted', { source }));
    }
    for (const source of leg.told) if (!muted.has(source)) leg.outbox?.send(noticeFrame('unmuted', { source }));
    leg.told = new Set(muted);
  }

  /** Ends a leg for good: socket first, then its media, then the record. Does nothing the second time. */
  async closeLeg(leg: Leg, cause: LegLeftCause, told: CloseCause): Promise<void> {
    if (leg.closed) return;
    leg.closed = true;
    this.legs.delete(leg.legId);
    leg.outbox?.close(told);
    leg.outbox = null;
    const { participantId, legId } = leg;
    const cut = new AbortController();
    await Promise.race([leg.sample(), pause(statsWaitMs, cut.signal)]);
    cut.abort();
    leg.closeMedia();
    this.#endShare(leg);
    const quality = leg.qualityAt(this.needs.now());
    this.needs.fact({ kind: 'legLeft', participantId, legId, cause, quality }, legId);
  }

  /** Shares that did not come back after the media was rebuilt are over. */
  settleShares(): void {
    const lostMs = this.#lostAt ? this.needs.now().getTime() - this.#lostAt.getTime() : Number.POSITIVE_INFINITY;
    if (lostMs < shareLingerMs) return;
    for (const leg of this.legs.values()) if (!leg.producers.has('screen')) this.#endShare(leg);
  }

  /** Closes the router and with it all media; legs that are still here are told `told` and not reported. */
  close(told: CloseCause = 'moved'): void {
    if (this.closed) return;
    this.#closing.abort();
    for (const leg of this.legs.values()) {
      leg.closed = true;
      leg.outbox?.close(told);
      leg.outbox = null;
      leg.mediaLost();
    }
    this.legs.clear();
    this.#media.then(
      ({ router }) => router.close(),
      () => undefined, // Never built, so there is nothing to close.
    );
  }

  #unpublish({ leg, source, producer }: Sent): void {
    // After a worker died everything was forgotten at once, and clients hear of the reset instead.
    if (!this.sent.delete(producer.id)) return;
    if (leg.producers.get(source) === producer) leg.producers.delete(source);
    this.broadcast(noticeFrame('producerClosed', { producerId: producer.id }), leg);
    if (source === 'screen') this.#endShare(leg);
  }

  #endShare(leg: Leg): void {
    if (!leg.sharing) return;
    leg.sharing = false;
    const { participantId, legId } = leg;
    this.needs.fact({ kind: 'screenShareStopped', participantId, legId }, legId, leg.shares);
  }

  #build(): Promise<Media & Observers> {
    const built = this.#tryBuilding();
    built.catch(() => undefined); // Whoever needs the media awaits the same promise and hears it.
    return built;
  }

  async #tryBuilding(): Promise<Media & Observers> {
    for (let attempt = 0; !this.closed; attempt += 1) {
      try {
        return await this.#buildOnce();
      } catch (error) {
        if (this.#closing.signal.aborted) break;
        this.needs.log(
          'warn',
          { error, sessionId: this.sessionId },
          'The media of a session cannot be built; trying again',
        );
        await pause(backoffMs(attempt, 50, 1_000), this.#closing.signal);
      }
    }
    throw new Error('The session has no media any more');
  }

  async #buildOnce(): Promise<Media & Observers> {
    const { router, webRtcServer } = await this.needs.workers.router();
    const [speakers, levels] = await Promise.all([
      router.createActiveSpeakerObserver({ interval: 300 }),
      router.createAudioLevelObserver({ maxEntries: 8, threshold: -60, interval: 500 }),
    ]);
    if (router.closed) throw new Error('The worker died while a session was placed on it');
    router.once('workerclose', () => this.#mediaLost());
    speakers.on('dominantspeaker', ({ producer }) => {
      this.activeSpeaker = this.sent.get(producer.id)?.leg.participantId ?? null;
      this.broadcast(noticeFrame('activeSpeaker', { participantId: this.activeSpeaker }));
    });
    levels.on('volumes', (volumes) => {
      const levelsNow = volumes.flatMap(({ producer, volume }) => {
        const leg = this.sent.get(producer.id)?.leg;
        return leg ? [{ participantId: leg.participantId, decibel: volume }] : [];
      });
      this.broadcast(noticeFrame('levels', { levels: levelsNow }));
    });
    levels.on('silence', () => this.broadcast(noticeFrame('levels', { levels: [] })));
    return { router, webRtcServer, speakers, levels };
  }

  #mediaLost(): void {
    if (this.closed) return;
    this.generation += 1;
    this.#lostAt = this.needs.now();
    this.activeSpeaker = null;
    this.sent.clear();
    for (const leg of this.legs.values()) leg.mediaLost();
    const { sessionId, generation } = this;
    const { node } = this.needs;
    this.needs.fact({ kind: 'mediaInterrupted', node, cause: 'worker_died' }, sessionId, generation);
    this.#media = this.#build();
    this.#media.then(
      ({ router }) => {
        if (this.generation !== generation) return;
        const routerRtpCapabilities = router.rtpCapabilities as OutputOf<'hello'>['routerRtpCapabilities'];
        this.broadcast(noticeFrame('reset', { generation, routerRtpCapabilities }));
      },
      () => undefined, // The room was closed instead.
    );
  }
}
