// The WebRTC side of one leg: two transports, what is sent over one and received over the other.
import { Device } from 'mediasoup-client';
import type { Consumer, Producer, RtpCapabilities, Transport } from 'mediasoup-client/types';
import type { MediaSource } from '../../../src/domain/sessions/events.ts';
import type { InputOf, OutputOf } from '../../../src/media/protocol.ts';
import type { Offer } from './connection.ts';
import type { SignallingClient } from './signallingClient.ts';

type Direction = 'send' | 'receive';
type Needs = {
  routerRtpCapabilities: OutputOf<'hello'>['routerRtpCapabilities'];
  /** Asked for already; it may come to nothing. */
  receiving: Promise<Offer> | null;
  /** The socket of now; it changes when the leg is resumed. */
  signalling: () => SignallingClient | null;
  /** The transports cannot be saved and everything has to be built anew. */
  broken: () => void;
};

/** The relay named in an offer is open for hours only, and whoever is alone may wait longer to receive something. */
const offerKeptMs = 60_000;
const restartAfterMs = 1_500;
const restartsMax = 4;

/** Three layers, so that a small tile costs its viewer little. Bitrates in bit/s. */
const cameraLayers = [
  { rid: 'low', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'middle', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'high', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];

const sending = (source: MediaSource) => {
  switch (source) {
    case 'microphone':
      return { codecOptions: { opusFec: true, opusDtx: true } };
    case 'camera':
      return { encodings: cameraLayers, codecOptions: { videoGoogleStartBitrate: 800 } };
    case 'screen':
      return { encodings: [{ maxBitrate: 2_500_000 }] };
  }
};

export class MediaLink {
  readonly #needs: Needs;
  readonly #device: Device;
  readonly #transports = new Map<Direction, Promise<Transport>>();
  readonly #watching = new Set<ReturnType<typeof setTimeout>>();
  readonly #openedAtMs = performance.now();
  #receiving: Promise<Offer> | null;
  #saidCapabilities = false;
  #closed = false;

  private constructor(needs: Needs, device: Device) {
    this.#needs = needs;
    this.#receiving = needs.receiving;
    this.#device = device;
  }

  /** Learns what router and browser have in common. Rejects in a browser without WebRTC. */
  static async open(needs: Needs): Promise<MediaLink> {
    const device = new Device();
    await device.load({ routerRtpCapabilities: needs.routerRtpCapabilities as RtpCapabilities });
    return new MediaLink(needs, device);
  }

  /** Starts to send a track; the track stays the caller's. */
  async send(source: MediaSource, track: MediaStreamTrack): Promise<Producer> {
    const transport = await this.#transport('send');
    return transport.produce({ track, ...sending(source), stopTracks: false, appData: { source } });
  }

  /** Starts to receive; the consumers are paused on the server until `resumeConsumers`. */
  async receive(producerIds: string[]): Promise<Consumer[]> {
    const transport = await this.#transport('receive');
    const { recvRtpCapabilities: rtpCapabilities } = this.#device;
    const asked = { transportId: transport.id, producerIds };
    const { consumers } = await this.#ask('consume', this.#saidCapabilities ? asked : { ...asked, rtpCapabilities });
    this.#saidCapabilities = true;
    return Promise.all(
      consumers.map(({ consumerId, producerId, kind, rtpParameters }) =>
        transport.consume({
          id: consumerId,
          producerId,
          kind,
          rtpParameters: rtpParameters as Parameters<Transport['consume']>[0]['rtpParameters'],
          // Sound and picture of one person are played in step only within one stream; screens are apart.
          streamId: producerId,
        }),
      ),
    );
  }

  /** Gives transports that lost their path a new try, after the line was away. */
  async recover(): Promise<void> {
    await Promise.all(
      [...this.#transports.values()].map(async (opening) => {
        const transport = await opening;
        if (transport.connectionState === 'failed' || transport.connectionState === 'disconnected') {
          await this.#restart(transport);
        }
      }),
    );
  }

  /** What the browser counts on both transports. */
  async stats(): Promise<RTCStatsReport[]> {
    const transports = await Promise.all(this.#transports.values());
    return Promise.all(transports.map((transport) => transport.getStats()));
  }

  /** Closes transports and with them everything sent and received here; the server is told by other means. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#watching) clearTimeout(timer);
    for (const opening of this.#transports.values()) {
      opening.then(
        (transport) => transport.close(),
        () => undefined, // It never opened.
      );
    }
    this.#transports.clear();
  }

  #ask<Name extends 'consume' | 'connectTransport' | 'produce' | 'restartIce' | 'createTransport'>(
    method: Name,
    data: InputOf<Name>,
  ): Promise<OutputOf<Name>> {
    const signalling = this.#needs.signalling();
    if (!signalling || this.#closed) return Promise.reject(new Error('There is no connection now'));
    return signalling.request(method, data);
  }

  #transport(direction: Direction): Promise<Transport> {
    const known = this.#transports.get(direction);
    if (known) return known;
    const opening = this.#open(direction);
    this.#transports.set(direction, opening);
    opening.catch(() => {
      if (this.#transports.get(direction) === opening) this.#transports.delete(direction);
    });
    return opening;
  }

  async #offer(direction: Direction): Promise<Offer> {
    if (direction === 'send') return this.#ask('createTransport', { direction });
    const asked = this.#receiving;
    this.#receiving = null;
    const isFresh = performance.now() - this.#openedAtMs < offerKeptMs;
    const offered = isFresh ? await asked?.catch(() => undefined) : undefined;
    return offered ?? this.#ask('createTransport', { direction, rtpCapabilities: this.#device.recvRtpCapabilities });
  }

  async #open(direction: Direction): Promise<Transport> {
    const receives = direction === 'receive';
    const { transportId, ...offer } = await this.#offer(direction);
    const options = { id: transportId, ...offer };
    const transport = receives ? this.#device.createRecvTransport(options) : this.#device.createSendTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#ask('connectTransport', { transportId, dtlsParameters }).then(() => done(), failed);
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
      const source = appData['source'] as MediaSource;
      this.#ask('produce', { transportId, source, kind, rtpParameters }).then(
        ({ producerId }) => done({ id: producerId }),
        failed,
      );
    });
    transport.on('connectionstatechange', (state) => {
      if (state === 'disconnected' || state === 'failed')
        this.#watch(transport, 0, state === 'failed' ? 0 : restartAfterMs);
    });
    return transport;
  }

  /** ICE often comes back by itself; if not it is restarted, and given up after some tries. */
  #watch(transport: Transport, restarts: number, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#watching.delete(timer);
      if (this.#closed || transport.closed || transport.connectionState === 'connected') return;
      if (restarts >= restartsMax) {
        this.#needs.broken();
        return;
      }
      this.#restart(transport)
        .catch(() => undefined) // Without a socket this is tried again, and on resuming too.
        .finally(() => this.#watch(transport, this.#needs.signalling() ? restarts + 1 : restarts, restartAfterMs * 2));
    }, afterMs);
    this.#watching.add(timer);
  }

  async #restart(transport: Transport): Promise<void> {
    const { iceParameters, iceServers } = await this.#ask('restartIce', { transportId: transport.id });
    await transport.updateIceServers({ iceServers }); // The credentials of the old ones end some time.
    await transport.restartIce({ iceParameters });
  }
}
