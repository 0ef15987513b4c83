// The figures of a meeting a person may look at, read from what the browser counts.
import type { MediaSource } from '../../../src/domain/sessions/events.ts';

/** Counters since the stream began. `participantId` is null for what this device sends. */
export type StreamStats = {
  participantId: string | null;
  source: MediaSource;
  packets: number;
  packetsLost: number;
  bytes: number;
  framesCoded: number | null;
  framesPerSecond: number | null;
  width: number | null;
  height: number | null;
  audioEnergy: number | null;
};

export type MeetingStats = { roundTripMs: number | null; streams: StreamStats[] };

type Owner = { participantId: string | null; source: MediaSource };

// The DOM types leave RTCStatsReport's values untyped.
type Row = Record<string, unknown> & { id: string; type: string };

const number = (row: Row, field: string): number | null => {
  const value = row[field];
  return typeof value === 'number' ? value : null;
};

const streamOf = (row: Row, owner: Owner): StreamStats => {
  const sent = row.type === 'outbound-rtp';
  return {
    ...owner,
    packets: number(row, sent ? 'packetsSent' : 'packetsReceived') ?? 0,
    packetsLost: number(row, 'packetsLost') ?? 0,
    bytes: number(row, sent ? 'bytesSent' : 'bytesReceived') ?? 0,
    framesCoded: number(row, sent ? 'framesEncoded' : 'framesDecoded'),
    framesPerSecond: number(row, 'framesPerSecond'),
    width: number(row, 'frameWidth'),
    height: number(row, 'frameHeight'),
    audioEnergy: number(row, 'totalAudioEnergy'),
  };
};

/** Sums up the reports of both transports; simulcast layers are separate streams of the same source. */
export const meetingStats = (
  reports: readonly RTCStatsReport[],
  remote: (trackId: string) => Owner | null,
  local: (trackId: string) => MediaSource | null,
): MeetingStats => {
  const rows: Row[] = [];
  for (const report of reports) report.forEach((row: Row) => rows.push(row));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const streams = rows.flatMap((row) => {
    if (row.type === 'inbound-rtp') {
      const owner = remote(String(row['trackIdentifier']));
      return owner ? [streamOf(row, { participantId: owner.participantId, source: owner.source })] : [];
    }
    if (row.type !== 'outbound-rtp') return [];
    const source = local(String(byId.get(String(row['mediaSourceId']))?.['trackIdentifier']));
    return source ? [streamOf(row, { participantId: null, source })] : [];
  });
  const trips = rows.flatMap((row) => {
    const seconds = row.type === 'candidate-pair' && row['nominated'] ? number(row, 'currentRoundTripTime') : null;
    return seconds === null ? [] : [seconds * 1000];
  });
  return { roundTripMs: trips.length > 0 ? Math.max(...trips) : null, streams };
};
