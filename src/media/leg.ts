// One device of one person in one session: its socket, its transports, what it sends and what it receives.
import type { Consumer, Producer, RtpCapabilities, WebRtcTransport } from 'mediasoup/types';
import type { LegQuality, MediaSource } from '../domain/sessions/events.ts';
import type { CloseCause } from './protocol.ts';
import { noReadings, type Reading, summarise, withReadings } from './quality.ts';

/** The way to a client. `close` says the cause as the last message; both do nothing on a socket that is gone. */
export type Outbox = { send: (frame: string) => void; close: (cause: CloseCause) => void };
export type Direction = 'send' | 'receive';

type StreamStat = { packetCount: number; packetsLost: number; roundTripTime?: number; score: number };

// What a leg receives depends on its own line too, so only the scores of what it sends are kept.
const streamReading = (id: string, stat: StreamStat, unscored: boolean): Reading => ({
  of: 'stream',
  id,
  packets: stat.packetCount,
  lost: stat.packetsLost,
  roundTripMs: stat.roundTripTime ?? null,
  score: unscored || stat.packetCount === 0 ? null : stat.score,
});

export class Leg {
  readonly legId: string;
  readonly participantId: string;
  readonly resumeKey: string;
  readonly connectedAt: Date;
  /** Null while the client has no socket; the leg then lives on for the grace period that began at `lostAt`. */
  outbox: Outbox | null;
  lostAt: Date | null = null;
  closed = false;
  /** Whether the record says that this leg shares its screen. */
  sharing = false;
  shares = 0;
  rtpCapabilities: RtpCapabilities | null = null;
  /** Sources a moderator keeps silent, as the client was last told. */
  told = new Set<MediaSource>();
  readonly transports = new Map<Direction, WebRtcTransport>();
  readonly producers = new Map<MediaSource, Producer>();
  readonly consumers = new Map<string, Consumer>();
  #quality = noReadings;

  constructor(of: { legId: string; participantId: string; resumeKey: string; connectedAt: Date; outbox: Outbox }) {
    this.legId = of.legId;
    this.participantId = of.participantId;
    this.resumeKey = of.resumeKey;
    this.connectedAt = of.connectedAt;
    this.outbox = of.outbox;
  }

  transport(transportId: string): WebRtcTransport | undefined {
    return [...this.transports.values()].find(({ id }) => id === transportId);
  }

  /** The worker died: everything below is closed already and need only be forgotten. */
  mediaLost(): void {
    this.transports.clear();
    this.producers.clear();
    this.consumers.clear();
  }

  /** Reads the statistics of everything that is open; what cannot be read (closed meanwhile) is left out. */
  async sample(): Promise<void> {
    const transports = [...this.transports.values()].map(async (transport): Promise<Reading[]> => {
      const stats = await transport.getStats();
      return stats.map(({ bytesReceived, bytesSent }) => ({
        of: 'transport',
        id: transport.id,
        receivedBytes: bytesReceived,
        sentBytes: bytesSent,
      }));
    });
    const sent = [...this.producers.values()].map(async (producer) => {
      const stats = await producer.getStats();
      return stats.map((stat, index) => streamReading(`${producer.id}/${index}`, stat, producer.paused));
    });
    const received = [...this.consumers.values()].map(async (consumer) => {
      const stats = (await consumer.getStats()).filter(({ type }) => type === 'outbound-rtp');
      return stats.map((stat) => streamReading(consumer.id, stat, true));
    });
    const read = await Promise.allSettled([...transports, ...sent, ...received]);
    this.#quality = withReadings(
      this.#quality,
      read.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])),
    );
  }

  qualityAt(now: Date): LegQuality {
    return summarise(this.#quality, now.getTime() - this.connectedAt.getTime());
  }

  /** Closes the transports, and with them everything sent and received. */
  closeMedia(): void {
    for (const transport of this.transports.values()) transport.close();
    this.mediaLost();
  }
}
