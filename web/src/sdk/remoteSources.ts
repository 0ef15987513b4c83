// What comes from the others: which streams there are, which of them this page wants, and their tracks.
import type { Consumer } from 'mediasoup-client/types';
import type { MediaSource } from '../../../src/domain/sessions/events.ts';
import type { ProducerInfo } from '../../../src/media/protocol.ts';
import type { MediaLink } from './mediaLink.ts';
import type { SignallingClient } from './signallingClient.ts';
import type { Remote, SnapshotStore } from './snapshot.ts';

/** How a page shows a stream: not at all (nothing is sent then), or at most in layer 0 (small) .. 2 (full size). */
export type View = { visible: boolean; layer?: 0 | 1 | 2 };

type Needs = { store: SnapshotStore; link: () => MediaLink | null; signalling: () => SignallingClient | null };

const batchMax = 32;
const shown: View = { visible: true };
const keyOf = (participantId: string, source: MediaSource) => `${participantId}/${source}`;

export class RemoteSources {
  readonly #needs: Needs;
  readonly #producers = new Map<string, ProducerInfo>();
  readonly #consumers = new Map<string, Consumer>();
  readonly #views = new Map<string, View>();
  #pulling = false;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** All there is, in place of what was known; tracks that live on are kept. */
  replaceAll(producers: readonly ProducerInfo[]): void {
    const present = new Set(producers.map(({ producerId }) => producerId));
    for (const producerId of [...this.#producers.keys()]) if (!present.has(producerId)) this.#remove(producerId);
    for (const info of producers) this.#producers.set(info.producerId, info);
    this.#show();
    void this.pull();
  }

  /** The transports were lost: every track is gone, and has to be asked for again. */
  detach(): void {
    for (const consumer of this.#consumers.values()) consumer.close();
    this.#consumers.clear();
    this.#show();
  }

  get all(): ProducerInfo[] {
    return [...this.#producers.values()];
  }

  add(info: ProducerInfo): void {
    this.#producers.set(info.producerId, info);
    void this.pull();
  }

  remove(producerId: string): void {
    this.#remove(producerId);
    this.#show();
  }

  /** Its sender paused it, or goes on. */
  setPaused(producerId: string, paused: boolean): void {
    const info = this.#producers.get(producerId);
    if (!info) return;
    this.#producers.set(producerId, { ...info, paused });
    this.#show();
  }

  /** How a stream is to be shown; it holds for streams that come later too. */
  async setView(participantId: string, source: MediaSource, view: View): Promise<void> {
    this.#views.set(keyOf(participantId, source), view);
    const info = this.all.find((one) => one.participantId === participantId && one.source === source);
    const consumer = info && this.#consumers.get(info.producerId);
    if (consumer) await this.#applyView(consumer, view);
    else await this.pull();
  }

  /** Whose track this is, for statistics. */
  ownerOf(trackId: string): ProducerInfo | null {
    for (const [producerId, { track }] of this.#consumers) {
      if (track.id === trackId) return this.#producers.get(producerId) ?? null;
    }
    return null;
  }

  /** Asks for everything that is wanted and not there yet. What fails is asked for when the connection is renewed. */
  async pull(): Promise<void> {
    if (this.#pulling) return; // The round that runs looks again before it ends.
    this.#pulling = true;
    try {
      for (let wanted = this.#wanted(); wanted.length > 0; wanted = this.#wanted()) {
        const link = this.#needs.link();
        if (!link) return;
        await this.#receive(link, wanted.slice(0, batchMax));
      }
    } catch {
      return; // The line is down or the streams ended meanwhile; notices and the next welcome tell what holds.
    } finally {
      this.#pulling = false;
    }
  }

  close(): void {
    this.#producers.clear();
    this.detach();
  }

  #viewOf({ participantId, source }: ProducerInfo): View {
    return this.#views.get(keyOf(participantId, source)) ?? shown;
  }

  #wanted(): string[] {
    return this.all
      .filter((info) => !this.#consumers.has(info.producerId) && this.#viewOf(info).visible)
      .map(({ producerId }) => producerId);
  }

  async #receive(link: MediaLink, producerIds: string[]): Promise<void> {
    const consumers = await link.receive(producerIds);
    if (this.#needs.link() !== link) {
      for (const consumer of consumers) consumer.close();
      return;
    }
    const got = new Set(consumers.map(({ producerId }) => producerId));
    // What the server left out is gone, or cannot be decoded here: not asked for again.
    for (const producerId of producerIds) if (!got.has(producerId)) this.#producers.delete(producerId);
    for (const consumer of consumers) {
      if (this.#producers.has(consumer.producerId)) this.#consumers.set(consumer.producerId, consumer);
      else consumer.close();
    }
    this.#show();
    await this.#resume(consumers.filter(({ closed }) => !closed));
  }

  async #resume(consumers: Consumer[]): Promise<void> {
    const views = consumers.map((consumer) => {
      const info = this.#producers.get(consumer.producerId);
      return { consumer, view: info ? this.#viewOf(info) : shown };
    });
    const consumerIds = views.filter(({ view }) => view.visible).map(({ consumer }) => consumer.id);
    if (consumerIds.length > 0) await this.#needs.signalling()?.request('resumeConsumers', { consumerIds });
    const layered = views.filter(({ view }) => view.layer !== undefined);
    await Promise.all(layered.map(({ consumer, view }) => this.#setLayer(consumer, view)));
  }

  async #applyView(consumer: Consumer, view: View): Promise<void> {
    const method = view.visible ? 'resumeConsumers' : 'pauseConsumers';
    const { signalling } = this.#needs;
    // Lost with the connection: the next link starts from the views again.
    await signalling()
      ?.request(method, { consumerIds: [consumer.id] })
      .catch(() => undefined);
    await this.#setLayer(consumer, view);
  }

  async #setLayer(consumer: Consumer, { visible, layer }: View): Promise<void> {
    if (!visible || layer === undefined || consumer.kind !== 'video') return;
    const layers = { spatialLayer: layer };
    await this.#needs
      .signalling()
      ?.request('setPreferredLayers', { consumerId: consumer.id, layers })
      .catch(() => undefined);
  }

  #remove(producerId: string): void {
    this.#producers.delete(producerId);
    this.#consumers.get(producerId)?.close();
    this.#consumers.delete(producerId);
  }

  #show(): void {
    const remotes = new Map<string, Remote>();
    for (const [producerId, { track }] of this.#consumers) {
      const info = this.#producers.get(producerId);
      if (!info) continue;
      const { participantId, source, paused } = info;
      const remote = remotes.get(participantId) ?? { participantId };
      remotes.set(participantId, { ...remote, [source]: { track, paused } });
    }
    this.#needs.store.change({ remotes: [...remotes.values()] });
  }
}
