// What this device sends: opening and closing devices, and keeping the server in step with what is wanted.
import type { Producer } from 'mediasoup-client/types';
import type { MediaSource } from '../../../src/domain/sessions/events.ts';
import type { ProducerInfo } from '../../../src/media/protocol.ts';
import { type CameraShape, DeviceError, openCamera, openMicrophone, openScreen } from './devices.ts';
import type { MediaLink } from './mediaLink.ts';
import { RequestRefused, type SignallingClient } from './signallingClient.ts';
import type { SnapshotStore } from './snapshot.ts';

type Needs = {
  store: SnapshotStore;
  camera: CameraShape;
  link: () => MediaLink | null;
  signalling: () => SignallingClient | null;
};

const sources: readonly MediaSource[] = ['microphone', 'camera', 'screen'];

export class LocalSources {
  readonly #needs: Needs;
  readonly #producers = new Map<MediaSource, Producer>();
  readonly #tails = new Map<MediaSource, Promise<unknown>>();
  readonly #deviceIds = new Map<MediaSource, string | undefined>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Turns a source on or off. Rejects with DeviceError when its device cannot be had; the snapshot says so too. */
  set(source: MediaSource, on: boolean, deviceId?: string): Promise<void> {
    return this.#inTurn(source, () => (on ? this.#turnOn(source, deviceId) : this.#turnOff(source)));
  }

  /** A moderator silenced the source: let the device go as well, so that its light goes out. */
  forceOff(source: MediaSource): void {
    this.#drop(source);
    this.#needs.store.changeLocal(source, { on: false, track: null, forcedOff: true });
  }

  allow(source: MediaSource): void {
    this.#needs.store.changeLocal(source, { forcedOff: false, trouble: null });
  }

  /** The transports were lost: nothing is sent any more, devices stay open. */
  detach(): void {
    for (const producer of this.#producers.values()) producer.close();
    this.#producers.clear();
  }

  /** Sends everything that is on; after `detach`, when there is a new link. */
  async publishAll(): Promise<void> {
    await Promise.all(
      sources.map((source) =>
        this.#inTurn(source, async () => {
          if (this.#needs.store.now.local[source].on) await this.#publish(source);
          else await this.#silence(source);
        }),
      ),
    );
  }

  /** The line was away but the transports live: brings what the server has of us in step with what is wanted now. */
  async catchUp(serverHas: readonly ProducerInfo[]): Promise<void> {
    const onServer = new Set(serverHas.map(({ producerId }) => producerId));
    for (const [source, producer] of this.#producers) {
      if (onServer.has(producer.id)) continue;
      producer.close();
      this.#producers.delete(source);
    }
    const here = new Set([...this.#producers.values()].map(({ id }) => id));
    // Those whose answer, or whose end, was lost with the line.
    const unknown = serverHas.filter(({ producerId }) => !here.has(producerId));
    await Promise.all(unknown.map(({ producerId }) => this.#tell('closeProducer', producerId)));
    await this.publishAll();
  }

  /** Which source a track of ours is, for statistics. */
  sourceOf(track: string): MediaSource | null {
    return sources.find((source) => this.#needs.store.now.local[source].track?.id === track) ?? null;
  }

  close(): void {
    for (const source of sources) {
      this.#drop(source);
      this.#needs.store.changeLocal(source, { on: false, track: null });
    }
  }

  #inTurn(source: MediaSource, task: () => Promise<void>): Promise<void> {
    const run = (this.#tails.get(source) ?? Promise.resolve()).then(task, task);
    this.#tails.set(source, run);
    return run;
  }

  async #turnOn(source: MediaSource, deviceId: string | undefined): Promise<void> {
    const { store } = this.#needs;
    try {
      if (this.#forcedOff(source)) throw new DeviceError('muted_by_moderator');
      const track = await this.#trackOf(source, deviceId);
      if (this.#forcedOff(source) || store.now.state === 'closed') {
        track.stop();
        throw new DeviceError('muted_by_moderator');
      }
      store.changeLocal(source, { on: true, track, trouble: null });
    } catch (error) {
      const trouble = error instanceof DeviceError ? error.trouble : 'failed';
      store.changeLocal(source, { trouble });
      throw error;
    }
    await this.#publish(source);
  }

  #forcedOff(source: MediaSource): boolean {
    return this.#needs.store.now.local[source].forcedOff;
  }

  async #trackOf(source: MediaSource, deviceId: string | undefined): Promise<MediaStreamTrack> {
    const { track: known } = this.#needs.store.now.local[source];
    const same = deviceId === undefined || this.#deviceIds.get(source) === deviceId;
    if (known && known.readyState === 'live' && same) return known;
    const track = await this.#open(source, deviceId ?? this.#deviceIds.get(source));
    known?.stop();
    if (deviceId !== undefined) this.#deviceIds.set(source, deviceId);
    // Unplugged, or ended by the browser's own "stop sharing".
    track.addEventListener('ended', () => {
      if (this.#needs.store.now.local[source].track === track) void this.set(source, false);
    });
    return track;
  }

  #open(source: MediaSource, deviceId: string | undefined): Promise<MediaStreamTrack> {
    switch (source) {
      case 'microphone':
        return openMicrophone(deviceId);
      case 'camera':
        return openCamera(this.#needs.camera, deviceId);
      case 'screen':
        return openScreen();
    }
  }

  async #turnOff(source: MediaSource): Promise<void> {
    const { store } = this.#needs;
    if (source === 'microphone') {
      // The microphone stays open while muted, so that speaking again is immediate; nothing is sent.
      store.changeLocal(source, { on: false, trouble: null });
      await this.#silence(source);
      return;
    }
    const producerId = this.#producers.get(source)?.id;
    this.#drop(source);
    store.changeLocal(source, { on: false, track: null, trouble: null });
    if (producerId) await this.#tell('closeProducer', producerId);
  }

  async #silence(source: MediaSource): Promise<void> {
    const producer = this.#producers.get(source);
    if (!producer) return;
    producer.pause();
    await this.#tell('pauseProducer', producer.id);
  }

  async #publish(source: MediaSource): Promise<void> {
    const { store, link } = this.#needs;
    const { track } = store.now.local[source];
    const through = link();
    if (!track || !through) return; // It is sent when the connection stands.
    try {
      const producer = this.#producers.get(source);
      if (producer) {
        if (producer.track !== track) await producer.replaceTrack({ track });
        producer.resume();
        await this.#tell('resumeProducer', producer.id);
        return;
      }
      const made = await through.send(source, track);
      if (link() === through && store.now.local[source].track === track) this.#producers.set(source, made);
      else made.close();
    } catch (error) {
      if (error instanceof RequestRefused && error.code === 'muted') this.forceOff(source);
      else if (link() === through && this.#isLasting(error)) store.changeLocal(source, { trouble: 'failed' });
      // Otherwise the connection is being rebuilt and everything that is on is sent again then.
    }
  }

  #isLasting(error: unknown): boolean {
    return !(error instanceof RequestRefused && (error.code === 'connection_lost' || error.code === 'resetting'));
  }

  async #tell(method: 'closeProducer' | 'pauseProducer' | 'resumeProducer', producerId: string): Promise<void> {
    // When this is lost with the connection, `publishAll` puts it right on the next one.
    await this.#needs
      .signalling()
      ?.request(method, { producerId })
      .catch(() => undefined);
  }

  #drop(source: MediaSource): void {
    this.#producers.get(source)?.close();
    this.#producers.delete(source);
    this.#needs.store.now.local[source].track?.stop();
  }
}
