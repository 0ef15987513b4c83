// A participant without a browser: our signalling client, and WebRTC transports of its own.
import type { MediaSource } from '../../src/domain/sessions/events.ts';
import type { InputOf, OutputOf } from '../../src/media/protocol.ts';
import { SignallingClient } from '../../web/src/sdk/signallingClient.ts';
import { type RtcTransport, rtcTransport } from './rtcTransport.ts';

type Sent = { payloadType: number; ssrc: number; sequence: number; timestamp: number; ticks: number; payload: Buffer };

export type Participant = {
  /** Starts to send a microphone or a camera; packets leave with each `tick`. */
  produce: (source: MediaSource) => Promise<void>;
  /** Sends one packet per source. */
  tick: () => void;
  /** RTP packets received so far. */
  received: () => number;
  /** How many streams of others are received, or being opened. */
  receiving: () => number;
  /** Milliseconds this participant waited for the server until the first packet, without the handshake; see `enter`. */
  waitedMs: number;
  leave: () => Promise<void>;
};

const firstTimeoutMs = 20_000;
const clockRates = { audio: 48_000, video: 90_000 };
/** One Opus frame of 20 ms at 32 kbit/s. */
const speech = Buffer.alloc(80, 7);
/** VP8 payload descriptor with S, then a frame header without P: the start of a key frame (RFC 7741 §4.2, §4.3). */
const picture = Buffer.concat([Buffer.from([0x10, 0x00]), Buffer.alloc(1_000, 7)]);

let lastSsrc = 100_000;

const parametersOf = (kind: 'audio' | 'video', ssrc: number): InputOf<'produce'>['rtpParameters'] => ({
  mid: String(ssrc),
  codecs: [
    kind === 'audio'
      ? { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] }
      : { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] },
  ],
  headerExtensions: [],
  encodings: [{ ssrc }],
  rtcp: { cname: 'bench', reducedSize: true },
});

class Entered implements Participant {
  readonly #signalling: SignallingClient;
  readonly #sent: Sent[] = [];
  readonly #open: RtcTransport[] = [];
  #rtpCapabilities: OutputOf<'hello'>['routerRtpCapabilities'] | null = null;
  #sending: Promise<{ transportId: string; rtc: RtcTransport }> | null = null;
  #receiving: { transportId: string; rtc: RtcTransport } | null = null;
  #added: string[] = [];
  #streams = 0;
  #queue: Promise<void> = Promise.resolve();
  waitedMs = 0;

  constructor(signalling: SignallingClient) {
    this.#signalling = signalling;
  }

  /** Says hello, and receives everything that is there; `waitedMs` then holds until the first packet came. */
  async enter(ticket: string): Promise<void> {
    // Both at once, as the page asks.
    const [welcome, offer] = await this.#timed(() =>
      Promise.all([
        this.#signalling.request('hello', { ticket }),
        this.#signalling.request('createTransport', { direction: 'receive' }),
      ]),
    );
    const { routerRtpCapabilities, producers } = welcome;
    this.#rtpCapabilities = routerRtpCapabilities;
    const rtc = await rtcTransport(offer);
    this.#open.push(rtc);
    const { transportId } = offer;
    const { dtlsParameters } = rtc;
    await this.#timed(() => this.#signalling.request('connectTransport', { transportId, dtlsParameters }));
    await rtc.connect();
    this.#receiving = { transportId, rtc };
    const ids = producers.map(({ producerId }) => producerId);
    if (ids.length > 0) {
      const first = new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('No packet came')), firstTimeoutMs);
        rtc.onceReceived(() => {
          clearTimeout(timer);
          resolve();
        });
      });
      await this.#timed(async () => {
        await this.#consume(ids);
        await first;
      });
    }
    const late = this.#added.filter((id) => !ids.includes(id));
    if (late.length > 0) await this.#consume(late);
  }

  added(producerId: string): void {
    this.#added.push(producerId);
    if (!this.#receiving) return; // Taken up at the end of `enter`.
    this.#queue = this.#queue.then(() => this.#consume([producerId]));
  }

  async produce(source: MediaSource): Promise<void> {
    const kind = source === 'microphone' ? 'audio' : 'video';
    this.#sending ??= this.#openSending();
    const { transportId } = await this.#sending;
    lastSsrc += 1;
    const rtpParameters = parametersOf(kind, lastSsrc);
    await this.#signalling.request('produce', { transportId, source, kind, rtpParameters });
    this.#sent.push({
      payloadType: kind === 'audio' ? 111 : 96,
      ssrc: lastSsrc,
      sequence: 0,
      timestamp: 0,
      ticks: clockRates[kind] / 50,
      payload: kind === 'audio' ? speech : picture,
    });
    this.#sendingNow = (await this.#sending).rtc;
  }
  #sendingNow: RtcTransport | null = null;

  tick(): void {
    for (const sent of this.#sent) {
      sent.sequence = (sent.sequence + 1) & 0xffff;
      sent.timestamp = (sent.timestamp + sent.ticks) >>> 0;
      this.#sendingNow?.send(sent, sent.payload);
    }
  }

  received(): number {
    return this.#receiving?.rtc.received() ?? 0;
  }

  receiving(): number {
    return this.#streams;
  }

  async leave(): Promise<void> {
    await this.#queue;
    await this.#signalling.request('leave', {});
    this.#signalling.close();
    await Promise.all(this.#open.map((rtc) => rtc.close()));
  }

  async #openSending() {
    const offer = await this.#signalling.request('createTransport', { direction: 'send' });
    const rtc = await rtcTransport(offer);
    this.#open.push(rtc);
    const { transportId } = offer;
    await this.#signalling.request('connectTransport', { transportId, dtlsParameters: rtc.dtlsParameters });
    await rtc.connect();
    return { transportId, rtc };
  }

  async #consume(producerIds: string[]): Promise<void> {
    const transportId = this.#receiving?.transportId ?? '';
    const asked = { transportId, producerIds };
    const rtpCapabilities = this.#rtpCapabilities;
    this.#rtpCapabilities = null;
    const consume = rtpCapabilities ? { ...asked, rtpCapabilities } : asked;
    const { consumers } = await this.#signalling.request('consume', consume);
    await this.#signalling.request('resumeConsumers', { consumerIds: consumers.map(({ consumerId }) => consumerId) });
    this.#streams += consumers.length;
  }

  async #timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const from = performance.now();
    const result = await work();
    this.waitedMs += performance.now() - from;
    return result;
  }
}

/**
 * Enters a room over its signalling address. `waitedMs` is the sum of what the participant waited for the server: the
 * answers to its requests, and from asking for the streams to the first packet; the DTLS handshake, most of which is
 * the client's own work, lies between and is left out.
 */
export const enter = async (url: string, ticket: string): Promise<Participant> => {
  let entered: Entered | null = null;
  const signalling = await SignallingClient.open(url, {
    notice: ({ notice, data }) => {
      if (notice === 'producerAdded') entered?.added(data.producerId);
    },
    gone: () => undefined,
  });
  entered = new Entered(signalling);
  await entered.enter(ticket);
  return entered;
};
